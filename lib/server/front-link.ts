/** The way from the front to one partition: frames at once or not at all, the rest surely. */
import type { ActorRef } from '../actor/index.js';
import type { Clock } from '../clock.js';
import { IxionError } from '../errors.js';
import type { PartitionMessage } from './messages.js';

/** Time after which a message that found no credit is tried again, and a client told to try. */
export const retryAfterMs = 50;
/** Longest wait of the front for an answer of a partition. */
const askDeadlineMs = 10_000;

/**
 * Keeps the order of what it was given: while messages wait for credit, frames and asks are refused,
 * so that no frame overtakes the opening of its session. What waits is bounded by the sessions and
 * subscriptions there are.
 */
export class PartitionLink {
  readonly #ref: ActorRef<PartitionMessage>;
  readonly #clock: Clock;
  #waiting: PartitionMessage[] = [];

  constructor(ref: ActorRef<PartitionMessage>, clock: Clock) {
    this.#ref = ref;
    this.#clock = clock;
  }

  /** Sends a frame of a session. False: the partition has all the work it may hold. */
  forward(session: number, buffer: Uint8Array, start: number, end: number): boolean {
    return this.#waiting.length === 0 && this.#ref.tellBytes(session, buffer, start, end);
  }

  /** Sends a message, now or as soon as there is credit. */
  send(message: PartitionMessage): void {
    if (this.#waiting.length === 0 && this.#ref.tell(message)) return;
    this.#waiting.push(message);
    if (this.#waiting.length === 1) this.#sendLater();
  }

  /**
   * Asks the partition.
   * @throws {IxionError} (as a rejection) Busy, Unavailable, DeadlineExceeded, or the partition's own
   */
  ask<Answer>(message: PartitionMessage): Promise<Answer> {
    if (this.#waiting.length > 0) {
      return Promise.reject(new IxionError('Busy', undefined, { retryAfterMs }));
    }
    return this.#ref.ask<Answer>(message, { deadlineMs: askDeadlineMs });
  }

  #sendLater(): void {
    this.#clock.setTimer(retryAfterMs, () => {
      let sent = 0;
      while (sent < this.#waiting.length && this.#ref.tell(this.#waiting[sent]!)) sent++;
      this.#waiting = this.#waiting.slice(sent);
      if (this.#waiting.length > 0) this.#sendLater();
    });
  }
}
