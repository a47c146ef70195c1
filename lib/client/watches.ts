/**
 * What the server tells a client of until it is asked not to, each for a reader of its own. It
 * forgets with the link whom it tells: on each new one it is asked again, and the reader is told
 * that it was.
 */
import { IxionError } from '../errors.js';
import { limits } from '../limits.js';
import type { Body, RequestName } from '../protocol/index.js';
import { AsyncQueue } from './async-queue.js';
import type { Caller } from './caller.js';
import { nothing } from './results.js';

const plan = { route: 'agent', key: '' } as const;

/** The first of all that a reader is told, and what it is told once there is another link. */
interface Begun {
  readonly what: 'begun';
}

/** Somebody reads. */
export interface Watch<News> {
  /** Of what. */
  readonly keys: readonly string[];
  /** What is asked for. */
  readonly body: Body;
  readonly queue: AsyncQueue<News | Begun>;
  /** The server tells it, on the present link. */
  isBegun: boolean;
  /** How often it was asked to. */
  asked: number;
}

/** What is watched. */
export interface WatchKind {
  /** The request that begins it. */
  readonly begin: RequestName;
  /** The one that ends it, for some keys. */
  readonly end: RequestName;
  endBody(keys: readonly string[], watched: Body): Body;
  /** What is not read, for the error of who is too slow. */
  readonly news: string;
}

export class Watches<News> {
  readonly #caller: Caller;
  readonly #kind: WatchKind;
  readonly #watches = new Set<Watch<News>>();

  constructor(caller: Caller, kind: WatchKind) {
    this.#caller = caller;
    this.#kind = kind;
  }

  /**
   * Begins to watch; leaving the loop ends it.
   * @param wrong rejects with what is wrong with the arguments, if anything is
   */
  read(
    keys: readonly string[],
    body: Body,
    wrong?: Promise<never>,
  ): AsyncIterableIterator<News | Begun> {
    const queue = new AsyncQueue<News | Begun>(() => this.#left(watch));
    const watch: Watch<News> = { keys, body, queue, isBegun: false, asked: 0 };
    this.#watches.add(watch);
    if (wrong === undefined) void this.#begin(watch);
    else wrong.catch((error: unknown) => this.end(watch, error as IxionError));
    return queue;
  }

  /** Those that the server tells of something. */
  that(isOf: (watch: Watch<News>) => boolean): Watch<News>[] {
    return [...this.#watches].filter((watch) => watch.isBegun && isOf(watch));
  }

  /** Tells one; `bytes`: of what. One that reads too slowly is ended. */
  tell(watch: Watch<News>, news: News, bytes: number): void {
    const { queue } = watch;
    const { clientWaitingEvents, clientWaitingEventBytes } = limits;
    const isFull = queue.length >= clientWaitingEvents || queue.weight >= clientWaitingEventBytes;
    if (!isFull) return queue.push(news, bytes);
    this.end(watch, new IxionError('TooMuchHeld', `${this.#kind.news} are not read`));
    this.#cancel(watch);
  }

  /** It is over, by itself or with `reason`. */
  end(watch: Watch<News>, reason: IxionError | undefined): void {
    if (this.#watches.delete(watch)) watch.queue.end(reason);
  }

  /** The connection is lost: nothing is told until `again`. */
  lost(): void {
    for (const watch of this.#watches) watch.isBegun = false;
  }

  /** There is another one: all are asked for anew. */
  again(): void {
    for (const watch of this.#watches) void this.#begin(watch);
  }

  /** The client has ended. */
  ended(reason: IxionError | undefined): void {
    for (const watch of this.#watches) this.end(watch, reason);
  }

  async #begin(watch: Watch<News>): Promise<void> {
    const { begin } = this.#kind;
    const asked = ++watch.asked;
    const isLast = (): boolean => watch.asked === asked && this.#watches.has(watch);
    // With the answer and not behind it: what comes with it in one packet is told, too.
    const result = (): void => {
      if (!isLast()) return;
      watch.isBegun = true;
      watch.queue.push({ what: 'begun' });
    };
    try {
      await this.#caller.call(begin, watch.body, {
        ...plan,
        result,
        options: undefined,
        ofLink: true,
      });
    } catch (error) {
      const { errorName } = error as IxionError;
      // With the next link it is asked again; where there is none, the client ends.
      if (isLast() && errorName !== 'ConnectionLost') this.end(watch, error as IxionError);
    }
  }

  /** Nobody reads it any more. */
  #left(watch: Watch<News>): void {
    this.#watches.delete(watch);
    this.#cancel(watch);
  }

  /** Others may read of the same. */
  #cancel({ keys, body, asked }: Watch<News>): void {
    const all = [...this.#watches];
    const own = keys.filter((key) => !all.some((other) => other.keys.includes(key)));
    if (asked === 0 || own.length === 0) return;
    const { end, endBody } = this.#kind;
    // Without success the server ends it with the client.
    this.#caller
      .call(end, endBody(own, body), { ...plan, result: nothing, options: undefined })
      .catch(() => undefined);
  }
}
