/**
 * Event subscriptions of clients (messages 170 and 172).
 *
 * A subscription is asked of every partition. When all have answered and the client has been told,
 * they get credit, and events come and go to the socket. A partition gets credit back when its
 * bytes have left: so a subscription never has more than `limits.subscriptionCreditBytes` on the
 * way, and a reader that stops delays only itself. What comes once for several subscriptions is
 * addressed to each here.
 */
import type { Clock } from '../clock.js';
import { isFault, readInteger } from '../text/index.js';
import { IxionError } from '../errors.js';
import { keysOfKeyValues } from '../interaction/attached-data.js';
import { noTenant } from '../interaction/event.js';
import { limits } from '../limits.js';
import type { EventBytes } from '../net/connection.js';
import type { Session, SessionIdentity } from '../net/session.js';
import type { AttributesOf } from '../protocol/registry.js';
import { isTimelineId } from '../timeline.js';
import { PartitionLink } from './partition-link.js';
import {
  addressFrames,
  framesEnd,
  partitionOfTag,
  readerAt,
  readersOfTag,
} from '../mail/events.js';
import { frontActorName, type EventStart } from '../mail/partition.js';
import { EventFlushes } from './event-flushes.js';

export type SubscribeAttributes = AttributesOf<'RequestStartPlaceAgentStateReportingAll'>;

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
}

/** Subscriptions that one connection may have, and all together. */
export interface SubscriptionLimits {
  readonly subscriptionsPerConnection: number;
  readonly subscriptions: number;
  /** Whether so many bytes more may be buffered. */
  mayBuffer(bytes: number): boolean;
}

/** A partition with little credit sends one event at a time. */
const creditBytesMin = 4_096;
/** What a tenant that it is limited to takes of memory. */
const tenantBytes = 64;
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
  readonly #byNumber = new Map<number, Subscription>();
  /** Connections with events to write, and marks of partitions. */
  readonly flushes: EventFlushes;
  #lastNumber = 0;

  /** @param timeline its identifier, which goes with every position */
  constructor(
    links: readonly PartitionLink[],
    clock: Clock,
    most: SubscriptionLimits,
    timeline: string,
  ) {
    this.#links = links;
    this.#clock = clock;
    this.flushes = new EventFlushes(clock, (partition) => {
      links[partition]!.send({ type: 'mark-passed', target });
    });
    this.#limits = most;
    this.#timeline = timeline;
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
    const starts = startsOf(attributes, this.#links.length);
    const tenants = tenantsOf(attributes.TenantList, session.identity);
    if (attributes.ServerEvents === true) tenants.push(ofServer(session.identity));
    const placeBytes = limits.clientOverheadBytes + tenants.length * tenantBytes;
    const ownBytes = (this.#links.length + 1) * placeBytes;
    if (!this.#limits.mayBuffer(ownBytes)) throw new IxionError('TooMuchHeld');
    const left = this.#links.map(() => 0);
    const subscription = { number: this.#nextNumber(), session, left, ownBytes };
    this.#byNumber.set(subscription.number, subscription);
    session.connection.subscriptions++;
    session.connection.account.add('clients', ownBytes);
    session.subscriptions.add(subscription.number);
    return this.#ask(subscription, starts, tenants, attributes.TellUpToDate === true);
  }

  /** The client has been told: from now on events come. */
  deliver(number: number): void {
    if (!this.#byNumber.has(number)) return;
    for (const link of this.#links) link.giveCredit(number, this.#creditBytes);
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
      const { number, session } = subscription;
      addressFrames(frames, session.proxyClient, number);
      session.connection.sendEvent(number, partition, frames);
    }
    this.flushes.took(this.#clock.monotonicMs() - beganMs);
  }

  /** Gives credit back for events that have left. */
  left(events: readonly EventBytes[]): void {
    for (const { subscription, partition, bytes } of events) {
      const left = this.#byNumber.get(subscription)?.left;
      if (left === undefined) continue;
      left[partition]! += bytes;
      if (left[partition]! < this.#creditBytes * creditReturnShare) continue;
      this.#links[partition]!.giveCredit(subscription, left[partition]!);
      left[partition] = 0;
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
    for (const link of this.#links) link.send({ type: 'unsubscribe', target, reader: number });
    return true;
  }

  async #ask(
    { number, session }: Subscription,
    starts: readonly EventStart[],
    tenants: readonly number[],
    tellUpToDate: boolean,
  ): Promise<SubscriptionAck> {
    const answers = await Promise.allSettled(
      this.#links.map((link, partition) =>
        link.ask<number>({
          type: 'subscribe',
          target,
          reader: number,
          start: starts[partition]!,
          tellUpToDate,
          tenants,
          kinds: undefined,
        }),
      ),
    );
    const refused = answers.find((answer) => answer.status === 'rejected');
    if (refused !== undefined) {
      this.close(session, number);
      throw refused.reason;
    }
    const sequences = answers.map((answer) => (answer as PromiseFulfilledResult<number>).value);
    return { SubscriptionId: number, ResumeToken: sequences, Timeline: this.#timeline };
  }

  #nextNumber(): number {
    do this.#lastNumber = (this.#lastNumber % subscriptionMax) + 1;
    while (this.#byNumber.has(this.#lastNumber));
    return this.#lastNumber;
  }
}

function startsOf(attributes: SubscribeAttributes, partitions: number): EventStart[] {
  const { ResumeToken: token, FromStart: fromStart, Timeline: timeline } = attributes;
  if (timeline !== undefined && !isTimelineId(timeline)) {
    throw new IxionError('InvalidResumeToken', 'Timeline has not 16 hexadecimal digits');
  }
  if (token === undefined) {
    if (timeline !== undefined) {
      throw new IxionError('InvalidResumeToken', 'a Timeline means nothing without ResumeToken');
    }
    const start: EventStart = { from: fromStart === true ? 'oldest' : 'next' };
    return Array.from({ length: partitions }, () => start);
  }
  if (fromStart === true) {
    throw new IxionError('InvalidResumeToken', 'a resume token and FromStart exclude each other');
  }
  if (token.length !== partitions) {
    const detail = `the resume token has ${token.length} sequences, this store ${partitions}`;
    throw new IxionError('InvalidResumeToken', detail);
  }
  return token.map((sequence) => ({ from: 'after', sequence, timeline }));
}

/** Events of the server are of no tenant. */
function ofServer({ tenants }: SessionIdentity): number {
  if (tenants === undefined) return noTenant;
  const detail = 'ServerEvents: the client is limited to tenants, and they are of none';
  throw new IxionError('NotPermitted', detail);
}

function tenantsOf(list: Uint8Array | undefined, { tenantId, tenants }: SessionIdentity): number[] {
  if (list === undefined) return [tenantId];
  return keysOfKeyValues(list).map((key) => {
    const tenant = readInteger(key, 0, 2_147_483_647);
    if (isFault(tenant)) {
      throw new IxionError('WrongAttributeType', `in TenantList ${tenant.what}; ${tenant.remedy}`);
    }
    if (tenants === undefined || tenants.includes(tenant)) return tenant;
    throw new IxionError('NotPermitted', `tenant ${tenant} is none of the client's`);
  });
}
