/**
 * One direction of mail from this thread to another (or to itself): what waits for the end of the
 * turn, and how many bytes each actor over there may still get from here.
 *
 * Credit, in words. Each thread may have `creditBytes` of mail on its way to or in an actor. The
 * sender adds the charge of each mail to `outstanding`; the receiver gives it back once the batch
 * was received and settled. It travels with whatever goes that way next, as the answers to the
 * batch; a packet is made for it alone only once an eighth of the limit, or `creditReturnMails`,
 * has gathered. So the sender also takes a mail when less than that eighth is outstanding:
 * nothing else may be left to come back. The bound is therefore the limit, or an eighth of it and
 * one mail if that is more.
 */
import { type BadMessage, PacketWriter, type TakenPacket, voidBadMessages } from './packet.js';

/** Up to this size copying a buffer is cheaper than transferring it. */
const copiedBytes = 1_024;
/** The receiver gathers 1/8 of the limit, or so many mails, before it makes a packet for credit. */
export const creditReturnShare = 1 / 8;
export const creditReturnMails = 32;

/** How a packet gets to the other thread. */
export type Post = (packet: TakenPacket, transfer: readonly ArrayBuffer[]) => void;

export class Link {
  readonly thread: number;
  readonly #writer = new PacketWriter();
  /** Whether it waits for the end of the turn. */
  dirty = false;
  /** The other thread has gone. */
  dead = false;
  readonly #post: Post;
  readonly #onBadMessage: (link: Link, bad: BadMessage) => void;
  readonly #outstanding: number[] = [];
  /** By actor: mails that took credit since the thread began, and those whose credit came back. */
  readonly #sent: number[] = [];
  readonly #settled: number[] = [];

  constructor(thread: number, post: Post, onBadMessage: (link: Link, bad: BadMessage) => void) {
    this.thread = thread;
    this.#post = post;
    this.#onBadMessage = onBadMessage;
  }

  /** Takes credit for one mail. False: there is not enough. */
  charge(target: number, bytes: number, limit: number): boolean {
    if (limit === Infinity) return true;
    const outstanding = this.#outstanding[target] ?? 0;
    if (outstanding + bytes > limit && outstanding >= limit * creditReturnShare) return false;
    this.#outstanding[target] = outstanding + bytes;
    this.#sent[target] = this.sent(target) + 1;
    return true;
  }

  /** The receiver gave the credit of so many mails back. */
  refund(target: number, bytes: number, mails: number): void {
    this.#outstanding[target] = Math.max(0, (this.#outstanding[target] ?? 0) - bytes);
    this.#settled[target] = this.settled(target) + mails;
  }

  /** Mails to an actor that took credit. */
  sent(target: number): number {
    return this.#sent[target] ?? 0;
  }

  /** Those of them whose credit came back. */
  settled(target: number): number {
    return this.#settled[target] ?? 0;
  }

  bytes(target: number, tag: number, source: Uint8Array, start: number, end: number): void {
    if (!this.#writer.fits(end - start)) this.flush();
    this.#writer.bytes(target, tag, source, start, end);
  }

  /** `charge`: what `charge` was called with for it; 0 for an answer, which needs no credit. */
  message(
    kind: number,
    target: number,
    tag: number,
    message: unknown,
    owner: unknown,
    charge: number,
  ): void {
    if (!this.#writer.fits(0)) this.flush();
    this.#writer.message(kind, target, tag, message, owner, charge);
  }

  credit(target: number, bytes: number, mails: number): void {
    if (!this.#writer.fits(0)) this.flush();
    this.#writer.credit(target, bytes, mails);
  }

  /** Sends what was gathered. */
  flush(): void {
    if (this.#writer.empty) return;
    const packet = this.#writer.take();
    if (this.dead) return;
    try {
      this.#send(packet);
    } catch (error) {
      if (packet.messages === undefined || !isCloneError(error)) throw error;
      const bad = voidBadMessages(packet);
      this.#send(packet);
      for (const message of bad) this.#onBadMessage(this, message);
    }
  }

  #send(packet: TakenPacket): void {
    this.#post(packet, packet.buffer.byteLength > copiedBytes ? [packet.buffer] : []);
  }
}

const isCloneError = (error: unknown): boolean =>
  error instanceof Error && error.name === 'DataCloneError';
