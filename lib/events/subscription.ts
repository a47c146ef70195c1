/**
 * One reader of the events of one partition. It reads the outbox at its own pace, as long as it has
 * credit, so that no reader can hold up a submit; the listener gives credit back when bytes have left
 * for the client. A reader that falls behind the retention gets an EventGap and goes on after it.
 */
import type { EventRow, InteractionEvent } from '../interaction/event.js';
import { limits } from '../limits.js';
import { messageByName } from '../protocol/registry.js';
import { FrameWriter } from '../protocol/frame-writer.js';
import { RouteKind } from '../protocol/message.js';

/** Reads event rows from the one that holds `sequence` on, at most `count`. */
export type ReadRows = (sequence: number, count: number) => EventRow[];

/** Takes one event frame. */
export type SendFrame = (buffer: Uint8Array, start: number, end: number) => void;

export interface SubscriptionOptions {
  readonly subscription: number;
  readonly partition: number;
  readonly proxyClient: number;
  /** Undefined: all tenants. */
  readonly tenants: ReadonlySet<number> | undefined;
  readonly nextSequence: number;
}

const gapNumber = messageByName('EventGap').number;
const rowsPerRead = 8;
/** Bytes sent, and events looked at, in one go: a reader far behind must not hold up the partition. */
const bytesPerPump = 131_072;
const eventsPerPump = 2_048;

export class Subscription {
  readonly #options: SubscriptionOptions;
  readonly #writer = new FrameWriter();
  #nextSequence: number;
  #credit: number = limits.subscriptionCreditBytes;

  constructor(options: SubscriptionOptions) {
    this.#options = options;
    this.#nextSequence = options.nextSequence;
  }

  giveCredit(bytes: number): void {
    this.#credit += bytes;
  }

  /** Sends what may be sent of the events up to `lastSequence`; true: there is more to send now. */
  pump(lastSequence: number, read: ReadRows, send: SendFrame): boolean {
    const first = this.#nextSequence;
    const credit = this.#credit;
    while (this.#nextSequence <= lastSequence && this.#credit > 0) {
      const isEnough =
        credit - this.#credit >= bytesPerPump || this.#nextSequence - first >= eventsPerPump;
      if (isEnough) return true;
      this.#sendRows(read(this.#nextSequence, rowsPerRead), lastSequence, send);
    }
    return false;
  }

  #sendRows(rows: readonly EventRow[], lastSequence: number, send: SendFrame): void {
    const first = rows[0]?.firstSequence ?? lastSequence + 1;
    if (first > this.#nextSequence) this.#sendGap(first - 1, send);
    for (const row of rows) {
      for (let index = 0; index < row.events.length; index++) {
        const sequence = row.firstSequence + index;
        if (sequence < this.#nextSequence) continue;
        if (sequence > lastSequence || this.#credit <= 0) return;
        this.#nextSequence = sequence + 1;
        const event = row.events[index]!;
        if (this.#isWanted(event)) this.#sendEvent(event, sequence, row.timeMs, send);
      }
    }
  }

  #isWanted({ tenantId }: InteractionEvent): boolean {
    const { tenants } = this.#options;
    return tenants === undefined || tenants.has(tenantId);
  }

  #sendEvent(event: InteractionEvent, sequence: number, timeMs: number, send: SendFrame): void {
    const { partition, subscription } = this.#options;
    const { cause } = event;
    this.#send(event.event, send, {
      InteractionId: event.interactionId,
      InteractionVersion: event.version,
      InteractionState: event.state,
      Queue: event.queue,
      EventTime: timeMs,
      Partition: partition,
      Sequence: sequence,
      SubscriptionId: subscription,
      ActorType: cause.actorType === 0 ? undefined : cause.actorType,
      ActorId: cause.actorId === '' ? undefined : cause.actorId,
      ReasonSystemName: cause.reasonSystemName,
      ReasonDescription: cause.reasonDescription,
      Extension: cause.extension,
      ...event.details,
    });
  }

  #sendGap(toSequence: number, send: SendFrame): void {
    const { partition, subscription } = this.#options;
    this.#send(gapNumber, send, {
      Partition: partition,
      FromSequence: this.#nextSequence,
      ToSequence: toSequence,
      SubscriptionId: subscription,
    });
    this.#nextSequence = toSequence + 1;
  }

  #send(message: number, send: SendFrame, body: Record<string, unknown>): void {
    const { proxyClient } = this.#options;
    const length = this.#writer.write(message, 0, 0, proxyClient, RouteKind.none, '', body);
    this.#credit -= length;
    send(this.#writer.take(), 0, length);
  }
}
