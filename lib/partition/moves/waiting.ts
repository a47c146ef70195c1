/**
 * Requests by identifier that wait until it is known where their interaction is, in the order in
 * which they are to go on. At its home those come first that come back from where it was before:
 * they were made earlier; and of those the ones that waited for the end of a later move.
 */
import { limits } from '../../limits.js';
import { afterDelay, Refusal, withWaitEnd, type Request } from '../request.js';

const busyRetryMs = 20;

/** A request that waits, and since when. */
interface Waiter {
  readonly request: Request;
  readonly sinceMs: number;
}

export class Waiting {
  readonly #nowMs: () => number;
  readonly #lists = new Map<string, Waiter[]>();
  /** Those that go on just now, and what they are for. */
  #leaving: Waiter[] = [];
  #leavingId: string | undefined;
  /** One of them has to wait again, and those behind it with it. */
  #isHeldBack = false;

  /** `nowMs`: the steady clock of the partition. */
  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  get isEmpty(): boolean {
    return this.#lists.size === 0;
  }

  /** Whether a request waits that this one must not overtake. */
  isBehind(request: Request, id: string): boolean {
    const first = this.#lists.get(id)?.[0];
    if (first === undefined) return false;
    if (this.#leavingId === id) return this.#isHeldBack;
    return waitedForOf(first.request) >= waitedForOf(request);
  }

  /**
   * Lets a request wait for something of its own, and those behind it for it.
   * @throws {Refusal} Busy
   */
  addAhead(request: Request, id: string): void {
    this.add(request, id);
    if (this.#leavingId === id) this.#isHeldBack = true;
  }

  /**
   * Lets a request wait.
   * @throws {Refusal} Busy
   */
  add(request: Request, id: string): void {
    const waiters = this.#lists.get(id) ?? [];
    if (waiters.length >= limits.waitersPerHandOff && this.#leavingId !== id) {
      throw new Refusal('Busy', 'the interaction is on the move', busyRetryMs);
    }
    const rank = waitedForOf(request);
    const at = waiters.findIndex((other) => waitedForOf(other.request) < rank);
    waiters.splice(at === -1 ? waiters.length : at, 0, this.#waiter(request));
    this.#lists.set(id, waiters);
  }

  /** Lets requests wait that were waiting for something else, however many they are. */
  append(requests: readonly Request[], id: string): void {
    if (requests.length === 0) return;
    const waiters = this.#lists.get(id) ?? [];
    for (const request of requests) waiters.push(this.#waiter(request));
    this.#lists.set(id, waiters);
  }

  /** Lets those for an interaction go on, in their order; each may wait again. */
  release(id: string, goOn: (request: Request) => void): void {
    const waiters = this.#lists.get(id);
    if (waiters === undefined) return;
    this.#lists.delete(id);
    this.#leaving = waiters;
    this.#leavingId = id;
    this.#isHeldBack = false;
    for (;;) {
      const waiter = this.#leaving.shift();
      if (waiter === undefined) break;
      goOn(afterDelay(waiter.request, this.#nowMs() - waiter.sinceMs));
    }
    this.#leavingId = undefined;
  }

  /** Takes out all of them. */
  takeEverything(): Request[] {
    const all = [...this.#leaving.splice(0), ...[...this.#lists.values()].flat()];
    this.#lists.clear();
    return all.map(({ request }) => request);
  }

  #waiter(request: Request): Waiter {
    const sinceMs = this.#nowMs();
    return { request: withWaitEnd(request, sinceMs), sinceMs };
  }
}

/** 0: it has not been passed on. */
export const waitedForOf = ({ waitedFor = 0 }: Request): number => waitedFor;
