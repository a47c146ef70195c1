/**
 * How long requests take in the server: from the moment that a frame was read to the moment that
 * its answer was written to the socket. Off (option `collect-latency`) it costs a branch a request.
 *
 * A request under way is noted in a table of fixed size, in the place that its session and its
 * reference say; one that finds its place taken by another takes it, and the other is not counted.
 * So nothing is made for a request, and of 4,096 in flight about one in thirty may be left out.
 */
import type { Clock } from '../clock.js';
import type { CounterLane } from '../counters/index.js';
import { latencySlots, slotOfTime } from '../counters/latency.js';
import { frameLength, referenceOf } from '../protocol/frame.js';
import { latencyGroup } from '../counters/kpi.js';
import type { RequestKind } from './admission-control.js';

const places = 65_536;
const sessionFactor = 0x9e3779b1;

export class LatencyMeter {
  /** Whether times are taken; as the switch was at the last flush. */
  isOn = false;
  readonly #clock: Clock;
  readonly #lane: CounterLane;
  /** By place: when the request was read, whose it is; made when it is first needed. */
  #readAtMs = new Float64Array(0);
  #sessions = new Uint32Array(0);
  #references = new Uint32Array(0);
  /** First slot of the histogram that the request belongs to. */
  #slots = new Uint16Array(0);
  /** Requests whose answers are about to be written. */
  #answered: number[] = [];
  #answeredSlots: number[] = [];

  constructor(clock: Clock, lane: CounterLane) {
    this.#clock = clock;
    this.#lane = lane;
  }

  /** To be called when a partition or the desk was given a request, and only while `isOn`. */
  read(session: number, reference: number, kind: RequestKind): void {
    const place = placeOf(session, reference);
    this.#readAtMs[place] = this.#clock.monotonicMs();
    this.#sessions[place] = session;
    this.#references[place] = reference;
    this.#slots[place] = kind * latencySlots;
  }

  /** To be called with whole answer frames that are about to be written, and only while `isOn`. */
  answering(session: number, frames: Uint8Array): void {
    for (let at = 0; at < frames.length; at += frameLength(frames, at)) {
      const reference = referenceOf(frames, at);
      const place = placeOf(session, reference);
      if (this.#sessions[place] !== session || this.#references[place] !== reference) continue;
      this.#sessions[place] = 0;
      this.#answered.push(this.#readAtMs[place]!);
      this.#answeredSlots.push(this.#slots[place]!);
    }
  }

  /** To be called when all that was to be written has been. Looks at the switch. */
  written(): void {
    if (this.#answered.length > 0) {
      const nowMs = this.#clock.monotonicMs();
      for (const [index, readAtMs] of this.#answered.entries()) {
        const slot = this.#answeredSlots[index]! + slotOfTime(nowMs - readAtMs);
        this.#lane.add(latencyGroup, slot);
      }
      this.#answered = [];
      this.#answeredSlots = [];
    }
    const isOn = this.#lane.enabled(latencyGroup);
    if (isOn !== this.isOn) this.#switch(isOn);
  }

  /** What was noted before is not counted later: it may have been answered while it was off. */
  #switch(isOn: boolean): void {
    this.isOn = isOn;
    const size = isOn ? places : 0;
    this.#readAtMs = new Float64Array(size);
    this.#sessions = new Uint32Array(size);
    this.#references = new Uint32Array(size);
    this.#slots = new Uint16Array(size);
  }
}

const placeOf = (session: number, reference: number): number =>
  ((Math.imul(session, sessionFactor) >>> 16) + reference) & (places - 1);
