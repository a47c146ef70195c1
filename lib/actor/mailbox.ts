/** The mail of one actor and the credit it holds, by the thread that sent it. */
import { creditReturnMails, creditReturnShare } from './link.js';
import type { Envelope } from './types.js';

/** Gives credit of so many mails back; not `isUrgent`: with whatever goes to that thread next. */
export type GiveBack = (thread: number, bytes: number, mails: number, isUrgent: boolean) => void;

/** Credit of one thread. */
interface Held {
  /** Of mail that nobody took yet. */
  waitingBytes: number;
  waitingMails: number;
  /** Of the mail taken and not settled. */
  takenBytes: number;
  takenMails: number;
  /** Given back since the last time that was urgent. */
  returnedBytes: number;
  returnedMails: number;
}

const nothing = (): Held => ({
  waitingBytes: 0,
  waitingMails: 0,
  takenBytes: 0,
  takenMails: 0,
  returnedBytes: 0,
  returnedMails: 0,
});

export class Mailbox {
  /** Bytes of mail that nobody took yet. */
  bytes = 0;
  #waiting: Envelope<unknown>[] = [];
  readonly #limit: number;
  readonly #held: readonly Held[];
  readonly #giveBack: GiveBack;

  constructor(limit: number, threads: number, giveBack: GiveBack) {
    this.#limit = limit;
    this.#held = Array.from({ length: threads }, nothing);
    this.#giveBack = giveBack;
  }

  get length(): number {
    return this.#waiting.length;
  }

  put(envelope: Envelope<unknown>, thread: number, charge: number): void {
    const held = this.#held[thread]!;
    this.#waiting.push(envelope);
    this.bytes += charge;
    held.waitingBytes += charge;
    held.waitingMails += 1;
  }

  /** All that waits, in order of arrival. */
  take(): Envelope<unknown>[] {
    const taken = this.#waiting;
    this.#waiting = [];
    this.bytes = 0;
    for (const held of this.#held) {
      held.takenBytes += held.waitingBytes;
      held.takenMails += held.waitingMails;
      held.waitingBytes = 0;
      held.waitingMails = 0;
    }
    return taken;
  }

  /** What was taken is done with: its credit goes back, at once where it is worth a packet. */
  settle(): void {
    if (this.#limit === Infinity) return;
    for (let thread = 0; thread < this.#held.length; thread += 1) {
      const held = this.#held[thread]!;
      if (held.takenMails > 0) this.#return(thread, held);
    }
  }

  #return(thread: number, held: Held): void {
    const { takenBytes: bytes, takenMails: mails } = held;
    held.takenBytes = 0;
    held.takenMails = 0;
    held.returnedBytes += bytes;
    held.returnedMails += mails;
    const isUrgent =
      held.returnedBytes >= this.#limit * creditReturnShare ||
      held.returnedMails >= creditReturnMails;
    if (isUrgent) {
      held.returnedBytes = 0;
      held.returnedMails = 0;
    }
    this.#giveBack(thread, bytes, mails, isUrgent);
  }
}
