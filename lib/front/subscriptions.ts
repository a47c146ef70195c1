/**
 * Event subscriptions of clients (messages 170 and 172).
 *
 * A subscription is asked of every partition. When all have answered and the client has been told,
 * they get credit, and events come and go to the socket. A partition gets credit back when its
 * bytes have left: so a subscription never has more than `limits.subscriptionCreditBytes` on the
 * way, and a reader that stops delays only itself; after `subscriptionStallMs` it is told and its
 * subscription ended. What comes once for several subscriptions is addressed to each here.
 */
import type { Clock, Timer } from '../clock.js';
import { IxionError } from '../errors.js';
import { limits } from '../limits.js';
import type { EventBytes } from '../net/connection.js';
import type { Session } from '../net/session.js';
import type { DeskLink } from './desk-link.js';
import { PartitionLink } from './partition-link.js';
import type { Replies } from './replies.js';
import {
  addressFrames,
  framesEnd,
  partitionOfTag,
  readerAt,
  readersOfTag,
} from '../mail/events.js';
import type { PlaceStatesPage } from '../mail/desk.js';
import { frontActorName, type Subscribing } from '../mail/partition.js';
import { EventFlushes } from './event-flushes.js';
import { wishesOf, type SubscribeAttributes, type Wishes } from './subscription-wishes.js';

/** What the client is told of its new subscription. */
export interface SubscriptionAck {
  readonly SubscriptionId: number;
  /** The last sequence before the first event to come, per partition. */
  readonly ResumeToken: readonly number[];
  /** Which course of events these sequences are of; goes with ResumeToken when it is used. */
  readonly Timeline: string;
}

interface Subscription {
  readonly number: number;
  readonly session: Session;
  /** Bytes that have left, by partition, and that it has no credit for yet. */
  readonly left: number[];
  /** What it takes here and in all partitions. */
  readonly ownBytes: number;
  /** It is told agents before their events; undefined: it is not, or no longer. */
  states: 'asked' | 'told' | undefined;
  /** Bytes of these that have not left. */
  stateBytes: number;
  /** Bytes on their way to its reader, and since when it has taken none of them. */
  bytesOnWay: number;
  takenAtMs: number;
}

/** Subscriptions that one connection may have, and all together. */
export interface SubscriptionLimits {
  readonly subscriptionsPerConnection: number;
  readonly subscriptions: number;
  readonly subscriptionStallMs: number;
  /** Whether so many bytes more may be buffered. */
  mayBuffer(bytes: number): boolean;
}

export interface SubscriptionsOptions {
  readonly links: readonly PartitionLink[];
  readonly clock: Clock;
  readonly limits: SubscriptionLimits;
  /** Its identifier, which goes with every position. */
  readonly timeline: string;
  readonly desk: DeskLink;
  readonly replies: Replies;
}

/** A partition with little credit sends one event at a time. */
const creditBytesMin = 4_096;
/** What a tenant that it is limited to takes of memory. */
const tenantBytes = 64;
/** Events of agents come from there. */
const agentsPartition = 0;
/** Readers are looked at so many times in the time that they have. */
const looksPerStall = 4;
/** Credit goes back by so much of it at once: a message for each write would be many. */
const creditReturnShare = 1 / 4;
const subscriptionMax = 0x1ff_ffff;
const target = frontActorName;

export class Subscriptions {
  readonly #links: readonly PartitionLink[];
  readonly #clock: Clock;
  readonly #limits: SubscriptionLimits;
  readonly #timeline: string;
  readonly #creditBytes: number;
  readonly #desk: DeskLink;
  readonly #replies: Replies;
  readonly #byNumber = new Map<number, Subscription>();
  #stallTimer: Timer | undefined;
  /** Connections with events to write, and marks of partitions. */
  readonly flushes: EventFlushes;
  #lastNumber = 0;

  constructor(options: SubscriptionsOptions) {
    const { links, clock, limits: most, timeline, desk, replies } = options;
    this.#links = links;
    this.#clock = clock;
    this.flushes = new EventFlushes(clock, (partition) => {
      links[partition]!.send({ type: 'mark-passed', target });
    });
    this.#limits = most;
    this.#timeline = timeline;
    this.#desk = desk;
    this.#replies = replies;
    const share = Math.floor(limits.subscriptionCreditBytes / links.length);
    this.#creditBytes = Math.max(creditBytesMin, share);
  }

  get size(): number {
    return this.#byNumber.size;
  }

  /**
   * Subscribes at every partition. The caller tells the client, and then calls `deliver`.
   * Nothing is subscribed when it throws or rejects.
   * @throws {IxionError} TooManySubscriptions, Busy, InvalidResumeToken,
   *   WrongAttributeType, NotPermitted
   */
  open(session: Session, attributes: SubscribeAttributes): Promise<SubscriptionAck> {
    const { subscriptionsPerConnection, subscriptions } = this.#limits;
    if (session.connection.subscriptions >= subscriptionsPerConnection) {
      throw new IxionError('TooManySubscriptions');
    }
    if (this.#byNumber.size >= subscriptions) {
      throw new IxionError('TooManySubscriptions', 'the server has all that it may have');
    }
    PartitionLink.checkNotFull(this.#links);
    const wishes = wishesOf(attributes, session.identity, this.#links.length);
    const placeBytes = limits.clientOverheadBytes + wishes.wanted.length * tenantBytes;
    const ownBytes = (this.#links.length + 1) * placeBytes;
    if (!this.#limits.mayBuffer(ownBytes)) throw new IxionError('TooMuchHeld');
    const left = this.#links.map(() => 0);
    const subscription: Subscription = {
      number: this.#nextNumber(),
      session,
      left,
      ownBytes,
      states: wishes.agentsOf === undefined ? undefined : 'asked',
      stateBytes: 0,
      bytesOnWay: 0,
      takenAtMs: 0,
    };
    this.#byNumber.set(subscription.number, subscription);
    session.connection.subscriptions++;
    session.connection.account.add('clients', ownBytes);
    session.subscriptions.add(subscription.number);
    return this.#ask(subscription, wishes);
  }

  /** The client has been told: from now on events come. */
  deliver(number: number): void {
    const subscription = this.#byNumber.get(number);
    if (subscription === undefined) return;
    for (const [partition, link] of this.#links.entries()) {
      if (partition === agentsPartition && subscription.states !== undefined) continue;
      link.giveCredit(number, this.#creditBytes);
    }
    if (subscription.states !== undefined) void this.#tellStates(subscription);
  }

  /** The next agents that it is told; its reader has taken those before. */
  async #tellStates(subscription: Subscription): Promise<void> {
    const { number, session } = subscription;
    try {
      const message = { type: 'place-states-page', reader: number } as const;
      const { frames, isLast } = await this.#desk.ask<PlaceStatesPage>(message);
      if (this.#byNumber.get(number) !== subscription) return;
      addressFrames(frames, session.proxyClient, number);
      if (isLast) subscription.states = undefined;
      subscription.stateBytes += frames.length;
      this.#send(subscription, agentsPartition, frames);
      if (isLast) this.#links[agentsPartition]!.giveCredit(number, this.#creditBytes);
      else if (subscription.stateBytes === 0) return await this.#tellStates(subscription);
    } catch (error) {
      if (!(error instanceof IxionError)) throw error;
      if (this.#byNumber.get(number) === subscription) this.#end(subscription, error);
    }
  }

  /** Takes event frames of a partition; an ended subscription gets nothing. */
  event(tag: number, bytes: Uint8Array): void {
    const partition = partitionOfTag(tag);
    const count = readersOfTag(tag);
    if (count === 0) return this.flushes.mark(partition);
    const beganMs = this.#clock.monotonicMs();
    const frames = bytes.subarray(0, framesEnd(tag, bytes));
    for (let index = 0; index < count; index++) {
      const subscription = this.#byNumber.get(readerAt(tag, bytes, index));
      if (subscription === undefined) continue;
      addressFrames(frames, subscription.session.proxyClient, subscription.number);
      this.#send(subscription, partition, frames);
    }
    this.flushes.took(this.#clock.monotonicMs() - beganMs);
  }

  #send(subscription: Subscription, partition: number, frames: Uint8Array): void {
    const { number, session } = subscription;
    if (subscription.bytesOnWay === 0) subscription.takenAtMs = this.#clock.monotonicMs();
    subscription.bytesOnWay += frames.length;
    session.connection.sendEvent(number, partition, frames);
    if (this.#stallTimer === undefined) this.#look();
  }

  /** Ends those whose readers take nothing; as long as anything is on its way it looks again. */
  #look(): void {
    const { subscriptionStallMs } = this.#limits;
    const nowMs = this.#clock.monotonicMs();
    let isAnyOnWay = false;
    for (const subscription of this.#byNumber.values()) {
      if (subscription.bytesOnWay === 0) continue;
      if (nowMs - subscription.takenAtMs < subscriptionStallMs) isAnyOnWay = true;
      else {
        const seconds = Math.round(subscriptionStallMs / 1_000);
        const detail = `nothing was taken of it for ${seconds} s`;
        this.#end(subscription, new IxionError('SubscriberTooSlow', detail));
      }
    }
    this.#stallTimer = isAnyOnWay
      ? this.#clock.setTimer(subscriptionStallMs / looksPerStall, () => this.#look())
      : undefined;
  }

  #end({ session, number }: Subscription, error: IxionError): void {
    this.close(session, number);
    this.#replies.subscriptionEnded(session, number, error, this.#timeline);
    this.flushes.add(session.connection);
  }

  /** Gives credit back for events that have left. */
  left(events: readonly EventBytes[]): void {
    const nowMs = this.#clock.monotonicMs();
    for (const { subscription: number, partition, bytes } of events) {
      const subscription = this.#byNumber.get(number);
      if (subscription === undefined) continue;
      const { left } = subscription;
      subscription.bytesOnWay -= bytes;
      subscription.takenAtMs = nowMs;
      left[partition]! += bytes;
      if (subscription.stateBytes > 0 && partition === agentsPartition)
        this.#statesLeft(subscription);
      if (left[partition]! < this.#creditBytes * creditReturnShare) continue;
      this.#links[partition]!.giveCredit(number, left[partition]!);
      left[partition] = 0;
    }
  }

  /** What tells agents has no credit of the partition; behind it comes the next of them. */
  #statesLeft(subscription: Subscription): void {
    const { left, stateBytes } = subscription;
    const bytes = Math.min(stateBytes, left[agentsPartition]!);
    left[agentsPartition]! -= bytes;
    subscription.stateBytes -= bytes;
    if (subscription.states !== undefined && subscription.stateBytes === 0) {
      void this.#tellStates(subscription);
    }
  }

  /** Ends a subscription of this session; false when it has none of this number. */
  close(session: Session, number: number): boolean {
    const subscription = this.#byNumber.get(number);
    if (subscription?.session !== session) return false;
    this.#byNumber.delete(number);
    session.subscriptions.delete(number);
    session.connection.subscriptions--;
    session.connection.account.add('clients', -subscription.ownBytes);
    this.#unsubscribe(subscription);
    return true;
  }

  #unsubscribe({ number, states }: Subscription): void {
    for (const link of this.#links) link.send({ type: 'unsubscribe', target, reader: number });
    if (states !== undefined) this.#desk.endStates(number);
  }

  async #ask(subscription: Subscription, wishes: Wishes): Promise<SubscriptionAck> {
    const { number, session } = subscription;
    const { wanted, starts, tellUpToDate, tellsCounts, agentsOf } = wishes;
    const messages = starts.map((start): Subscribing => ({
      type: 'subscribe',
      target,
      reader: number,
      start,
      tellUpToDate,
      wanted,
      tellsCounts,
    }));
    const isOfDesk = (partition: number): boolean =>
      partition === agentsPartition && agentsOf !== undefined;
    const asked = messages.map((message, partition) =>
      isOfDesk(partition) ? undefined : this.#links[partition]!.ask<number>(message),
    );
    const answers = await Promise.allSettled(asked);
    // What agents have in hand is to be known from all that comes before the events of it.
    if (agentsOf !== undefined && answers.every(({ status }) => status === 'fulfilled')) {
      const subscribe = messages[agentsPartition]!;
      const states = this.#desk.askStates(session, subscribe, agentsOf);
      [answers[agentsPartition]] = await Promise.allSettled([states]);
    }
    const refused = answers.find((answer) => answer.status === 'rejected');
    const isGone = !this.#byNumber.has(number);
    if (refused !== undefined) {
      this.close(session, number);
      throw refused.reason;
    }
    // It ended meanwhile: a partition may have begun after it was told so.
    if (isGone) this.#unsubscribe(subscription);
    const sequences = answers.map((answer) => (answer as PromiseFulfilledResult<number>).value);
    return { SubscriptionId: number, ResumeToken: sequences, Timeline: this.#timeline };
  }

  #nextNumber(): number {
    do this.#lastNumber = (this.#lastNumber % subscriptionMax) + 1;
    while (this.#byNumber.has(this.#lastNumber));
    return this.#lastNumber;
  }
}
