/** Time zones by their names, as `Intl` knows them: what the clocks on the wall show. */
import { assert } from '../assert.js';
import { isFault, readTime } from '../text/index.js';

/** A time zone. */
export class Zone {
  /** As the tables of time zones write it. */
  readonly name: string;
  readonly #format: Intl.DateTimeFormat;
  /** The last offset that was asked for, and for which stretch of time it is known to hold. */
  #known = { fromMs: Infinity, toMs: -Infinity, offsetMs: 0 };

  private constructor(format: Intl.DateTimeFormat) {
    this.#format = format;
    this.name = format.resolvedOptions().timeZone;
  }

  /** The zone of a name as `Europe/Berlin`; undefined: there is none. */
  static named(name: string): Zone | undefined {
    try {
      const options = { timeZone: name, timeZoneName: 'longOffset' } as const;
      return new Zone(new Intl.DateTimeFormat('en-US', options));
    } catch {
      return undefined;
    }
  }

  /** What the clocks are ahead of UTC by, in milliseconds. */
  offsetMs(timeMs: number): number {
    const { fromMs, toMs, offsetMs } = this.#known;
    if (timeMs >= fromMs && timeMs <= toMs) return offsetMs;
    return this.#read(timeMs);
  }

  #read(timeMs: number): number {
    const text = this.#format.format(timeMs);
    const found = /GMT(?:([+-])(\d\d:\d\d)(:\d\d)?)?$/.exec(text);
    assert(found !== null, 'the offset of a time zone cannot be read');
    const [, sign, hours = '00:00', seconds = ':00'] = found;
    const size = readTime(`1970-01-01T${hours}${seconds}Z`);
    assert(!isFault(size), 'the offset of a time zone is not a time of a day');
    return sign === '-' ? -size : size;
  }

  /**
   * When the clocks are put forward or back between two times: the first moment at which they show
   * something else. Undefined: they are not. The times are less than some days apart.
   */
  changeBetween(afterMs: number, untilMs: number): number | undefined {
    const offsetMs = this.offsetMs(afterMs);
    if (this.offsetMs(untilMs) === offsetMs) {
      this.#known = { fromMs: afterMs, toMs: untilMs, offsetMs };
      return undefined;
    }
    let [before, behind] = [afterMs, untilMs];
    while (behind - before > 1) {
      const middle = Math.floor((before + behind) / 2);
      if (this.#read(middle) === offsetMs) before = middle;
      else behind = middle;
    }
    return behind;
  }
}
