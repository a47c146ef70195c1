/**
 * The orders of the queues: what can be pulled from each, as keys of table `order` and, of its
 * head, in memory. A queue gets an index, which has a number of its own, when something first waits
 * in it, and keeps it.
 */
import { assert } from '../../assert.js';
import type { StateRecord } from '../../interaction/state-record.js';
import { QueueWindow } from '../../queue/window.js';
import { Table, type Store } from '../../store/contract.js';
import { prefixEnd, u32Key } from '../../store/keys.js';
import {
  deleteIndex,
  IndexKind,
  IndexState,
  newOwnOrder,
  putIndex,
  readIndexes,
  type IndexDefinition,
} from '../rows/index-row.js';
import { idOfOrderKey, orderKeyOf } from '../rows/keys.js';
import type { Turn } from '../turn.js';
import type { Listings } from './listing.js';

const noValue = new Uint8Array(0);
const readAhead = 64;

/** The own order of a queue. */
interface OwnOrder {
  /** Number of its index; 0: nothing was ever in it. */
  index: number;
  /** Made with the first look at its head. */
  window: QueueWindow | undefined;
  /** What lists its interactions besides; undefined: nothing. */
  listings: Listings | undefined;
}

export class Orders {
  readonly #store: Store;
  readonly #byQueue = new Map<number, OwnOrder>();
  /** That of the queue asked for last. */
  #last: OwnOrder | undefined;
  #lastQueue = -1;
  /** The turn under way, for windows that read on. */
  #turn: Turn | undefined;

  /** Makes what lists the interactions of a queue by these indexes. */
  makeListings: (queue: number, indexes: IndexDefinition[]) => Listings | undefined = () =>
    undefined;

  constructor(store: Store) {
    this.#store = store;
  }

  /** What lists the interactions of a queue besides its own order; undefined: nothing. */
  listingsOf(queue: number): Listings | undefined {
    return this.#of(queue).listings;
  }

  /** A queue has other indexes. */
  relist(queue: number): void {
    const order = this.#byQueue.get(queue);
    if (order !== undefined) order.listings = this.#read(queue).listings;
  }

  /** Indexes are read in another way. */
  relistAll(): void {
    for (const [queue, { listings }] of this.#byQueue) {
      if (listings !== undefined) this.relist(queue);
    }
  }

  /** Keys of a queue's own order behind `after`, at most so many. */
  keysAfter(turn: Turn, queue: number, after: string, limit: number): string[] {
    const { index } = this.#of(queue);
    if (index === 0) return [];
    const prefix = u32Key(index);
    const from = after === '' ? prefix : `${after}\0`;
    return turn.range(Table.order, { from, to: prefixEnd(prefix), limit }).map(([key]) => key);
  }

  /** Everything that follows belongs to this turn. */
  begin(turn: Turn): void {
    this.#turn = turn;
  }

  /** The first interaction of a queue that can be pulled. */
  first(queue: number): string | undefined {
    const key = this.#windowOf(this.#of(queue))?.first();
    return key === undefined ? undefined : idOfOrderKey(key);
  }

  /** Those of a queue that can be pulled, in its order; nothing may change meanwhile. */
  *waiting(queue: number): Generator<string> {
    const { index } = this.#of(queue);
    if (index === 0) return;
    const prefix = u32Key(index);
    const to = prefixEnd(prefix);
    const reader = this.#turn ?? this.#store;
    for (let from = prefix, keys: string[] = []; from === prefix || keys.length === readAhead;) {
      keys = reader.range(Table.order, { from, to, limit: readAhead }).map(([key]) => key);
      for (const key of keys) yield idOfOrderKey(key);
      from = `${keys.at(-1)}\0`;
    }
  }

  /** An interaction can be pulled from its queue. */
  add(turn: Turn, id: string, record: StateRecord): void {
    const order = this.#of(record.queue);
    if (order.index === 0) order.index = newOwnOrder(turn, record.queue).number;
    const key = orderKeyOf(order.index, id, record);
    turn.put(Table.order, key, noValue, true);
    order.window?.added(key);
  }

  /** It cannot any more; the record is as it was. */
  remove(turn: Turn, id: string, record: StateRecord): void {
    const order = this.#of(record.queue);
    const key = orderKeyOf(order.index, id, record);
    turn.delete(Table.order, key);
    order.window?.removed(key);
  }

  /**
   * A queue is no longer there, and nothing waits in it. Indexes for its views are dropped in the
   * background: one that was being dropped already may have entries still.
   */
  forget(turn: Turn, queue: number): void {
    for (const definition of readIndexes(turn, queue)) {
      if (definition.kind === IndexKind.views) {
        putIndex(turn, { ...definition, state: IndexState.dropping, cursor: '' });
        continue;
      }
      const prefix = u32Key(definition.number);
      const some = turn.range(Table.order, { from: prefix, to: prefixEnd(prefix), limit: 1 });
      assert(some.length === 0, 'a queue is removed in which something waits');
      deleteIndex(turn, definition);
    }
    this.#byQueue.delete(queue);
    this.#lastQueue = -1;
  }

  /** Most changes are of the queue that the change before was of. */
  #of(queue: number): OwnOrder {
    if (queue === this.#lastQueue) return this.#last!;
    let order = this.#byQueue.get(queue);
    if (order === undefined) this.#byQueue.set(queue, (order = this.#read(queue)));
    this.#lastQueue = queue;
    this.#last = order;
    return order;
  }

  #read(queue: number): OwnOrder {
    const indexes = readIndexes(this.#turn ?? this.#store, queue);
    const own = indexes.find(({ kind }) => kind === IndexKind.ownOrder);
    const listings = this.makeListings(queue, indexes);
    return { index: own?.number ?? 0, window: undefined, listings };
  }

  #windowOf(order: OwnOrder): QueueWindow | undefined {
    const { index } = order;
    if (index === 0) return undefined;
    return (order.window ??= this.#newWindow(index));
  }

  #newWindow(index: number): QueueWindow {
    const prefix = u32Key(index);
    const to = prefixEnd(prefix);
    return new QueueWindow((after, count) => {
      const from = after === undefined ? prefix : `${after}\0`;
      const reader = this.#turn ?? this.#store;
      return reader.range(Table.order, { from, to, limit: count }).map(([key]) => key);
    });
  }
}
