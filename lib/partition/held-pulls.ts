/**
 * Pulls that wait until something is there or their deadline comes (domain 4.6). They are not on disk:
 * a client that loses its link asks again. First come, first served, per queue and per identifier.
 */
import { limits } from '../limits.js';
import type { Request } from './request.js';

/** A pull that waits; `deadlineMs` by the clock of the partition. */
export interface HeldPull {
  request: Request;
  readonly deadlineMs: number;
  readonly target: number | string;
}

export class HeldPulls {
  /** By queue number, or by identifier. */
  readonly #waiting = new Map<number | string, HeldPull[]>();
  readonly #ready = new Set<number | string>();
  #count = 0;
  /** The server drains: whoever asks now does not wait. */
  isClosed = false;
  /** Those added since `detach`. */
  #added: HeldPull[] = [];
  /** No deadline comes before this. */
  #nextDeadlineMs = Number.POSITIVE_INFINITY;

  get nextDeadlineMs(): number {
    return this.#nextDeadlineMs;
  }

  get isFull(): boolean {
    return this.#count >= limits.heldPullsPerPartition;
  }

  add(pull: HeldPull): void {
    const list = this.#waiting.get(pull.target);
    if (list === undefined) this.#waiting.set(pull.target, [pull]);
    else list.push(pull);
    this.#count++;
    this.#added.push(pull);
    this.#nextDeadlineMs = Math.min(this.#nextDeadlineMs, pull.deadlineMs);
  }

  /**
   * Lets go of the mail that the pulls came in: their bytes are views of whole batches, each of which
   * would stay in memory for as long as one pull waits. To be called when their turn has been closed.
   */
  detach(): void {
    for (const pull of this.#added) pull.request = detached(pull.request);
    this.#added = [];
  }

  /** An interaction can be pulled now; without a queue only by its identifier: it is on hold. */
  available(id: string, queue: number | undefined): void {
    if (this.#waiting.size === 0) return;
    if (this.#waiting.has(id)) this.#ready.add(id);
    if (queue !== undefined && this.#waiting.has(queue)) this.#ready.add(queue);
  }

  get hasReady(): boolean {
    return this.#ready.size > 0;
  }

  /** There was no time to serve all that wait for it. */
  readyAgain(target: number | string): void {
    this.#ready.add(target);
  }

  /** A queue or identifier that has become available and is waited for; by identifier first. */
  takeReady(): number | string | undefined {
    let found: number | string | undefined;
    for (const target of this.#ready) {
      if (found === undefined || typeof target === 'string') found = target;
      if (typeof target === 'string') break;
    }
    if (found !== undefined) this.#ready.delete(found);
    return found;
  }

  /** Of the pulls for a target that want it, the one that waits longest, taken out. */
  takeFirst(target: number | string, wants = (_: HeldPull) => true): HeldPull | undefined {
    const list = this.#waiting.get(target) ?? [];
    const at = list.findIndex(wants);
    const [first] = at < 0 ? [] : list.splice(at, 1);
    if (first === undefined) return undefined;
    if (list.length === 0) this.#waiting.delete(target);
    this.#count--;
    return first;
  }

  /** All pulls for a target, taken out. */
  takeAll(target: number | string): HeldPull[] {
    const list = this.#waiting.get(target) ?? [];
    this.#waiting.delete(target);
    this.#count -= list.length;
    return list;
  }

  /** Pulls whose deadline has come, taken out. */
  takeExpired(nowMs: number): HeldPull[] {
    if (nowMs < this.#nextDeadlineMs) return [];
    return this.#takeWhere(({ deadlineMs }) => deadlineMs <= nowMs);
  }

  /** Pulls of a session, taken out. */
  takeOfSession(session: number): HeldPull[] {
    return this.#takeWhere(({ request }) => request.session.session === session);
  }

  /** All pulls, taken out. */
  takeEverything(): HeldPull[] {
    return this.#takeWhere(() => true);
  }

  #takeWhere(isTaken: (pull: HeldPull) => boolean): HeldPull[] {
    const taken: HeldPull[] = [];
    this.#nextDeadlineMs = Number.POSITIVE_INFINITY;
    for (const [target, list] of this.#waiting) {
      const left = list.filter((pull) => {
        if (isTaken(pull)) return taken.push(pull) === 0;
        this.#nextDeadlineMs = Math.min(this.#nextDeadlineMs, pull.deadlineMs);
        return true;
      });
      if (left.length === 0) this.#waiting.delete(target);
      else this.#waiting.set(target, left);
    }
    this.#count -= taken.length;
    return taken;
  }
}

/** The same request with bytes of its own. */
function detached(request: Request): Request {
  const { operation, frame } = request;
  const attributes = Object.entries(operation.attributes).map(
    ([name, value]: [string, unknown]) => [
      name,
      value instanceof Uint8Array ? Uint8Array.from(value) : value,
    ],
  );
  return {
    ...request,
    operation: { ...operation, attributes: Object.fromEntries(attributes) },
    frame: frame && Uint8Array.from(frame),
  };
}
