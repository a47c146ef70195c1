/** The status of a client, for any number of readers. */
import { AsyncQueue } from './async-queue.js';
import type { ClientStatus } from './types.js';

export class StatusFeed {
  #status: ClientStatus = 'reconnecting';
  readonly #readers = new Set<AsyncQueue<ClientStatus>>();

  get status(): ClientStatus {
    return this.#status;
  }

  /** Tells all readers; `closed` is the end. */
  set(status: ClientStatus): void {
    if (this.#status === 'closed' || this.#status === status) return;
    this.#status = status;
    for (const reader of this.#readers) {
      reader.push(status);
      if (status === 'closed') reader.end();
    }
    if (status === 'closed') this.#readers.clear();
  }

  /** The present status and all that follow. */
  read(): AsyncIterableIterator<ClientStatus> {
    const reader = new AsyncQueue<ClientStatus>(() => this.#readers.delete(reader));
    reader.push(this.#status);
    if (this.#status === 'closed') reader.end();
    else this.#readers.add(reader);
    return reader;
  }
}
