/**
 * Pulls that wait until something is there or their deadline comes. They are
 * not on disk: a client that loses its link asks again. First come, first served, per queue, view
 * and identifier.
 */
import { limits } from '../../limits.js';
import type { Chore } from '../chore.js';
import type { Operation, Request } from '../request.js';
import type { Turn } from '../turn.js';
import type { PlacedView } from '../views/view-table.js';

/** What is waited for: a queue by its number, an interaction by its identifier, or a view. */
export type PullTarget = number | string | PlacedView;

/** A pull that waits; `deadlineMs` by the clock of the partition. */
export interface WaitingPull {
  request: Request;
  readonly deadlineMs: number;
  readonly target: PullTarget;
}

export class WaitingPulls implements Chore {
  readonly #waiting = new Map<PullTarget, Set<WaitingPull>>();
  /** Views that are waited for, by the numbers of their queues. */
  readonly #views = new Map<number, Set<PlacedView>>();
  readonly #bySession = new Map<number, Set<WaitingPull>>();
  readonly #ready = new Set<PullTarget>();
  #count = 0;
  /** The server drains: whoever asks now does not wait. */
  isClosed = false;
  /** Sessions that are about to end: they do not wait either. */
  readonly #ending = new Set<number>();
  /** Those added since `detach`. */
  #added: WaitingPull[] = [];
  /** No deadline comes before this. */
  #nextDeadlineMs = Number.POSITIVE_INFINITY;

  get dueMs(): number {
    return this.#nextDeadlineMs;
  }

  get isFull(): boolean {
    return this.#count >= limits.waitingPullsPerPartition;
  }

  /** Whether a pull of this session may wait. */
  mayWait(session: number): boolean {
    return !this.isClosed && !this.#ending.has(session);
  }

  /** Pulls of a session that is about to end, taken out; none of it waits from now on. */
  endSession(session: number): WaitingPull[] {
    this.#ending.add(session);
    return this.#take(this.#bySession.get(session));
  }

  /** Pulls of a session, taken out. */
  takeOfSession(session: number): WaitingPull[] {
    return this.#take(this.#bySession.get(session));
  }

  /** A session has ended: its pulls are taken out, and nobody is answered. */
  dropSession(session: number): void {
    this.#take(this.#bySession.get(session));
    this.#ending.delete(session);
  }

  /** References of the pulls of a session. */
  referencesOf(session: number): number[] {
    return [...(this.#bySession.get(session) ?? [])].map(({ request }) => request.reference);
  }

  add(pull: WaitingPull): void {
    const { target } = pull;
    addTo(this.#waiting, target, pull);
    if (typeof target === 'object') addTo(this.#views, target.queue, target);
    addTo(this.#bySession, pull.request.session.number, pull);
    this.#count++;
    this.#added.push(pull);
    this.#nextDeadlineMs = Math.min(this.#nextDeadlineMs, pull.deadlineMs);
  }

  /**
   * Lets go of the mail that the pulls came in: their bytes are views of whole batches, each
   * of which would stay in memory for as long as one pull waits. To be called when their
   * turn has been closed.
   */
  detach(): void {
    for (const pull of this.#added) pull.request = detached(pull.request);
    this.#added = [];
  }

  /** An interaction can be pulled now; without a queue only by its identifier: it is on hold. */
  available(id: string, queue: number | undefined): void {
    if (this.#waiting.size === 0) return;
    if (this.#waiting.has(id)) this.#ready.add(id);
    if (queue === undefined) return;
    if (this.#waiting.has(queue)) this.#ready.add(queue);
    if (this.#views.size > 0) this.viewsAvailable(queue);
  }

  /** Something of a queue may have come into its views. */
  viewsAvailable(queue: number): void {
    for (const view of this.#views.get(queue) ?? []) this.#ready.add(view);
  }

  /** A segment of a view has room again. */
  viewFreed(name: string): void {
    if (this.#views.size === 0) return;
    for (const placed of this.viewsWaitedFor()) {
      if (placed.view.name === name) this.#ready.add(placed);
    }
  }

  /** Views of a queue that are waited for. */
  viewsOf(queue: number): PlacedView[] {
    return [...(this.#views.get(queue) ?? [])];
  }

  /** How many pulls wait for it. */
  countOf(target: PullTarget): number {
    return this.#waiting.get(target)?.size ?? 0;
  }

  /** Views that are waited for. */
  *viewsWaitedFor(): Generator<PlacedView> {
    for (const views of this.#views.values()) yield* views;
  }

  get hasReady(): boolean {
    return this.#ready.size > 0;
  }

  /** There was no time to serve all that wait for it. */
  readyAgain(target: PullTarget): void {
    this.#ready.add(target);
  }

  /** What has become available and is waited for; by identifier first. */
  takeReady(): PullTarget | undefined {
    let found: PullTarget | undefined;
    for (const target of this.#ready) {
      if (found === undefined || typeof target === 'string') found = target;
      if (typeof target === 'string') break;
    }
    if (found !== undefined) this.#ready.delete(found);
    return found;
  }

  /** Of the pulls for a target that want it, the one that waits longest, taken out. */
  takeFirst(target: PullTarget, wants = (_: WaitingPull) => true): WaitingPull | undefined {
    for (const pull of this.#waiting.get(target) ?? []) {
      if (!wants(pull)) continue;
      this.#remove(pull);
      return pull;
    }
    return undefined;
  }

  /** All pulls for a target, taken out. */
  takeAll(target: PullTarget): WaitingPull[] {
    return this.#take(this.#waiting.get(target));
  }

  /** Answers all pulls for a target with nothing. */
  expire(turn: Turn, target: PullTarget): void {
    expirePulls(turn, this.takeAll(target));
  }

  /** Pulls whose deadline has come, taken out. */
  takeExpired(nowMs: number): WaitingPull[] {
    if (nowMs < this.#nextDeadlineMs) return [];
    const expired: WaitingPull[] = [];
    this.#nextDeadlineMs = Number.POSITIVE_INFINITY;
    for (const pulls of this.#waiting.values()) {
      for (const pull of pulls) {
        if (pull.deadlineMs <= nowMs) expired.push(pull);
        else this.#nextDeadlineMs = Math.min(this.#nextDeadlineMs, pull.deadlineMs);
      }
    }
    return this.#take(expired);
  }

  /** Answers those whose time is over. */
  work(turn: Turn): void {
    expirePulls(turn, this.takeExpired(turn.nowMs));
  }

  /** All pulls, taken out. */
  takeEverything(): WaitingPull[] {
    return [...this.#waiting.keys()].flatMap((target) => this.takeAll(target));
  }

  #take(pulls: Iterable<WaitingPull> = []): WaitingPull[] {
    const taken = [...pulls];
    for (const pull of taken) this.#remove(pull);
    return taken;
  }

  #remove(pull: WaitingPull): void {
    const { target } = pull;
    removeFrom(this.#waiting, target, pull);
    if (typeof target === 'object' && !this.#waiting.has(target)) {
      removeFrom(this.#views, target.queue, target);
    }
    removeFrom(this.#bySession, pull.request.session.number, pull);
    this.#count--;
  }
}

/** Answers pulls whose time is over: with nothing. */
export function expirePulls(turn: Turn, expired: readonly WaitingPull[]): void {
  for (const { request } of expired) turn.reply(request, { kind: 'pulled', interactions: [] });
}

function addTo<Key, One>(sets: Map<Key, Set<One>>, key: Key, one: One): void {
  const all = sets.get(key);
  if (all === undefined) sets.set(key, new Set([one]));
  else all.add(one);
}

function removeFrom<Key, One>(sets: Map<Key, Set<One>>, key: Key, one: One): void {
  const all = sets.get(key);
  all?.delete(one);
  if (all?.size === 0) sets.delete(key);
}

/**
 * The same request with bytes of its own, once: attributes are views of the frame. Of most pulls
 * none is: this is done for each that waits, and copies no more than it has to.
 */
function detached(request: Request): Request {
  const { operation, frame: from } = request;
  const frame = from && new Uint8Array(from);
  const attributes = operation.attributes as Readonly<Record<string, unknown>>;
  let own: Record<string, unknown> | undefined;
  for (const name in attributes) {
    const value = attributes[name];
    if (!(value instanceof Uint8Array)) continue;
    own ??= { ...attributes };
    own[name] = ownView(value, from, frame);
  }
  if (own === undefined) return { ...request, frame };
  return { ...request, operation: { ...operation, attributes: own } as Operation, frame };
}

/** The same bytes in the copy of their frame; of those that lie elsewhere, a copy. */
function ownView(
  bytes: Uint8Array,
  from: Uint8Array | undefined,
  frame: Uint8Array | undefined,
): Uint8Array {
  const start = bytes.byteOffset - (from?.byteOffset ?? 0);
  const isPart = from?.buffer === bytes.buffer && start >= 0;
  return isPart ? frame!.subarray(start, start + bytes.length) : new Uint8Array(bytes);
}
