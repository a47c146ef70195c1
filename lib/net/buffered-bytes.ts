/**
 * What the server buffers for its clients, in bytes: an account of each connection by kind,
 * and one sum of all. Each kind has its own limits; their product over all connections has none but
 * this sum. Above it the connection that has most is ended: see `lib/front/relief.ts`.
 *
 * To buffer something for a client: `account.add(kind, bytes)`, and the same with a minus when it
 * goes. What is left when the connection ends is taken off by itself.
 */

/**
 * `unread`: answers and events that wait for the client to read them. `requests`: bytes of requests
 * that wait for an answer longer than they take: waiting pulls, questions. `parked`: requests that
 * wait to be begun. `clients`: logical clients and subscriptions, in all partitions.
 */
export const bufferedKinds = ['unread', 'requests', 'parked', 'clients'] as const;
export type BufferedKind = (typeof bufferedKinds)[number];

/** The sums over all connections. */
export class BufferedBytes implements Record<BufferedKind, number> {
  unread = 0;
  requests = 0;
  parked = 0;
  clients = 0;

  get sum(): number {
    return this.unread + this.requests + this.parked + this.clients;
  }
}

/** What is buffered for one connection. */
export class Account extends BufferedBytes {
  readonly #all: BufferedBytes;

  constructor(all: BufferedBytes) {
    super();
    this.#all = all;
  }

  /** `bytes` may be below zero. */
  add(kind: BufferedKind, bytes: number): void {
    this[kind] += bytes;
    this.#all[kind] += bytes;
  }

  /** As `add('unread', bytes)`: each answer passes here. */
  addUnread(bytes: number): void {
    this.unread += bytes;
    this.#all.unread += bytes;
  }

  /** The connection has ended: nothing is buffered for it any more. */
  close(): void {
    for (const kind of bufferedKinds) this.add(kind, -this[kind]);
  }
}
