/**
 * What crosses from one thread to another: a packet holds all mail of one turn for that thread.
 *
 * A packet is one ArrayBuffer of entries and, only if one of them needs it, an array of messages.
 * Each entry starts with three 32-bit words in the machine's own byte order (both ends are one
 * process): target actor << 16 | kind; tag; length. The entry of a bytes mail is followed by its
 * bytes, padded to a word. An entry of any other kind but `credit` takes the next message of the
 * array; its length is what it was charged, so that the same is given back. So one sequence of
 * entries orders both lanes, and nothing is allocated per bytes mail.
 */
import { assert } from '../assert.js';

/** What an entry is; `tag` is the sender's tag, the number of the ask, or the bytes of credit. */
export const entryKind = {
  bytes: 0,
  tell: 1,
  ask: 2,
  answer: 3,
  failure: 4,
  /** A message that could not be cloned; its place is kept, its content dropped. */
  void: 5,
  /** Its length is the number of mails that the credit was for; nothing follows. */
  credit: 6,
  /** Nothing follows; only where the buffer is longer than its entries. */
  end: 7,
} as const;

/** A message lane is there only when it is needed: a bare buffer is cheaper to post. */
export type Packet = ArrayBuffer | readonly [ArrayBuffer, unknown[]];

/** The least that a structured message counts as, in bytes of credit. */
const messageChargeMin = 1_024;
/** What a structured message counts as whose sender says that it has so many bytes. */
export const messageCharge = (bytes = 0): number =>
  bytes > messageChargeMin ? Math.ceil(bytes) : messageChargeMin;
/** What a bytes mail counts as: its header and itself. */
export const bytesCharge = (length: number): number => headerBytes + length;

const wordBytes = 4;
const headerWords = 3;
const headerBytes = headerWords * wordBytes;
const initialBytes = 8_192;
/** A packet leaves before it gets longer than this, unless a single mail is longer. */
const packetBytes = 131_072;

/** A packet that is about to be posted, and who sent each of its messages. */
export interface TakenPacket {
  readonly buffer: ArrayBuffer;
  readonly messages: unknown[] | undefined;
  readonly owners: readonly unknown[];
}

/**
 * Gathers entries in a staging buffer. A packet that fills at least half of it takes it along, and
 * another is made; a smaller one gets a copy, so that few bytes never hold much memory.
 */
export class PacketWriter {
  #words: Uint32Array<ArrayBuffer> = new Uint32Array(initialBytes / wordBytes);
  #bytes = new Uint8Array(this.#words.buffer);
  #usedWords = 0;
  #messages: unknown[] | undefined;
  /** Who sent each of the messages. */
  #owners: unknown[] = [];

  get empty(): boolean {
    return this.#usedWords === 0;
  }

  /** Whether a mail of this many bytes, 0 for a message, still belongs into this packet. */
  fits(length: number): boolean {
    return (this.#usedWords + headerWords) * wordBytes + length <= packetBytes || this.empty;
  }

  bytes(target: number, tag: number, source: Uint8Array, start: number, end: number): void {
    const length = end - start;
    const payloadWord = this.#header(target, entryKind.bytes, tag, length);
    const whole = start === 0 && end === source.length;
    this.#bytes.set(whole ? source : source.subarray(start, end), payloadWord * wordBytes);
  }

  /**
   * The message is cloned when its packet is posted; `owner` is who is to blame if it cannot be.
   * `charge`: bytes of credit that were taken for it.
   */
  message(
    kind: number,
    target: number,
    tag: number,
    message: unknown,
    owner: unknown,
    charge: number,
  ): void {
    this.#header(target, kind, tag, 0, charge);
    this.#messages ??= [];
    this.#messages.push(message);
    this.#owners.push(owner);
  }

  credit(target: number, bytes: number, mails: number): void {
    this.#header(target, entryKind.credit, bytes, 0, mails);
  }

  /** The entries so far; the writer is empty afterwards. */
  take(): TakenPacket {
    const buffer = this.#takeBuffer();
    const messages = this.#messages;
    const owners = this.#owners;
    if (messages !== undefined) {
      this.#messages = undefined;
      this.#owners = [];
    }
    return { buffer, messages, owners };
  }

  #takeBuffer(): ArrayBuffer {
    const words = this.#words;
    const used = this.#usedWords;
    this.#usedWords = 0;
    if (used * 2 < words.length) return words.buffer.slice(0, used * wordBytes);
    if (used < words.length) words[used] = entryKind.end;
    this.#allocate(Math.min(words.length, packetBytes / wordBytes));
    return words.buffer;
  }

  /**
   * Appends a header with room for `length` bytes behind it; returns the word they start at.
   * `third`: what is in place of the length where no bytes follow.
   */
  #header(target: number, kind: number, tag: number, length: number, third = length): number {
    const at = this.#usedWords;
    const payloadWord = at + headerWords;
    const end = payloadWord + ((length + wordBytes - 1) >>> 2);
    if (end > this.#words.length) this.#grow(end);
    const words = this.#words;
    words[at] = (target << 16) | kind;
    words[at + 1] = tag;
    words[at + 2] = third;
    this.#usedWords = end;
    return payloadWord;
  }

  #grow(neededWords: number): void {
    const old = this.#words;
    this.#allocate(Math.max(neededWords, old.length * 2));
    this.#words.set(old);
  }

  #allocate(words: number): void {
    // Not cleared: whoever reads it stops at the end of its entries.
    this.#words = new Uint32Array(Buffer.allocUnsafeSlow(words * wordBytes).buffer);
    this.#bytes = new Uint8Array(this.#words.buffer);
  }
}

/** Where the entries of a packet go; `source` is handed through. */
export interface PacketSink<S> {
  bytes(source: S, target: number, tag: number, bytes: Uint8Array): void;
  message(
    source: S,
    kind: number,
    target: number,
    tag: number,
    message: unknown,
    charge: number,
  ): void;
  credit(source: S, target: number, bytes: number, mails: number): void;
}

/**
 * Hands the entries of a packet to `sink`, in order.
 * @throws {AssertionError} when the packet was not made by a PacketWriter
 */
export function readPacket<S>(packet: Packet, source: S, sink: PacketSink<S>): void {
  const buffer = packet instanceof ArrayBuffer ? packet : packet[0];
  const messages = packet instanceof ArrayBuffer ? undefined : packet[1];
  const words = new Uint32Array(buffer);
  let nextMessage = 0;
  let at = 0;
  while (at < words.length) {
    const head = words[at] as number;
    const kind = head & 0xffff;
    if (kind === entryKind.end) return;
    const tag = words[at + 1] as number;
    const target = head >>> 16;
    if (kind === entryKind.bytes) {
      const length = words[at + 2] as number;
      const payload = (at + headerWords) * wordBytes;
      sink.bytes(source, target, tag, new Uint8Array(buffer, payload, length));
      at += headerWords + ((length + wordBytes - 1) >>> 2);
      continue;
    }
    const charge = words[at + 2] as number;
    at += headerWords;
    if (kind === entryKind.credit) {
      sink.credit(source, target, tag, charge);
      continue;
    }
    assert(messages !== undefined && nextMessage < messages.length, 'a packet lacks a message');
    if (kind !== entryKind.void) {
      sink.message(source, kind, target, tag, messages[nextMessage], charge);
    }
    nextMessage += 1;
  }
}

/** A message that could not be cloned, taken out of its packet. */
export interface BadMessage {
  readonly kind: number;
  readonly target: number;
  readonly tag: number;
  readonly charge: number;
  readonly owner: unknown;
  readonly error: Error;
}

/**
 * Finds the messages of a packet that cannot be cloned and makes their entries void, so that one
 * sender's mistake does not take the mail of others with it.
 */
export function voidBadMessages({ buffer, messages = [], owners }: TakenPacket): BadMessage[] {
  const words = new Uint32Array(buffer);
  const bad: BadMessage[] = [];
  let nextMessage = 0;
  for (let at = 0; at < words.length;) {
    const head = words[at] as number;
    const kind = head & 0xffff;
    const third = words[at + 2] as number;
    if (kind === entryKind.end) break;
    if (kind !== entryKind.bytes && kind !== entryKind.credit) {
      const error = cloneError(messages[nextMessage]);
      if (error !== undefined) {
        const owner = owners[nextMessage];
        const tag = words[at + 1] as number;
        bad.push({ kind, target: head >>> 16, tag, charge: third, owner, error });
        words[at] = (head & 0xffff_0000) | entryKind.void;
        messages[nextMessage] = undefined;
      }
      nextMessage += 1;
    }
    at += headerWords + (kind === entryKind.bytes ? (third + wordBytes - 1) >>> 2 : 0);
  }
  return bad;
}

function cloneError(message: unknown): Error | undefined {
  try {
    structuredClone(message);
    return undefined;
  } catch (error) {
    return error as Error;
  }
}
