/** The queues of the server, as every partition stores them, and their totals. */
import type { QueueEntry } from '../../queue/entry.js';
import { assert } from '../../assert.js';
import {
  countStop,
  decodeTotals,
  encodeTotals,
  foldReasons,
  hasChosenReasons,
  noTotals,
  reasonBytesMax,
  totalsBytesMax,
  type Totals,
} from '../../queue/totals.js';
import { InteractionState, type StateRecord } from '../../interaction/state-record.js';
import { u32Key } from '../../store/keys.js';
import { Table, type Store } from '../../store/contract.js';
import { readQueueList, type QueueList } from '../rows/queue-list.js';
import { Refusal } from '../request.js';
import type { IndexDefinition } from '../rows/index-row.js';
import type { Listings } from './listing.js';
import { Orders } from './orders.js';
import { commonTenant, TenantTotals } from './tenant-totals.js';
import type { Turn } from '../turn.js';

export class Queues {
  readonly #store: Store;
  readonly #byName = new Map<string, QueueEntry>();
  readonly #byNumber = new Map<number, QueueEntry>();
  readonly #totals = new Map<number, Totals>();
  /** The same of tenants other than 1. */
  readonly tenants: TenantTotals;
  /** Of the queue that was counted last, and in which turn. */
  #lastTotals = noTotals();
  #lastQueue = -1;
  #lastTurn: Turn | undefined;
  readonly #orders: Orders;
  #closing: ReadonlySet<number> = new Set();
  #version = 0;
  /** Somebody is told of counts: turns note the rows of totals that they write. */
  tellsTotals = false;
  /**
   * Told when an interaction can be pulled; without a queue when only one that ignores holds can.
   */
  onAvailable: (id: string, queue: number | undefined) => void = () => {};

  constructor(store: Store) {
    this.#store = store;
    this.tenants = new TenantTotals(store);
    this.#orders = new Orders(store);
    this.#take(readQueueList(store));
  }

  list(): QueueEntry[] {
    return [...this.#byName.values()];
  }

  /** Version of the list. */
  get version(): number {
    return this.#version;
  }

  /** Queues that lived in this partition and live in another one now, but for those about to go. */
  movedFrom(partition: number): QueueEntry[] {
    return this.list().filter(
      ({ number, partition: at, formerly }) =>
        at !== partition && formerly?.includes(partition) === true && !this.#closing.has(number),
    );
  }

  /** A queue that takes interactions. @throws {Refusal} UnknownQueue */
  named(name: string): QueueEntry {
    const queue = this.#byName.get(name);
    if (queue === undefined) throw new Refusal('UnknownQueue', `no queue is called "${name}"`);
    if (this.#closing.has(queue.number)) {
      throw new Refusal('UnknownQueue', `the queue "${name}" is being removed`);
    }
    return queue;
  }

  /** The same, but for those under workbins. @throws {Refusal} UnknownQueue, PrivateQueue */
  ordinary(name: string): QueueEntry {
    const queue = this.named(name);
    checkOrdinary(queue);
    return queue;
  }

  find(name: string): QueueEntry | undefined {
    return this.#byName.get(name);
  }

  nameOf(number: number): string {
    return this.#byNumber.get(number)?.name ?? `#${number}`;
  }

  /**
   * Works by another list from now on. What is kept of queues that are no longer there goes: they
   * must be empty.
   */
  replace(turn: Turn, list: QueueList): void {
    const before = [...this.#byNumber.keys()];
    this.#lastTurn = undefined;
    this.#byName.clear();
    this.#byNumber.clear();
    this.#take(list);
    for (const number of before) {
      if (this.#byNumber.has(number)) continue;
      this.#totals.delete(number);
      this.#orders.forget(turn, number);
      turn.touchedQueues.delete(number);
      turn.delete(Table.totals, u32Key(number));
      if (this.tellsTotals) turn.noteTotals(u32Key(number), undefined);
      this.tenants.forget(turn, number);
    }
  }

  /** Those of these queues that have interactions here, in whatever state, and how many. */
  interactionsOf(numbers: readonly number[]): [number: number, interactions: number][] {
    return numbers.flatMap((number) => {
      const { waiting, processing } = this.#totalsOf(number);
      return waiting + processing === 0 ? [] : [[number, waiting + processing]];
    });
  }

  /** Everything that follows belongs to this turn. */
  begin(turn: Turn): void {
    this.#orders.begin(turn);
  }

  /** Totals to be changed; they are stored at the end of the turn. */
  totals(turn: Turn, queue: number): Totals {
    turn.touches++;
    // Most changes are counted out of a queue and into the same, many in one turn.
    if (queue === this.#lastQueue && turn === this.#lastTurn) return this.#lastTotals;
    const totals = this.#totalsOf(queue);
    this.#lastQueue = queue;
    this.#lastTurn = turn;
    this.#lastTotals = totals;
    if (turn.touchedQueues.has(queue)) return totals;
    turn.touchedQueues.add(queue);
    turn.totalsBytes += totalsBytesMax(totals);
    return totals;
  }

  /** Totals as they are, of all queues. */
  statistics(): { queue: QueueEntry; totals: Totals }[] {
    return this.list().map((queue) => ({ queue, totals: this.#totalsOf(queue.number) }));
  }

  /** Totals of a queue as they are here. */
  totalsNow({ number }: QueueEntry): Totals {
    return this.#totalsOf(number);
  }

  /** Interactions of a queue here: those that wait, those on hold included, and those in work. */
  countsOf(queue: number): { readonly waiting: number; readonly processing: number } {
    return this.#totalsOf(queue);
  }

  /** Puts the touched totals into the turn. */
  storeTotals(turn: Turn): void {
    for (const queue of turn.touchedQueues) {
      const totals = this.#totalsOf(queue);
      assert(totals.waiting >= 0 && totals.processing >= 0, 'totals of a queue are below zero');
      const row = encodeTotals(totals);
      turn.put(Table.totals, u32Key(queue), row);
      if (this.tellsTotals) turn.noteTotals(u32Key(queue), row);
    }
    this.tenants.store(turn, this.tellsTotals);
  }

  /**
   * An interaction came into its queue or state: counts it and, if it can be pulled, lists it.
   * `counted`: what its coming is besides.
   */
  enter(
    turn: Turn,
    id: string,
    record: StateRecord,
    counted: 'submitted' | 'entered' | undefined,
  ): void {
    const { queue, tenantId } = record;
    const isWaiting = record.state === InteractionState.queued;
    countIn(this.totals(turn, queue), isWaiting, counted);
    if (tenantId !== commonTenant)
      countIn(this.tenants.of(turn, queue, tenantId), isWaiting, counted);
    if (!isWaiting || record.isLocked) return;
    if (record.isHeld) this.onAvailable(id, undefined);
    else {
      this.#orders.add(turn, id, record);
      this.onAvailable(id, queue);
    }
  }

  /**
   * An interaction leaves its queue or state, as the record says before the change. `isLeft`: it is
   * placed elsewhere, which counts.
   */
  leave(turn: Turn, id: string, record: StateRecord, isLeft: boolean): void {
    const { queue, tenantId } = record;
    const isWaiting = record.state === InteractionState.queued;
    countOut(this.totals(turn, queue), isWaiting, isLeft);
    if (tenantId !== commonTenant)
      countOut(this.tenants.of(turn, queue, tenantId), isWaiting, isLeft);
    if (isWaiting && !record.isHeld && !record.isLocked) this.#orders.remove(turn, id, record);
  }

  /** Counts the end of an interaction in its present queue. */
  stopped(turn: Turn, record: StateRecord, reason: string): void {
    const name = countStop(this.totals(turn, record.queue), reason);
    this.tenants.stopped(turn, record.queue, record.tenantId, name);
    turn.totalsBytes += reasonBytesMax(reason);
  }

  /** Counts a customer who has left before an agent had it. */
  abandoned(turn: Turn, { queue, tenantId }: StateRecord): void {
    this.totals(turn, queue).abandoned++;
    if (tenantId !== commonTenant) this.tenants.of(turn, queue, tenantId).abandoned++;
  }

  /**
   * Counts the stops of a queue under reasons that clients chose as `other`, of each tenant too.
   * `turnFor` gives a turn with room for so many bytes.
   */
  foldReasons(queue: number, turnFor: (bytes: number) => Turn): void {
    const totals = this.#totalsOf(queue);
    if (hasChosenReasons(totals)) {
      foldReasons(this.totals(turnFor(totalsBytesMax(totals)), queue));
    }
    this.tenants.foldReasons(queue, turnFor);
  }

  /** The first interaction of a queue that can be pulled. */
  first(queue: number): string | undefined {
    return this.#orders.first(queue);
  }

  /** What lists the interactions of a queue besides its own order; undefined: nothing. */
  listingsOf(queue: number): Listings | undefined {
    return this.#orders.listingsOf(queue);
  }

  /** Keys of the own order of a queue behind `after`, at most so many. */
  keysAfter(turn: Turn, queue: number, after: string, limit: number): string[] {
    return this.#orders.keysAfter(turn, queue, after, limit);
  }

  /** Of a queue that is worked with for the first time, or has other indexes. */
  set makeListings(make: (queue: number, indexes: IndexDefinition[]) => Listings | undefined) {
    this.#orders.makeListings = make;
  }

  /** Indexes are read in another way. */
  relistAll(): void {
    this.#orders.relistAll();
  }

  /** A queue has other indexes. */
  relist(queue: number): void {
    this.#orders.relist(queue);
  }

  /** Those of a queue that can be pulled, in its order; nothing may change meanwhile. */
  waiting(queue: number): Generator<string> {
    return this.#orders.waiting(queue);
  }

  #take({ version, queues, closing }: QueueList): void {
    this.#version = version;
    for (const queue of queues) {
      this.#byName.set(queue.name, queue);
      this.#byNumber.set(queue.number, queue);
    }
    this.#closing = new Set(closing);
  }

  #totalsOf(queue: number): Totals {
    let totals = this.#totals.get(queue);
    if (totals === undefined) {
      const stored = this.#store.get(Table.totals, u32Key(queue));
      totals = stored === undefined ? noTotals() : decodeTotals(stored);
      this.#totals.set(queue, totals);
    }
    return totals;
  }
}

/** @throws {Refusal} PrivateQueue */
export function checkOrdinary({ name, kind }: QueueEntry): void {
  if (kind === undefined) return;
  throw new Refusal('PrivateQueue', `"${name}" is the queue under workbins`);
}

/**
 * The one place where an interaction is counted into a queue, in its totals or in
 * those of a tenant.
 */
function countIn(
  totals: Totals,
  isWaiting: boolean,
  counted: 'submitted' | 'entered' | undefined,
): void {
  if (isWaiting) totals.waiting++;
  else totals.processing++;
  if (counted === 'submitted') totals.submitted++;
  else if (counted === 'entered') totals.entered++;
}

function countOut(totals: Totals, isWaiting: boolean, isLeft: boolean): void {
  if (isWaiting) totals.waiting--;
  else totals.processing--;
  assert(totals.waiting >= 0, 'fewer than no interactions wait in a queue');
  assert(totals.processing >= 0, 'fewer than no interactions of a queue are in work');
  if (isLeft) totals.left++;
}
