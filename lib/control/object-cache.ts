/**
 * Objects of one kind by their names: read when they are first asked for, kept as long as there is
 * room, dropped when they change. What it gives counted when it was asked, or later.
 */
import type { Clock } from '../clock.js';
import type { KindName } from '../objects/field.js';
import type { ChangedObjects, ConfigurationFeed, KeyedConsumer } from './feed.js';
import { untilRebuilt } from './until-rebuilt.js';

/** For how long somebody who asks waits for partition 0. */
const patienceMs = 30_000;

export interface ObjectCacheOptions<T> {
  readonly clock: Clock;
  readonly feed: ConfigurationFeed;
  readonly kind: KindName;
  /** Objects that are kept, and names that there are none of. */
  readonly entriesMax: number;
  /** Makes what is kept of the JSON of an object's fields. */
  read(json: string): T;
}

/** A read that is under way; its result counts only if nothing changed meanwhile. */
interface Load<T> {
  readonly result: Promise<T | undefined>;
}

export class ObjectCache<T> implements KeyedConsumer {
  readonly name: string;
  readonly kinds: readonly KindName[];
  readonly #options: ObjectCacheOptions<T>;
  /** The one that was used last is the last. */
  readonly #kept = new Map<string, T | undefined>();
  readonly #loads = new Map<string, Load<T>>();

  /** It is told of changes as soon as it is made. */
  constructor(options: ObjectCacheOptions<T>) {
    this.#options = options;
    this.kinds = [options.kind];
    this.name = `cache of ${options.kind}`;
    options.feed.attachKeyed(this);
  }

  /** How many are kept. */
  get size(): number {
    return this.#kept.size;
  }

  /**
   * The object of this name; undefined: there is none.
   * @throws {IxionError} Unavailable and its like while partition 0 cannot be asked for long
   */
  async get(name: string): Promise<T | undefined> {
    for (;;) {
      if (this.#kept.has(name)) {
        const value = this.#kept.get(name);
        this.#keep(name, value);
        return value;
      }
      const load = this.#loads.get(name) ?? this.#load(name);
      const value = await this.#resultOf(name, load);
      // Else it changed while it was read.
      if (this.#loads.get(name) === load) {
        this.#loads.delete(name);
        this.#keep(name, value);
        return value;
      }
    }
  }

  changed({ names }: ChangedObjects): void {
    if (names === 'all') {
      this.#kept.clear();
      this.#loads.clear();
      return;
    }
    for (const [kind, name] of names) {
      if (kind !== this.#options.kind) continue;
      this.#kept.delete(name);
      this.#loads.delete(name);
    }
  }

  #load(name: string): Load<T> {
    const load: Load<T> = { result: this.#readNow(name) };
    this.#loads.set(name, load);
    return load;
  }

  async #resultOf(name: string, load: Load<T>): Promise<T | undefined> {
    try {
      return await load.result;
    } catch (error) {
      // The next who asks tries again.
      if (this.#loads.get(name) === load) this.#loads.delete(name);
      throw error;
    }
  }

  async #readNow(name: string): Promise<T | undefined> {
    const { clock, kind, read } = this.#options;
    const json = await untilRebuilt(() => this.#options.feed.object(kind, name), {
      clock,
      patienceMs,
    });
    return json === undefined ? undefined : read(json);
  }

  #keep(name: string, value: T | undefined): void {
    this.#kept.delete(name);
    this.#kept.set(name, value);
    if (this.#kept.size <= this.#options.entriesMax) return;
    const [oldest] = this.#kept.keys();
    if (oldest !== undefined) this.#kept.delete(oldest);
  }
}
