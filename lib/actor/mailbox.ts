/** The mail of one actor and the credit it holds, by the thread that sent it. */
import { creditReturnShare } from './link.js';
import type { Envelope } from './types.js';

export class Mailbox {
  /** Bytes of mail that nobody took yet. */
  bytes = 0;
  #waiting: Envelope<unknown>[] = [];
  readonly #limit: number;
  /** Bytes by thread: of waiting mail, of the mail taken and not settled, settled but not returned. */
  readonly #waitingBytes: number[];
  readonly #takenBytes: number[];
  readonly #owedBytes: number[];
  readonly #giveBack: (thread: number, bytes: number) => void;

  constructor(limit: number, threads: number, giveBack: (thread: number, bytes: number) => void) {
    this.#limit = limit;
    this.#waitingBytes = new Array<number>(threads).fill(0);
    this.#takenBytes = new Array<number>(threads).fill(0);
    this.#owedBytes = new Array<number>(threads).fill(0);
    this.#giveBack = giveBack;
  }

  get length(): number {
    return this.#waiting.length;
  }

  put(envelope: Envelope<unknown>, thread: number, charge: number): void {
    this.#waiting.push(envelope);
    this.bytes += charge;
    (this.#waitingBytes[thread] as number) += charge;
  }

  /** All that waits, in order of arrival. */
  take(): Envelope<unknown>[] {
    const taken = this.#waiting;
    this.#waiting = [];
    this.bytes = 0;
    for (let thread = 0; thread < this.#takenBytes.length; thread += 1) {
      (this.#takenBytes[thread] as number) += this.#waitingBytes[thread] as number;
      this.#waitingBytes[thread] = 0;
    }
    return taken;
  }

  /** What was taken is done with: its credit goes back, once it is enough to be worth a packet. */
  settle(): void {
    if (this.#limit === Infinity) return;
    const worthwhile = this.#limit * creditReturnShare;
    for (let thread = 0; thread < this.#takenBytes.length; thread += 1) {
      const owed = (this.#owedBytes[thread] as number) + (this.#takenBytes[thread] as number);
      this.#takenBytes[thread] = 0;
      if (owed > 0 && owed >= worthwhile) {
        this.#owedBytes[thread] = 0;
        this.#giveBack(thread, owed);
      } else {
        this.#owedBytes[thread] = owed;
      }
    }
  }
}
