/**
 * A store of configuration objects, actors that come and go, and time, around one real feed. Every
 * step of all of them is taken in the order that a scheduler of fast-check chooses.
 */
import type { Scheduler } from 'fast-check';
import type { Clock } from '../../lib/clock.js';
import { type ChangedObjects, ConfigurationFeed, type Reported } from '../../lib/control/feed.js';
import type { FeedSource, ObjectName, VersionedObjects } from '../../lib/control/feed-source.js';
import { ObjectCache } from '../../lib/control/object-cache.js';
import { IxionError } from '../../lib/errors.js';

export const optionName = 'ixion/completed-queues';
const names = ['a', 'b', 'c', 'd', 'e'] as const;
export type Name = (typeof names)[number];

/** Time passes when the scheduler says so; nobody's patience ends. */
function scheduledClock(s: Scheduler): Clock {
  return {
    nowMs: () => 0,
    monotonicMs: () => 0,
    setTimer(delayMs, callback) {
      let isActive = true;
      const isPatience = delayMs > 1_000;
      const fire = async (): Promise<void> => {
        await s.schedule(Promise.resolve(), 'timer');
        if (isActive) callback();
      };
      if (!isPatience) void fire();
      return { cancel: () => void (isActive = false) };
    },
  };
}

/** Versions of objects; it can be asked while it is up, and answers in its own time. */
class Source implements FeedSource {
  rowsRead = 0;
  isUp = true;
  /** By version: which names it changed. */
  readonly changes: (readonly Name[])[] = [[]];
  readonly #s: Scheduler;

  constructor(s: Scheduler) {
    this.#s = s;
  }

  get head(): number {
    return this.changes.length - 1;
  }

  /** What the name has in a version: the version that changed it last; 0: there is none. */
  valueOf(name: Name, version: number): number {
    for (let at = version; at > 0; at -= 1) if (this.changes[at]!.includes(name)) return at;
    return 0;
  }

  current(): Promise<VersionedObjects> {
    return this.#answer(() => {
      const version = this.head;
      return { version, options: { [optionName]: String(version) }, applications: [], columns: [] };
    });
  }

  changed(after: number, version: number): Promise<readonly ObjectName[]> {
    return this.#answer(() =>
      this.changes
        .slice(after + 1, version + 1)
        .flatMap((changed) => changed.map((name): ObjectName => ['user', name])),
    );
  }

  object(_: string, name: string, version: number): Promise<string | undefined> {
    return this.#answer(() => {
      this.rowsRead += 1;
      const value = this.valueOf(name as Name, version);
      return value === 0 ? undefined : String(value);
    });
  }

  /** It is read at one moment, and the answer is there at a later one. */
  async #answer<T>(read: () => T): Promise<T> {
    await this.#s.schedule(Promise.resolve(), 'read');
    if (!this.isUp) throw new IxionError('Unavailable', 'being rebuilt');
    const answer = read();
    await this.#s.schedule(Promise.resolve(), 'answer');
    return answer;
  }
}

/** An actor that forgets everything when it crashes. */
class Actor {
  isUp = true;
  /** The version that it works by; undefined: it was told none. */
  version: number | undefined;
  readonly #s: Scheduler;

  constructor(s: Scheduler) {
    this.#s = s;
  }

  async take({ options }: Reported<'options'>): Promise<void> {
    await this.#s.schedule(Promise.resolve(), 'mail');
    if (!this.isUp) throw new IxionError('Unavailable', 'being rebuilt');
    this.version = options.version;
    await this.#s.schedule(Promise.resolve(), 'answer');
    // What it answers is lost with it; what it knew was lost before.
    if (!this.isUp) throw new IxionError('Unavailable', 'being rebuilt');
  }
}

export type Step =
  | { readonly type: 'change'; readonly names: readonly Name[] }
  | { readonly type: 'crash' | 'rebuild'; readonly actor: number }
  | { readonly type: 'source'; readonly isUp: boolean }
  | { readonly type: 'get'; readonly name: Name };

export class FeedWorld {
  readonly source: Source;
  readonly actors: readonly Actor[];
  readonly feed: ConfigurationFeed;
  readonly cache: ObjectCache<number>;
  readonly complaints: string[] = [];
  /** Of the consumer on the main thread. */
  mainVersion = -1;
  /** By name: the version with which its change was told last. */
  readonly #heard = new Map<string, number>();
  #tries = 0;
  /** Calls that have not come to their end. */
  #waiting = 0;

  constructor(s: Scheduler, actors: number, entriesMax: number) {
    const clock = scheduledClock(s);
    this.source = new Source(s);
    this.actors = Array.from({ length: actors }, () => new Actor(s));
    this.feed = new ConfigurationFeed({
      clock,
      source: this.source,
      failed: (consumer, error) => void this.complaints.push(`${consumer}: ${error.message}`),
    });
    this.feed.attachKeyed({
      name: 'front',
      kinds: ['user'],
      changed: (told) => this.#hear(told, s),
    });
    const read = Number;
    this.cache = new ObjectCache({ clock, feed: this.feed, kind: 'user', entriesMax, read });
  }

  /** A consumer of names that takes its time, and nothing the first time that it is told. */
  async #hear({ version, names: changed }: ChangedObjects, s: Scheduler): Promise<void> {
    this.#tries += 1;
    const isRefused = this.#tries % 2 === 1;
    await s.schedule(Promise.resolve(), 'names');
    if (isRefused) throw new IxionError('Busy', 'not now');
    for (const [, name] of changed === 'all' ? [] : changed) this.#heard.set(name, version);
  }

  /** Begins to attach and load, as a start does. */
  start(): void {
    const attached = this.actors.map((actor, partition) => {
      const take = (told: Reported<'options'>): Promise<void> => actor.take(told);
      return this.feed.attach({ name: `${partition}`, kinds: ['options'], partition, take });
    });
    const main = this.feed.attach({
      name: 'main',
      kinds: ['options'],
      take: ({ options: { version } }) => {
        if (version < this.mainVersion) this.complaints.push(`back to version ${version}`);
        this.mainVersion = version;
      },
    });
    this.#wait(Promise.all([...attached, main, this.feed.load()]).then(() => undefined));
  }

  take(step: Step): void {
    switch (step.type) {
      case 'change': {
        this.source.changes.push(step.names);
        const version = this.source.head;
        this.#wait(this.feed.refresh().then(() => this.#worksBy(version)));
        return;
      }
      case 'crash': {
        const actor = this.actors[step.actor]!;
        actor.isUp = false;
        actor.version = undefined;
        return this.feed.rebuilt(step.actor);
      }
      case 'rebuild':
        this.actors[step.actor]!.isUp = true;
        return;
      case 'source':
        this.source.isUp = step.isUp;
        return;
      case 'get':
        return this.#wait(this.#get(step.name));
    }
  }

  /** Everything is up again. */
  mend(): void {
    this.source.isUp = true;
    for (const actor of this.actors) actor.isUp = true;
  }

  /** What is wrong at the end, when everything is up and nothing under way. */
  check(): string[] {
    const { head } = this.source;
    const wrong = [...this.complaints];
    if (this.#waiting > 0) wrong.push(`${this.#waiting} calls have come to no end`);
    if (this.mainVersion !== head) wrong.push(`main works by ${this.mainVersion}, not ${head}`);
    for (const [number, { version }] of this.actors.entries()) {
      if (version !== head) wrong.push(`actor ${number} works by ${version}, not ${head}`);
    }
    for (const name of names) {
      const heard = this.#heard.get(name) ?? 0;
      const changed = this.source.valueOf(name, head);
      if (heard < changed) wrong.push(`of ${name} ${heard} was told, not ${changed}`);
    }
    return wrong;
  }

  /** Asks for every object now. */
  getAll(): void {
    for (const name of names) this.#wait(this.#get(name));
  }

  /** A change was answered: all work by it. Those that crash meanwhile are told later. */
  #worksBy(version: number): void {
    if (this.mainVersion < version) this.complaints.push(`answered before main had ${version}`);
    if (this.feed.version < version) this.complaints.push(`answered before ${version} was read`);
  }

  /** Gets an object; it must be what counted at some moment meanwhile. */
  async #get(name: Name): Promise<void> {
    const from = this.feed.version;
    const value = (await this.cache.get(name)) ?? 0;
    const to = this.source.head;
    for (let at = Math.max(0, from); at <= to; at += 1) {
      if (this.source.valueOf(name, at) === value) return;
    }
    this.complaints.push(`${name} was ${value}, which it is in no version from ${from} to ${to}`);
  }

  #wait(work: Promise<void>): void {
    this.#waiting += 1;
    work
      .catch((error: unknown) => void this.complaints.push(String(error)))
      .finally(() => (this.#waiting -= 1));
  }
}
