/**
 * The configuration feed: how configuration reaches those who work by it. A consumer says
 * which kinds it wants, and is told at the start, after each change, and when the actor that
 * it lives in was rebuilt.
 *
 * Kinds that are small are told *whole*: consumers get the newest, with its version. All others
 * are told *by key*: which objects changed, so that who has some in a cache drops them
 * (`ObjectCache`); the objects themselves are read when they are first needed. So 60,000 of them
 * cost a start nothing.
 *
 * A consumer that does not take what it is told is told again until it does; one that is slow gets
 * what is newest then, and holds nobody else back.
 */
import type { Clock } from '../clock.js';
import { IxionError } from '../errors.js';
import type { MappedKey } from '../interaction/mapped-keys.js';
import type { KindName } from '../objects/field.js';
import type { QueueEntry } from '../queue/entry.js';
import type { StartApplication, StartOptions } from '../objects/rows.js';
import type { Service } from '../service/contract.js';
import { Delivery } from './delivery.js';
import type { FeedSource, ObjectName, VersionedObjects } from './feed-source.js';
import { untilRebuilt } from './until-rebuilt.js';

/** For how long a change waits for those who work by it. */
const patienceMs = 30_000;
/** Changed objects that are named; when more changed, caches are emptied. */
const namesMax = 10_000;

/** What is told whole. Of each at most 512 KiB, since it goes to every consumer as one. */
export interface WholeKinds {
  /** The options that are given, by SECTION/NAME. */
  readonly options: StartOptions;
  readonly applications: readonly StartApplication[];
  /** Keys of attached data that have a column. */
  readonly columns: readonly MappedKey[];
  /** The queues; their version is that of their list, which a reload changes too. */
  readonly queues: readonly QueueEntry[];
}

export type WholeKind = keyof WholeKinds;
/** Those that are rows of the configuration objects. */
type ObjectKind = Exclude<WholeKind, 'queues'>;

/** What a consumer is told of the kinds that it wants. */
export type Reported<K extends WholeKind> = {
  readonly [kind in K]: { readonly version: number; readonly value: WholeKinds[kind] };
};

/** Works by kinds that are told whole. */
export interface WholeConsumer<K extends WholeKind = WholeKind> {
  /** For the status. */
  readonly name: string;
  readonly kinds: readonly K[];
  /** The partition that it is told in; absent: it lives on the main thread. */
  readonly partition?: number;
  /**
   * Works by it from now on; may be told the same twice. Rejects with an IxionError while it cannot
   * take it; anything else fails the change, as far as it is concerned.
   */
  take(reported: Reported<K>): void | Promise<void>;
}

/** Which objects are not what they were. */
export interface ChangedObjects {
  /** What an object is read as from now on. */
  readonly version: number;
  /** Those of the kinds that are wanted; `all`: too many to be named. */
  readonly names: readonly ObjectName[] | 'all';
}

/** Has objects that it read by their names. */
export interface KeyedConsumer {
  /** For the status. */
  readonly name: string;
  readonly kinds: readonly KindName[];
  /** Forgets them. As `take`. */
  changed(reported: ChangedObjects): void | Promise<void>;
}

export interface FeedOptions {
  readonly clock: Clock;
  readonly source: FeedSource;
  /** A consumer does not take what nobody waits for. */
  failed(consumer: string, error: Error): void;
}

/** What was read, on its way to the consumers. */
interface Published {
  readonly delivered: Promise<void>;
}

interface WholeEntry {
  readonly consumer: WholeConsumer;
  readonly delivery: Delivery<Reported<WholeKind>>;
}

interface KeyedEntry {
  readonly consumer: KeyedConsumer;
  readonly delivery: Delivery<ChangedObjects>;
}

export class ConfigurationFeed implements Service {
  readonly name = 'configuration-feed';
  readonly #options: FeedOptions;
  readonly #whole: WholeEntry[] = [];
  readonly #keyed: KeyedEntry[] = [];
  readonly #reported: { -readonly [kind in WholeKind]?: Reported<kind>[kind] } = {};
  /** Of the configuration objects; -1: nothing was read yet. */
  #version = -1;
  #reading: Promise<Published> | undefined;
  #next: Promise<Published> | undefined;
  #isOver = false;

  constructor(options: FeedOptions) {
    this.#options = options;
  }

  /** The version of the configuration objects that consumers work by; -1: none was read yet. */
  get version(): number {
    return this.#version;
  }

  /**
   * The fields of an object as JSON, of the version that consumers work by;
   * undefined: there is none.
   * @throws {IxionError} (as a rejection) Unavailable and its like: it can be asked again
   */
  async object(kind: KindName, name: string): Promise<string | undefined> {
    if (this.#version < 0) {
      throw new IxionError('Unavailable', 'the configuration objects are not known yet');
    }
    return this.#options.source.object(kind, name, this.#version);
  }

  /**
   * Adds a consumer, which is told what is known at once. Resolves when it has taken it.
   * @throws {IxionError} UnknownOutcome when that takes too long, and what its `take` throws
   */
  async attach<K extends WholeKind>(consumer: WholeConsumer<K>): Promise<void> {
    const whole = consumer as unknown as WholeConsumer;
    const delivery = new Delivery<Reported<WholeKind>>({
      clock: this.#options.clock,
      take: (reported) => whole.take(reported),
      merge: (_, later) => later,
      isOver: () => this.#isOver,
    });
    const entry = { consumer: whole, delivery };
    this.#whole.push(entry);
    await this.#patiently(this.#tellWhole(entry));
  }

  /** Adds a consumer of single objects. It is told of changes only: it has nothing yet. */
  attachKeyed(consumer: KeyedConsumer): void {
    const delivery = new Delivery<ChangedObjects>({
      clock: this.#options.clock,
      take: (reported) => consumer.changed(reported),
      merge: mergeChanges,
      isOver: () => this.#isOver,
    });
    this.#keyed.push({ consumer, delivery });
  }

  /**
   * Reads what counts for the first time. Resolves when all consumers have taken it.
   * @throws {IxionError} of the source, at once; UnknownOutcome as `refresh`;
   *   what a consumer throws
   */
  async load(): Promise<void> {
    await this.#patiently(this.#publish(await this.#options.source.current(), []));
  }

  /**
   * Other objects may count now. Resolves when all consumers work by them. What does not come about
   * in time is still done later.
   * @throws {IxionError} UnknownOutcome when that takes too long, and what a consumer throws
   */
  refresh(): Promise<void> {
    return this.#patiently(this.#read().then(({ delivered }) => delivered));
  }

  /** Another list of queues counts. Consumers on the main thread have it when the call returns. */
  setQueues(version: number, value: readonly QueueEntry[]): void {
    this.#reported.queues = { version, value };
    this.#inBackground(this.#tellAll(['queues']));
  }

  /** The actor of a partition was lost and is built again: who lives in it is told again. */
  rebuilt(partition: number): void {
    for (const entry of this.#whole) {
      if (entry.consumer.partition !== partition) continue;
      this.#inBackground(this.#tellWhole(entry), entry.consumer.name);
    }
  }

  start(): void {
    // It works since `load`: what clients are served by comes through it.
  }

  stop(): void {
    this.#isOver = true;
  }

  status(): object {
    const behind = [...this.#whole, ...this.#keyed].filter(({ delivery }) => delivery.isBehind);
    return {
      version: this.#version,
      queuesVersion: this.#reported.queues?.version,
      rowsRead: this.#options.source.rowsRead,
      consumers: this.#whole.length + this.#keyed.length,
      behind: behind.map(({ consumer }) => consumer.name),
    };
  }

  /** A reading that begins now or later; one that has begun may not see what it is asked for. */
  #read(): Promise<Published> {
    if (this.#reading !== undefined) {
      const settled = this.#reading.catch(() => undefined);
      return (this.#next ??= settled.then(() => {
        this.#next = undefined;
        return this.#read();
      }));
    }
    const reading = this.#readOnce().finally(() => {
      if (this.#reading === reading) this.#reading = undefined;
    });
    return (this.#reading = reading);
  }

  async #readOnce(): Promise<Published> {
    const { clock, source } = this.#options;
    const patience = { clock, patienceMs: Infinity, isOver: () => this.#isOver };
    const { objects, names } = await untilRebuilt(async () => {
      const current = await source.current();
      const { version } = current;
      const isWanted = this.#keyed.length > 0 && version !== this.#version;
      const changed = isWanted ? await source.changed(this.#version, version, namesMax) : [];
      return { objects: current, names: changed };
    }, patience);
    const delivered = this.#publish(objects, names);
    // Who asked hears of a failure; the next reading does not wait for it.
    delivered.catch(() => undefined);
    return { delivered };
  }

  async #publish(
    { version, options, applications, columns }: VersionedObjects,
    names: readonly ObjectName[] | 'all',
  ): Promise<void> {
    // It was read before what is known.
    if (version < this.#version) return;
    const isNew = version !== this.#version;
    this.#version = version;
    const fresh = {
      options: { version, value: options },
      applications: { version, value: applications },
      columns: { version, value: columns },
    } satisfies Reported<ObjectKind>;
    Object.assign(this.#reported, fresh);
    // Who has old objects drops them before anybody works by the new version.
    const dropped = isNew ? this.#keyed.map((entry) => tellKeyed(entry, version, names)) : [];
    await allOf([...dropped, this.#tellAll(Object.keys(fresh) as ObjectKind[])]);
  }

  #tellAll(kinds: readonly WholeKind[]): Promise<void> {
    const concerned = this.#whole.filter(({ consumer }) =>
      consumer.kinds.some((kind) => kinds.includes(kind)),
    );
    return allOf(concerned.map((entry) => this.#tellWhole(entry)));
  }

  /** Tells it what it wants, once all of it is known. */
  async #tellWhole({ consumer, delivery }: WholeEntry): Promise<void> {
    const reported = this.#reported;
    if (consumer.kinds.some((kind) => reported[kind] === undefined)) return;
    await delivery.tell(
      Object.fromEntries(
        consumer.kinds.map((kind) => [kind, reported[kind]]),
      ) as Reported<WholeKind>,
    );
  }

  /** For a while. */
  #patiently(work: Promise<void>): Promise<void> {
    return new Promise((resolve, reject) => {
      const timer = this.#options.clock.setTimer(patienceMs, () => {
        const detail = 'not everybody works by the configuration that counts yet';
        reject(new IxionError('UnknownOutcome', detail));
      });
      work.then(resolve, reject).finally(() => timer.cancel());
    });
  }

  /** Nobody waits for it. */
  #inBackground(work: Promise<void>, consumer = 'queues'): void {
    work.catch((error: unknown) => {
      if (!this.#isOver) this.#options.failed(consumer, error as Error);
    });
  }
}

/** Tells it the names that concern it. */
async function tellKeyed(
  { consumer, delivery }: KeyedEntry,
  version: number,
  names: readonly ObjectName[] | 'all',
): Promise<void> {
  const its = names === 'all' ? names : names.filter(([kind]) => consumer.kinds.includes(kind));
  if (its.length > 0) await delivery.tell({ version, names: its });
}

function mergeChanges(earlier: ChangedObjects, later: ChangedObjects): ChangedObjects {
  const { version } = later;
  if (earlier.names === 'all' || later.names === 'all') return { version, names: 'all' };
  const names = [...earlier.names, ...later.names];
  return { version, names: names.length > namesMax ? 'all' : names };
}

/** Waits for all, whatever becomes of the others. @throws the first failure */
async function allOf(work: readonly Promise<void>[]): Promise<void> {
  const outcomes = await Promise.allSettled(work);
  for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
}
