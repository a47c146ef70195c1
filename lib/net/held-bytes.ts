/**
 * What the server holds in memory for its clients, in bytes: an account of each connection by kind,
 * and one sum of all. Each kind has its own limits; their product over all connections has none but
 * this sum. Above it the connection that holds most is ended: see `lib/front/relief.ts`.
 *
 * To hold something for a client: `account.add(kind, bytes)`, and the same with a minus when it
 * goes. What is left when the connection ends is taken off by itself.
 */

/**
 * `unread`: answers and events that wait for the client to read them. `requests`: bytes of requests
 * that wait for an answer longer than they take: held pulls, questions. `parked`: requests that
 * wait to be begun. `clients`: logical clients and subscriptions, in all partitions.
 */
export const heldKinds = ['unread', 'requests', 'parked', 'clients'] as const;
export type HeldKind = (typeof heldKinds)[number];

/** The sums over all connections. */
export class HeldBytes implements Record<HeldKind, number> {
  unread = 0;
  requests = 0;
  parked = 0;
  clients = 0;

  get sum(): number {
    return this.unread + this.requests + this.parked + this.clients;
  }
}

/** What is held for one connection. */
export class Account extends HeldBytes {
  readonly #all: HeldBytes;

  constructor(all: HeldBytes) {
    super();
    this.#all = all;
  }

  /** `bytes` may be below zero. */
  add(kind: HeldKind, bytes: number): void {
    this[kind] += bytes;
    this.#all[kind] += bytes;
  }

  /** As `add('unread', bytes)`: each answer passes here. */
  addUnread(bytes: number): void {
    this.unread += bytes;
    this.#all.unread += bytes;
  }

  /** The connection has ended: nothing is held for it any more. */
  close(): void {
    for (const kind of heldKinds) this.add(kind, -this[kind]);
  }
}
