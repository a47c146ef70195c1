/**
 * The readers of a partition's events. They belong to the thread: a rebuilt partition goes on serving
 * them. Events leave in a turn of their own, after the answers of the requests that caused them.
 */
import type { ActorRef } from '../actor/index.js';
import { IxionError } from '../errors.js';
import { Subscription, type SendFrame } from '../events/subscription.js';
import { readEventRows, type Outbox } from '../partition/outbox.js';
import { eventTag, type PartitionMessage } from './messages.js';
import type { Kept } from './partition-kept.js';

export interface PartitionEventsOptions {
  readonly partition: number;
  readonly kept: Kept;
  readonly listener: ActorRef;
  /** Last sequence that is on disk. */
  readonly lastSequence: number;
  /** A programmer error outside the mail. */
  crash(error: unknown): void;
}

export class PartitionEvents {
  readonly #options: PartitionEventsOptions;
  #lastSequence: number;
  #isPumping = false;

  constructor(options: PartitionEventsOptions) {
    this.#options = options;
    this.#lastSequence = options.lastSequence;
  }

  /**
   * Adds a reader; answers with the sequence before the first event that it gets.
   * @throws {IxionError} InvalidResumeToken for a sequence that is still to come: of another store,
   *   or of this one before an older state of it was restored
   */
  subscribe(message: PartitionMessage & { type: 'subscribe' }, outbox: Outbox): number {
    const { subscription, proxyClient, tenants } = message;
    const before = this.#sequenceBefore(message, outbox);
    const options = {
      subscription,
      partition: this.#options.partition,
      proxyClient,
      tenants: tenants === undefined ? undefined : new Set(tenants),
      nextSequence: before + 1,
    };
    this.#options.kept.subscriptions.set(subscription, new Subscription(options));
    this.#pumpSoon();
    return before;
  }

  unsubscribe(subscription: number): void {
    this.#options.kept.subscriptions.delete(subscription);
  }

  /** So many bytes have left for the client: as many more may follow. */
  giveCredit(subscription: number, bytes: number): void {
    this.#options.kept.subscriptions.get(subscription)?.giveCredit(bytes);
    this.#pumpSoon();
  }

  /** Events up to this one are on disk. */
  durableUpTo(sequence: number): void {
    this.#lastSequence = sequence;
    if (this.#options.kept.subscriptions.size > 0) this.#pumpSoon();
  }

  #sequenceBefore({ start }: PartitionMessage & { type: 'subscribe' }, outbox: Outbox): number {
    if (start.from === 'next') return this.#lastSequence;
    if (start.from === 'oldest') return outbox.oldestSequence() - 1;
    if (start.sequence <= this.#lastSequence) return start.sequence;
    const detail = `partition ${this.#options.partition} has no event ${start.sequence} yet`;
    throw new IxionError('InvalidResumeToken', detail);
  }

  #pumpSoon(): void {
    if (this.#isPumping) return;
    this.#isPumping = true;
    setImmediate(() => {
      this.#isPumping = false;
      try {
        this.#pump();
      } catch (error) {
        this.#options.crash(error);
      }
    });
  }

  #pump(): void {
    const { kept, listener, partition } = this.#options;
    let hasMore = false;
    for (const [subscription, reader] of kept.subscriptions) {
      const tag = eventTag(partition, subscription);
      const send: SendFrame = (buffer, start, end) => {
        listener.tellBytes(tag, buffer, start, end);
      };
      const read = (sequence: number, count: number) => readEventRows(kept.store, sequence, count);
      if (reader.pump(this.#lastSequence, read, send)) hasMore = true;
    }
    if (hasMore) this.#pumpSoon();
  }
}
