/**
 * Event subscriptions of clients (messages 170 and 172).
 *
 * A subscription is asked of every partition. Until all have answered, its events are held back,
 * because the client must know the subscription first. Then events go to the socket as they come,
 * and each partition gets its credit back when its bytes have left: so a partition never has more
 * than `limits.subscriptionCreditBytes` on the way, and a reader that stops delays only itself.
 */
import { isFault, readInteger } from '../text/index.js';
import { IxionError } from '../errors.js';
import { keysOfKeyValues } from '../interaction/attached-data.js';
import type { EventBytes } from '../net/connection.js';
import type { Session, SessionIdentity } from '../net/session.js';
import type { AttributesOf } from '../protocol/registry.js';
import { PartitionLink } from './front-link.js';
import { maxSubscription, partitionOfTag, subscriptionOfTag } from './messages.js';
import type { EventStart } from './messages.js';

export type SubscribeAttributes = AttributesOf<'RequestStartPlaceAgentStateReportingAll'>;

/** What the client is told of its new subscription. */
export interface SubscriptionAck {
  readonly SubscriptionId: number;
  /** The last sequence before the first event to come, per partition. */
  readonly ResumeToken: readonly number[];
}

interface Subscription {
  readonly number: number;
  readonly session: Session;
  /** Events that came before the client was told; undefined from then on. */
  held: { readonly partition: number; readonly bytes: Uint8Array }[] | undefined;
}

export class Subscriptions {
  readonly #links: readonly PartitionLink[];
  readonly #limit: number;
  readonly #byNumber = new Map<number, Subscription>();
  #lastNumber = 0;

  /** `limitPerConnection`: subscriptions that one connection may have. */
  constructor(links: readonly PartitionLink[], limitPerConnection: number) {
    this.#links = links;
    this.#limit = limitPerConnection;
  }

  get size(): number {
    return this.#byNumber.size;
  }

  /**
   * Subscribes at every partition. The caller tells the client, and then calls `deliver`.
   * Nothing is subscribed when it throws or rejects.
   * @throws {IxionError} TooManySubscriptions, Busy, InvalidResumeToken, WrongAttributeType, NotPermitted
   */
  open(session: Session, attributes: SubscribeAttributes): Promise<SubscriptionAck> {
    if (session.connection.subscriptions >= this.#limit) {
      throw new IxionError('TooManySubscriptions');
    }
    PartitionLink.checkRoom(this.#links);
    const starts = startsOf(attributes, this.#links.length);
    const tenants = tenantsOf(attributes.TenantList, session.identity);
    const subscription = { number: this.#nextNumber(), session, held: [] };
    this.#byNumber.set(subscription.number, subscription);
    session.connection.subscriptions++;
    session.subscriptions.add(subscription.number);
    return this.#ask(subscription, starts, tenants);
  }

  /** Sends what was held back; from now on events go to the client as they come. */
  deliver(number: number): void {
    const subscription = this.#byNumber.get(number);
    const held = subscription?.held;
    if (subscription === undefined || held === undefined) return;
    subscription.held = undefined;
    const { connection } = subscription.session;
    for (const { partition, bytes } of held) connection.sendEvent(number, partition, bytes);
  }

  /** Takes an event frame of a partition; one of an ended subscription is dropped. */
  event(tag: number, bytes: Uint8Array): void {
    const number = subscriptionOfTag(tag);
    const subscription = this.#byNumber.get(number);
    if (subscription === undefined) return;
    const partition = partitionOfTag(tag);
    if (subscription.held !== undefined) subscription.held.push({ partition, bytes });
    else subscription.session.connection.sendEvent(number, partition, bytes);
  }

  /** Gives credit back for events that have left. */
  left(events: readonly EventBytes[]): void {
    for (const { subscription, partition, bytes } of events) {
      if (!this.#byNumber.has(subscription)) continue;
      this.#links[partition]?.send({ type: 'event-credit', subscription, bytes });
    }
  }

  /** Ends a subscription of this session; false when it has none of this number. */
  close(session: Session, number: number): boolean {
    const subscription = this.#byNumber.get(number);
    if (subscription?.session !== session) return false;
    this.#byNumber.delete(number);
    session.subscriptions.delete(number);
    session.connection.subscriptions--;
    for (const link of this.#links) link.send({ type: 'unsubscribe', subscription: number });
    return true;
  }

  async #ask(
    { number, session }: Subscription,
    starts: readonly EventStart[],
    tenants: readonly number[],
  ): Promise<SubscriptionAck> {
    const answers = await Promise.allSettled(
      this.#links.map((link, partition) =>
        link.ask<number>({
          type: 'subscribe',
          subscription: number,
          session: session.number,
          proxyClient: session.proxyClient,
          start: starts[partition]!,
          tenants,
        }),
      ),
    );
    const refused = answers.find((answer) => answer.status === 'rejected');
    if (refused !== undefined) {
      this.close(session, number);
      throw refused.reason;
    }
    const sequences = answers.map((answer) => (answer as PromiseFulfilledResult<number>).value);
    return { SubscriptionId: number, ResumeToken: sequences };
  }

  #nextNumber(): number {
    do this.#lastNumber = (this.#lastNumber % maxSubscription) + 1;
    while (this.#byNumber.has(this.#lastNumber));
    return this.#lastNumber;
  }
}

function startsOf(attributes: SubscribeAttributes, partitions: number): EventStart[] {
  const { ResumeToken: token, FromStart: fromStart } = attributes;
  if (token === undefined) {
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
  return token.map((sequence) => ({ from: 'after', sequence }));
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
