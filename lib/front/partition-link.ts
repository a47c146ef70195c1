/**
 * The way from the front to one partition: frames at once or not at all, as far as the partition
 * keeps up with them (`Pressure`); the rest surely.
 */
import type { ActorRef } from '../actor/index.js';
import type { Clock } from '../clock.js';
import { IxionError } from '../errors.js';
import { Pressure, RequestKind, retryAfterMsMin } from './admission-control.js';
import { frontActorName, type PartitionMessage } from '../mail/partition.js';

/** Time after which a message that found no credit is tried again, and a client told to try. */
const retryAfterMs = retryAfterMsMin;
/** Credit for events is gathered for so long: a message for each write would be many. */
const creditWaitMs = 1;
/** Longest wait of the front for an answer of a partition. */
const askDeadlineMs = 10_000;

/**
 * Keeps the order of what it was given: while messages wait for credit, frames and asks are
 * refused, so that no frame overtakes the opening of its session.
 *
 * What waits is bounded. Clients can make the front send as often as they like, by coming and going
 * and by subscribing; once a link is full they are refused that (`checkNotFull`). What must still
 * be sent then is the end of the sessions and subscriptions there are, once each. Credit for events
 * waits beside, one sum per subscription; nothing depends on its place in the order.
 */
export class PartitionLink {
  readonly #ref: ActorRef<PartitionMessage>;
  readonly #clock: Clock;
  readonly #waitingMax: number;
  readonly #pressure = new Pressure();
  readonly #nowMs: () => number;
  #waiting: PartitionMessage[] = [];
  /** Bytes of credit that wait, by subscription. */
  readonly #credits = new Map<number, number>();

  /** `waitingMax`: messages that wait when the link is full. */
  constructor(ref: ActorRef<PartitionMessage>, clock: Clock, waitingMax: number) {
    this.#ref = ref;
    this.#clock = clock;
    this.#nowMs = () => clock.monotonicMs();
    this.#waitingMax = waitingMax;
  }

  /**
   * To be asked before anything is begun that needs messages and that a client may repeat.
   * @throws {IxionError} Busy
   */
  static checkNotFull(links: readonly PartitionLink[]): void {
    if (!links.some((link) => link.#waiting.length >= link.#waitingMax)) return;
    throw new IxionError('Busy', 'a partition does not keep up', { retryAfterMs });
  }

  /** Mails that were sent to the partition, and those of them that it has done with. */
  get sent(): number {
    return this.#ref.sent;
  }

  get settled(): number {
    return this.#ref.settled;
  }

  /** How long a client should wait whose frame was refused. */
  get retryAfterMs(): number {
    return this.#pressure.retryAfterMs;
  }

  /** Sends a frame of a session. False: the partition has all the work it may take. */
  forward(
    session: number,
    buffer: Uint8Array,
    start: number,
    end: number,
    kind: RequestKind,
  ): boolean {
    return (
      this.#waiting.length === 0 &&
      this.#pressure.admits(this.#ref, kind, this.#nowMs) &&
      this.#ref.tellBytes(session, buffer, start, end)
    );
  }

  /** Mail of partitions has come: some of what was sent may be done with. */
  progressed(): void {
    this.#pressure.progressed(this.#ref.settled, this.#nowMs);
  }

  /** Sends a message, now or as soon as there is credit. */
  send(message: PartitionMessage): void {
    if (message.type === 'unsubscribe') this.#credits.delete(message.reader);
    const isIdle = this.#waiting.length === 0;
    if (isIdle && this.#ref.tell(message)) return;
    this.#waiting.push(message);
    if (isIdle) this.#sendLater();
  }

  /** Gives a subscription credit for events, with that of all others of this turn. */
  giveCredit(subscription: number, bytes: number): void {
    const isFirst = this.#credits.size === 0;
    this.#credits.set(subscription, (this.#credits.get(subscription) ?? 0) + bytes);
    if (isFirst) this.#clock.setTimer(creditWaitMs, () => this.#sendCredits());
  }

  /**
   * Asks the partition.
   * @throws {IxionError} (as a rejection) Busy, Unavailable, DeadlineExceeded, or
   *   the partition's own
   */
  ask<Answer>(message: PartitionMessage): Promise<Answer> {
    const { other } = RequestKind;
    if (this.#waiting.length > 0 || !this.#pressure.admits(this.#ref, other, this.#nowMs)) {
      return Promise.reject(new IxionError('Busy', undefined, { retryAfterMs: this.retryAfterMs }));
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

  #sendCredits(): void {
    const credits: number[] = [];
    for (const [reader, bytes] of this.#credits) credits.push(reader, bytes);
    if (credits.length === 0) return;
    if (this.#ref.tell({ type: 'event-credit', target: frontActorName, credits }))
      this.#credits.clear();
    else this.#clock.setTimer(retryAfterMs, () => this.#sendCredits());
  }
}
