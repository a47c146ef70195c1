/** The queues of the server, as every partition stores them, and their totals. */
import { Packr } from 'msgpackr';
import { countStop, decodeTotals, encodeTotals, noTotals, type Totals } from '../queue/totals.js';
import { QueueWindow } from '../queue/window.js';
import { InteractionState, type StateRecord } from '../interaction/state-record.js';
import { prefixEnd, u32Key } from '../store/keys.js';
import type { Store } from '../store/contract.js';
import { idOfOrderKey, orderKey } from './keys.js';
import { Refusal } from './request.js';
import type { Turn } from './turn.js';

/** A queue; `partition` is where its interactions live. */
export interface Queue {
  readonly number: number;
  readonly name: string;
  readonly businessProcess: string;
  readonly partition: number;
}

const objectPrefix = 'queue\0';
const packr = new Packr({ useRecords: false, mapsAsObjects: true });
const noValue = new Uint8Array(0);

export class Queues {
  readonly #store: Store;
  readonly #byName = new Map<string, Queue>();
  readonly #byNumber = new Map<number, Queue>();
  readonly #totals = new Map<number, Totals>();
  readonly #windows = new Map<number, QueueWindow>();
  /** The turn under way, for windows that read on. */
  #turn: Turn | undefined;
  /** Told when an interaction can be pulled; without a queue when only one that ignores holds can. */
  onAvailable: (id: string, queue: number | undefined) => void = () => {};

  constructor(store: Store) {
    this.#store = store;
    const range = { from: objectPrefix, to: prefixEnd(objectPrefix) };
    for (const [, value] of store.range('object', range)) this.#add(packr.unpack(value) as Queue);
  }

  list(): Queue[] {
    return [...this.#byName.values()];
  }

  /** @throws {Refusal} UnknownQueue */
  named(name: string): Queue {
    const queue = this.#byName.get(name);
    if (queue === undefined) throw new Refusal('UnknownQueue', `no queue is called "${name}"`);
    return queue;
  }

  find(name: string): Queue | undefined {
    return this.#byName.get(name);
  }

  nameOf(number: number): string {
    return this.#byNumber.get(number)?.name ?? `#${number}`;
  }

  /** Adds or replaces a queue. */
  apply(turn: Turn, queue: Queue): void {
    const { number, name, businessProcess, partition } = queue;
    const packed = packr.pack({ number, name, businessProcess, partition });
    turn.put('object', objectPrefix + u32Key(number), Buffer.from(packed));
    this.#add(queue);
  }

  /** Everything that follows belongs to this turn. */
  begin(turn: Turn): void {
    this.#turn = turn;
  }

  /** Totals to be changed; they are stored at the end of the turn. */
  totals(turn: Turn, queue: number): Totals {
    turn.touchedQueues.add(queue);
    return this.#totalsOf(queue);
  }

  /** Totals as they are, of queues that ever had any here. */
  statistics(): { queue: Queue; totals: Totals }[] {
    return this.list().map((queue) => ({ queue, totals: this.#totalsOf(queue.number) }));
  }

  /** Puts the touched totals into the turn. */
  storeTotals(turn: Turn): void {
    for (const queue of turn.touchedQueues) {
      turn.put('totals', u32Key(queue), encodeTotals(this.#totalsOf(queue)));
    }
  }

  /** An interaction came into its queue or state: counts it and, if it can be pulled, lists it. */
  enter(turn: Turn, id: string, record: StateRecord): void {
    const totals = this.totals(turn, record.queue);
    if (record.state !== InteractionState.queued) {
      totals.processing++;
      return;
    }
    totals.waiting++;
    if (record.isHeld) this.onAvailable(id, undefined);
    else this.#makeAvailable(turn, id, record);
  }

  /** An interaction leaves its queue or state, as the record says before the change. */
  leave(turn: Turn, id: string, record: StateRecord): void {
    const totals = this.totals(turn, record.queue);
    if (record.state !== InteractionState.queued) {
      totals.processing--;
      return;
    }
    totals.waiting--;
    if (!record.isHeld) this.#makeUnavailable(turn, id, record);
  }

  /** Counts the end of an interaction in its present queue. */
  stopped(turn: Turn, record: StateRecord, reason: string): void {
    countStop(this.totals(turn, record.queue), reason);
  }

  /** The first interaction of a queue that can be pulled. */
  first(queue: number): string | undefined {
    const key = this.#window(queue).first();
    return key === undefined ? undefined : idOfOrderKey(key);
  }

  #makeAvailable(turn: Turn, id: string, record: StateRecord): void {
    const key = orderKeyOf(id, record);
    turn.putNew('order', key, noValue);
    this.#windows.get(record.queue)?.added(key);
    this.onAvailable(id, record.queue);
  }

  #makeUnavailable(turn: Turn, id: string, record: StateRecord): void {
    const key = orderKeyOf(id, record);
    turn.delete('order', key);
    this.#windows.get(record.queue)?.removed(key);
  }

  #add(queue: Queue): void {
    this.#byName.set(queue.name, queue);
    this.#byNumber.set(queue.number, queue);
  }

  #totalsOf(queue: number): Totals {
    let totals = this.#totals.get(queue);
    if (totals === undefined) {
      const stored = this.#store.get('totals', u32Key(queue));
      totals = stored === undefined ? noTotals() : decodeTotals(stored);
      this.#totals.set(queue, totals);
    }
    return totals;
  }

  #window(queue: number): QueueWindow {
    let window = this.#windows.get(queue);
    if (window === undefined) {
      const prefix = u32Key(queue);
      const to = prefixEnd(prefix);
      window = new QueueWindow((after, count) => {
        const from = after === undefined ? prefix : `${after}\0`;
        const reader = this.#turn ?? this.#store;
        return reader.range('order', { from, to, limit: count }).map(([key]) => key);
      });
      this.#windows.set(queue, window);
    }
    return window;
  }
}

const orderKeyOf = (id: string, record: StateRecord): string =>
  orderKey(record.queue, record.priority, record.times.ReceivedAt ?? 0, id);
