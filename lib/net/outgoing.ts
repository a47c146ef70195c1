/**
 * What waits to be written to one socket.
 *
 * Frames are copied into buffers of this connection's own, because they come as views into batch
 * buffers: a reader that leaves one small frame unread must not keep a whole batch in memory. One
 * write is on its way at a time, and what comes meanwhile fills another buffer. A buffer grows up
 * to a size and is then followed by others, so that the memory is that of the unread bytes, of
 * little ones at most doubled, and nothing is copied twice that is much. A busy socket gets few
 * large writes. For small answers the copy costs half of what a corked write of views costs; above
 * 1 KiB up to 1.7 times.
 */
import { FrameOffset } from '../protocol/frame-layout.js';
import type { ByteSocket } from './byte-socket.js';
import type { Account } from './buffered-bytes.js';
import { largeBuffers } from './large-buffers.js';

/** First size of a buffer, and the size above which a drained one is not kept. */
const smallBytes = 4_096;
const keptBytes = 16_384;
/** A buffer does not grow above this; it is also the most of one write. */
const largeBytes = 262_144;

const empty = Buffer.alloc(0);
/** What a view is part of counts: it is all kept. */
const isKept = ({ buffer }: Buffer): boolean => buffer.byteLength <= keptBytes;

/** The buffers of one socket: some fill while others are written. */
export class Outgoing {
  readonly #socket: ByteSocket;
  readonly #account: Account;
  readonly #written: () => void;
  #filling: Buffer = empty;
  #filled = 0;
  /** Full ones, appended before the one that fills. */
  #full: Buffer[] = [];
  /** What leaves: of the first buffer the bytes from here to there, then the others. */
  #leaving: Buffer = empty;
  #from = 0;
  #to = 0;
  #then: Buffer[] = [];
  #writeEnd = 0;
  /** Bytes at the start of `#then` that end a frame that began before. */
  #rest = 0;
  /** Most bytes of one write: each end of a write is a sign that the reader is alive. */
  writeBytes = largeBytes;

  /** `written` is called whenever a write has ended, that is: has left for the kernel. */
  constructor(socket: ByteSocket, account: Account, written: () => void) {
    this.#socket = socket;
    this.#account = account;
    this.#written = written;
  }

  /** Bytes appended that have not left for the kernel. */
  get unreadBytes(): number {
    return this.#account.unread;
  }

  /** Whether bytes are on their way; those appended since leave after them. */
  get leaving(): boolean {
    return this.#to > this.#from;
  }

  /** Copies whole frames behind all that was appended before. Nothing leaves until `flush`. */
  append(bytes: Uint8Array): void {
    const end = this.#filled + bytes.length;
    if (end <= this.#filling.length) {
      this.#filling.set(bytes, this.#filled);
      this.#filled = end;
    } else this.#appendGrowing(bytes);
    this.#account.addUnread(bytes.length);
  }

  /** Starts to write all that was appended; false when nothing was, or bytes are on their way. */
  flush(): boolean {
    if (this.leaving || this.#account.unread === 0) return false;
    const drained = this.#leaving;
    if (this.#full.length === 0) {
      this.#rest = 0;
      this.#leave(this.#filling, this.#filled);
    } else {
      const last = this.#filling.subarray(0, this.#filled);
      this.#then = last.length > 0 ? [...this.#full, last] : this.#full;
      this.#full = [];
      const first = this.#then.shift()!;
      this.#rest = this.#restAfter(first, 0);
      this.#leave(first, first.length);
    }
    this.#filling = isKept(drained) ? drained : empty;
    this.#filled = 0;
    this.#write();
    return true;
  }

  /** Drops what was appended but the frames that a write has begun. */
  dropWaiting(): void {
    const kept = Buffer.allocUnsafeSlow(this.#rest);
    for (let at = 0; at < kept.length;) at += this.#then.shift()!.copy(kept, at);
    const dropped = this.#account.unread - (this.#to - this.#from) - kept.length;
    this.#then = kept.length > 0 ? [kept] : [];
    this.#rest = kept.length;
    this.#full = [];
    this.#filling = empty;
    this.#filled = 0;
    this.#account.addUnread(-dropped);
  }

  /** Lets go of everything: the socket is gone. */
  close(): void {
    this.#leave(empty, 0);
    this.#then = [];
    this.#full = [];
    this.#filling = empty;
    this.#filled = 0;
  }

  #leave(buffer: Buffer, to: number): void {
    this.#leaving = buffer;
    this.#from = 0;
    this.#to = to;
  }

  #write(): void {
    this.#writeEnd = Math.min(this.#from + this.writeBytes, this.#to);
    this.#socket.write(this.#leaving.subarray(this.#from, this.#writeEnd), this.#end);
  }

  /** An error is reported by the socket's own event, which ends the connection. */
  readonly #end = (error?: Error | null): void => {
    if (error || !this.leaving) return;
    this.#account.addUnread(this.#from - this.#writeEnd);
    this.#from = this.#writeEnd;
    if (!this.leaving && this.#then.length > 0) {
      const next = this.#then.shift()!;
      largeBuffers.give(this.#leaving);
      this.#rest = this.#restAfter(next, this.#rest);
      this.#leave(next, next.length);
    }
    if (this.leaving) this.#write();
    else if (!isKept(this.#leaving)) {
      largeBuffers.give(this.#leaving);
      this.#leaving = empty;
    }
    this.#written();
  };

  #appendGrowing(bytes: Uint8Array): void {
    let from = 0;
    while (from < bytes.length) {
      if (this.#filled === this.#filling.length) this.#grow(bytes.length - from);
      const count = Math.min(bytes.length - from, this.#filling.length - this.#filled);
      this.#filling.set(bytes.subarray(from, from + count), this.#filled);
      this.#filled += count;
      from += count;
    }
  }

  /** Makes the full buffer larger, or begins another one behind it. */
  #grow(more: number): void {
    if (this.#filled >= largeBytes) {
      this.#full.push(this.#filling);
      this.#filling = largeBuffers.take(largeBytes);
      this.#filled = 0;
      return;
    }
    let size = Math.max(this.#filling.length * 2, smallBytes);
    while (size < Math.min(this.#filled + more, largeBytes)) size *= 2;
    const larger = largeBuffers.take(size);
    larger.set(this.#filling.subarray(0, this.#filled));
    largeBuffers.give(this.#filling);
    this.#filling = larger;
  }

  /**
   * Bytes behind `buffer` that belong to a frame that begins in it; its first frame begins at `at`.
   */
  #restAfter(buffer: Buffer, at: number): number {
    let next = at;
    while (next < buffer.length) {
      const head = buffer.subarray(next, next + FrameOffset.message);
      const isCut = head.length < FrameOffset.message;
      const length = isCut ? Buffer.concat([head, this.#then[0]!.subarray(0, 4)]) : head;
      next += length.readUInt32BE();
    }
    return next - buffer.length;
  }
}
