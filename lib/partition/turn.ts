/**
 * One turn of a partition: requests are executed against it one after the other, and at its end all
 * changes become one write set. Reads see the changes of this turn first, then the store's overlay.
 * Nothing of a turn leaves the partition before its write set is durable.
 */
import { interactionEvent, type InteractionEvent } from '../interaction/event.js';
import type { Change, Entry, RangeOptions, Store, TableName } from '../store/contract.js';
import type { PeerMessage } from './peer.js';
import type { Answer, Asker, Reply } from './request.js';

/** What a keyed request got, to be kept with the write set. */
export interface KeptResult {
  readonly clientName: string;
  /** 16 bytes as a binary string. */
  readonly requestKey: string;
  /** Identifiers: of a submit one, of a pull those taken, of other requests none. */
  readonly ids: readonly string[];
  readonly kind: 'ack' | 'pulled';
}

/** Overhead of a change in a write set, for the byte limit. */
const changeOverheadBytes = 24;

export class Turn {
  readonly nowMs: number;
  readonly replies: Reply[] = [];
  readonly events: InteractionEvent[] = [];
  readonly messages: { readonly partition: number; readonly message: PeerMessage }[] = [];
  readonly results: KeptResult[] = [];
  /** Queues whose totals this turn changed. */
  readonly touchedQueues = new Set<number>();
  /** Bytes of all changes so far. */
  bytes = 0;
  readonly #store: Store;
  readonly #tables = new Map<TableName, Map<string, PendingChange>>();

  constructor(store: Store, nowMs: number) {
    this.#store = store;
    this.nowMs = nowMs;
  }

  get(table: TableName, key: string): Uint8Array | undefined {
    const pending = this.#tables.get(table)?.get(key);
    return pending === undefined ? this.#store.get(table, key) : pending.value;
  }

  /** `fresh`: no row has this key before the turn, so that a delete in the turn undoes the put. */
  put(table: TableName, key: string, value: Uint8Array, fresh = false): void {
    const changes = this.#table(table);
    const before = changes.get(key);
    changes.set(key, { value, fresh: before === undefined ? fresh : before.fresh });
    this.bytes += key.length + value.length + changeOverheadBytes;
  }

  delete(table: TableName, key: string): void {
    const changes = this.#table(table);
    if (changes.get(key)?.fresh === true) changes.delete(key);
    else changes.set(key, { value: undefined, fresh: false });
    this.bytes += key.length + changeOverheadBytes;
  }

  /** A range over the store and the changes of this turn; `limit` counts what is returned. */
  range(table: TableName, options: RangeOptions): Entry[] {
    const pending = this.#tables.get(table);
    if (pending === undefined || pending.size === 0) return this.#store.range(table, options);
    const limit = options.limit ?? Number.POSITIVE_INFINITY;
    const merged = new Map<string, Uint8Array>();
    const committed = this.#store.range(table, {
      ...options,
      ...(Number.isFinite(limit) ? { limit: limit + pending.size } : {}),
    });
    for (const [key, value] of committed) merged.set(key, value);
    for (const [key, { value }] of pending) {
      if (!isWithin(key, options)) continue;
      if (value === undefined) merged.delete(key);
      else merged.set(key, value);
    }
    const direction = options.reverse === true ? -1 : 1;
    return [...merged]
      .sort(([left], [right]) => (left < right ? -direction : direction))
      .slice(0, limit);
  }

  reply(to: Asker, answer: Answer): void {
    this.replies.push({ to, answer });
  }

  /** An answer that is not given at all when the turn fails: another attempt will give it. */
  replyWhenDurable(to: Asker, answer: Answer): void {
    this.replies.push({ to, answer, silentOnFailure: true });
  }

  /** Notes an event; see `interactionEvent`. */
  event(...event: Parameters<typeof interactionEvent>): void {
    this.events.push(interactionEvent(...event));
  }

  /** Sends a message to another partition once this turn is durable. */
  send(partition: number, message: PeerMessage): void {
    this.messages.push({ partition, message });
  }

  get hasChanges(): boolean {
    for (const changes of this.#tables.values()) if (changes.size > 0) return true;
    return false;
  }

  /** Whether this turn changed a table. */
  touches(table: TableName): boolean {
    return this.#tables.has(table);
  }

  /** All changes, table by table. */
  changes(): Change[] {
    const all: Change[] = [];
    for (const [table, changes] of this.#tables) {
      for (const [key, { value }] of changes) all.push({ table, key, value });
    }
    return all;
  }

  #table(table: TableName): Map<string, PendingChange> {
    let changes = this.#tables.get(table);
    if (changes === undefined) this.#tables.set(table, (changes = new Map()));
    return changes;
  }
}

interface PendingChange {
  readonly value: Uint8Array | undefined;
  readonly fresh: boolean;
}

const isWithin = (key: string, { from, to }: RangeOptions): boolean =>
  (from === undefined || key >= from) && (to === undefined || key < to);
