/** The mail of one actor and the credit it holds, by the thread that sent it. */
import { assert } from '../assert.js';
import { creditReturnMails, creditReturnShare } from './link.js';
import type { Envelope } from './types.js';

/** Gives credit of so many mails back; not `isUrgent`: with whatever goes to that thread next. */
export type GiveBack = (thread: number, bytes: number, mails: number, isUrgent: boolean) => void;

/** What one call of `receive` gets, and its credit by thread. */
class Batch {
  readonly envelopes: Envelope<unknown>[] = [];
  readonly bytes: number[];
  readonly mails: number[];
  totalBytes = 0;

  constructor(threads: number) {
    this.bytes = new Array<number>(threads).fill(0);
    this.mails = new Array<number>(threads).fill(0);
  }

  append({ envelopes, bytes, mails, totalBytes }: Batch): void {
    for (const envelope of envelopes) this.envelopes.push(envelope);
    for (let thread = 0; thread < bytes.length; thread += 1) {
      this.bytes[thread]! += bytes[thread]!;
      this.mails[thread]! += mails[thread]!;
    }
    this.totalBytes += totalBytes;
  }
}

/** Credit of one thread that was given back since the last time that was urgent. */
interface Returned {
  bytes: number;
  mails: number;
}

export class Mailbox {
  /** Bytes of mail that nobody took yet. */
  bytes = 0;
  /** Mail that nobody took yet. */
  length = 0;
  /** Oldest first; all but the last are full. */
  #waiting: Batch[] = [];
  /** The last of them. */
  #filling: Batch | undefined;
  /** Taken and not settled. */
  #taken: Batch | undefined;
  readonly #returned: readonly Returned[];
  readonly #limit: number;
  readonly #batchMails: number;
  readonly #threads: number;
  readonly #giveBack: GiveBack;

  constructor(limit: number, batchMails: number, threads: number, giveBack: GiveBack) {
    this.#limit = limit;
    this.#batchMails = batchMails;
    this.#threads = threads;
    this.#giveBack = giveBack;
    this.#returned = Array.from({ length: threads }, () => ({ bytes: 0, mails: 0 }));
  }

  put(envelope: Envelope<unknown>, thread: number, charge: number): void {
    const batch = this.#openBatch();
    batch.envelopes.push(envelope);
    batch.bytes[thread]! += charge;
    batch.mails[thread]! += 1;
    batch.totalBytes += charge;
    this.bytes += charge;
    this.length += 1;
  }

  /** What has waited longest, in order of arrival: as much as a batch may have, or `all` of it. */
  take(all: boolean): Envelope<unknown>[] {
    assert(this.#taken === undefined, 'the last batch was not settled');
    const batch = this.#waiting.shift();
    this.#taken = batch;
    if (batch === undefined) return [];
    if (all) for (const next of this.#waiting.splice(0)) batch.append(next);
    if (this.#waiting.length === 0) this.#filling = undefined;
    this.bytes -= batch.totalBytes;
    this.length -= batch.envelopes.length;
    return batch.envelopes;
  }

  /** What was taken is done with: its credit goes back, at once where it is worth a packet. */
  settle(): void {
    const batch = this.#taken;
    this.#taken = undefined;
    if (batch === undefined || this.#limit === Infinity) return;
    for (let thread = 0; thread < this.#threads; thread += 1) {
      const mails = batch.mails[thread]!;
      if (mails > 0) this.#return(thread, batch.bytes[thread]!, mails);
    }
  }

  #openBatch(): Batch {
    const filling = this.#filling;
    if (filling !== undefined && filling.envelopes.length < this.#batchMails) return filling;
    const batch = new Batch(this.#threads);
    this.#filling = batch;
    this.#waiting.push(batch);
    return batch;
  }

  #return(thread: number, bytes: number, mails: number): void {
    const returned = this.#returned[thread]!;
    returned.bytes += bytes;
    returned.mails += mails;
    const isUrgent =
      returned.bytes >= this.#limit * creditReturnShare || returned.mails >= creditReturnMails;
    if (isUrgent) {
      returned.bytes = 0;
      returned.mails = 0;
    }
    this.#giveBack(thread, bytes, mails, isUrgent);
  }
}
