/**
 * One reader of the events of one partition. It reads the outbox at its own pace, as long as it has
 * credit, so that no reader can hold up a submit; the listener gives the first credit when the client
 * knows its subscription, and more when bytes have left for it. A reader that falls behind the retention
 * gets an EventGap and goes on after it.
 */
import { address, type EventFrames, type FrameRow } from './event-frames.js';

export interface SubscriptionOptions {
  readonly subscription: number;
  readonly proxyClient: number;
  /** Undefined: all tenants. */
  readonly tenants: ReadonlySet<number> | undefined;
  readonly nextSequence: number;
  /** It is to be told when it has all up to this one. */
  readonly tellAt?: number | undefined;
}

/** How much one visit may look at and send; one event more than the bytes is always sent. */
export interface VisitLimits {
  readonly bytes: number;
  readonly events: number;
}

const firstBytes = 32_768;
const keptBytes = 262_144;

/** Frames of one reader, one behind the other, until they are sent. */
export class FrameBatch {
  buffer = new Uint8Array(firstBytes);
  length = 0;

  add(frame: Uint8Array, proxyClient: number, subscription: number): void {
    const end = this.length + frame.length;
    if (end > this.buffer.length) this.#grow(end);
    this.buffer.set(frame, this.length);
    address(this.buffer, this.length, proxyClient, subscription);
    this.length = end;
  }

  clear(): void {
    this.length = 0;
    if (this.buffer.length > keptBytes) this.buffer = new Uint8Array(firstBytes);
  }

  #grow(needed: number): void {
    const larger = new Uint8Array(Math.max(needed, this.buffer.length * 2));
    larger.set(this.buffer.subarray(0, this.length));
    this.buffer = larger;
  }
}

export class Subscription {
  readonly number: number;
  readonly #options: SubscriptionOptions;
  #nextSequence: number;
  #credit = 0;
  /** Undefined: there is nothing to tell, or it has been told. */
  #tellAt: number | undefined;

  constructor(options: SubscriptionOptions) {
    this.number = options.subscription;
    this.#tellAt = options.tellAt;
    this.#options = options;
    this.#nextSequence = options.nextSequence;
  }

  /** Whether it has been sent all that there is. */
  isUpTo(lastSequence: number): boolean {
    return this.#nextSequence > lastSequence && this.#tellAt === undefined;
  }

  get hasCredit(): boolean {
    return this.#credit > 0;
  }

  giveCredit(bytes: number): void {
    this.#credit += bytes;
  }

  /**
   * Adds frames of events up to `lastSequence`, as far as credit and limits go.
   * @returns the number of events looked at
   */
  visit(
    frames: EventFrames,
    lastSequence: number,
    { bytes, events }: VisitLimits,
    batch: FrameBatch,
  ): number {
    let looked = 0;
    while (this.#nextSequence <= lastSequence && this.hasCredit && batch.length < bytes) {
      if (looked >= events) break;
      const row = frames.rowFrom(this.#nextSequence);
      const first = row?.firstSequence ?? lastSequence + 1;
      if (first > this.#nextSequence) this.#skipTo(first, frames, batch);
      if (row === undefined) break;
      looked += this.#isForOthers(row)
        ? this.#passRow(row, lastSequence)
        : this.#takeRow(row, lastSequence, frames, { bytes, events: events - looked }, batch);
    }
    if (this.#tellAt !== undefined) this.#tellUpToDate(frames, batch);
    return looked;
  }

  #tellUpToDate(frames: EventFrames, batch: FrameBatch): void {
    if (this.#nextSequence <= this.#tellAt! || !this.hasCredit) return;
    this.#add(frames.upToDate(this.#nextSequence - 1), batch);
    this.#tellAt = undefined;
  }

  #isForOthers({ onlyTenant }: FrameRow): boolean {
    const { tenants } = this.#options;
    return tenants !== undefined && onlyTenant !== undefined && !tenants.has(onlyTenant);
  }

  /** A row that has nothing for this reader counts as one event. */
  #passRow(row: FrameRow, lastSequence: number): number {
    this.#nextSequence = Math.min(row.lastSequence, lastSequence) + 1;
    return 1;
  }

  #takeRow(
    row: FrameRow,
    lastSequence: number,
    frames: EventFrames,
    { bytes, events }: VisitLimits,
    batch: FrameBatch,
  ): number {
    const { tenants } = this.#options;
    const last = Math.min(row.lastSequence, lastSequence);
    let looked = 0;
    while (this.#nextSequence <= last && this.hasCredit && looked < events) {
      if (batch.length >= bytes) break;
      const index = this.#nextSequence++ - row.firstSequence;
      looked++;
      if (tenants === undefined || tenants.has(row.tenantOf(index))) {
        this.#add(frames.frame(row, index), batch);
      }
    }
    if (this.#nextSequence <= row.lastSequence) frames.goesOnAt(row, this.#nextSequence);
    return looked;
  }

  #skipTo(sequence: number, frames: EventFrames, batch: FrameBatch): void {
    this.#add(frames.gap(this.#nextSequence, sequence - 1), batch);
    this.#nextSequence = sequence;
  }

  #add(frame: Uint8Array, batch: FrameBatch): void {
    const { proxyClient, subscription } = this.#options;
    this.#credit -= frame.length;
    batch.add(frame, proxyClient, subscription);
  }
}
