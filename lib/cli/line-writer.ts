/**
 * Writes lines to a descriptor that may be slow, full or without a reader, and never waits for it.
 *
 *   idle     -> writing   a line is there: one write is on its way, by a thread of Node's pool
 *   writing  -> writing   it ended: what was not taken, and what came meanwhile, is next
 *   writing  -> resting   the descriptor takes nothing now (EAGAIN) or reports an error (ENOSPC,
 *                         EPIPE ...): tried again in a while, for ever
 *   writing  -> idle      nothing waits
 *
 * What waits is bounded in bytes: lines above that are dropped and counted, and a line says how
 * many as soon as others are taken again. Lines that matter may use a quarter that others may not.
 *
 * A pipe or terminal must not block the thread that writes to it either, since the end of the
 * process waits for that thread: Node makes pipes non-blocking itself, once its own stream was
 * asked for, and `openTerminal` does it for a terminal.
 */
import { write as writeBytes, writeSync } from 'node:fs';
import { type Clock, systemClock, type Timer } from '../clock.js';
import { limits } from '../limits.js';

/** Most bytes of one write. */
const writeBytesMax = 65_536;
/** The part of the bound that lines which do not matter may use. */
const ordinaryShare = 0.75;
/** Until a descriptor that takes nothing now is tried again; doubled up to the longest. */
const firstRestMs = 10;
const restMsMax = 200;
/** The same after an error. */
const errorRestMs = 1_000;
/** Writes of the last moment that a descriptor may take in parts. */
const lastWritesMax = 64;

const nothing = Buffer.alloc(0);

export interface LineWriterOptions {
  readonly descriptor: number;
  readonly clock?: Clock;
  /** Bytes that may wait, about: characters are counted. */
  readonly bufferBytes?: number;
  /** The line, without its end, that says how many were dropped. */
  droppedLine(count: number): string;
}

export class LineWriter {
  readonly #options: LineWriterOptions;
  readonly #clock: Clock;
  readonly #bufferBytes: number;
  #waiting: string[] = [];
  #waitingBytes = 0;
  /** What is being written, from its first byte that was not taken. */
  #leaving: Buffer = nothing;
  #isWriting = false;
  #restMs = firstRestMs;
  #rest: Timer | undefined;
  #droppedSince = 0;
  #dropped = 0;
  #idle: (() => void)[] = [];

  constructor(options: LineWriterOptions) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.#bufferBytes = options.bufferBytes ?? limits.logBufferBytes;
  }

  /** Lines dropped since the start. */
  get dropped(): number {
    return this.#dropped;
  }

  /** Whether a line would be dropped, so that it need not be made. */
  isFull(matters: boolean): boolean {
    const share = matters ? this.#bufferBytes : this.#bufferBytes * ordinaryShare;
    return this.#waitingBytes + this.#leaving.length >= share;
  }

  /** Writes a line, which has its end, soon; or drops and counts it. Never waits. */
  write(line: string, matters: boolean): void {
    if (this.isFull(matters)) return this.drop();
    this.#sayDropped();
    this.#waiting.push(line);
    this.#waitingBytes += line.length;
    if (!this.#isWriting && this.#rest === undefined) this.#next();
  }

  /** Counts a line that was not made because it would have been dropped. */
  drop(): void {
    this.#dropped++;
    this.#droppedSince++;
  }

  /** Resolves when nothing waits, or after so many milliseconds; true: nothing waits. */
  settled(limitMs: number): Promise<boolean> {
    if (this.#isIdle) return Promise.resolve(true);
    return new Promise((resolve) => {
      const timer = this.#clock.setTimer(limitMs, () => resolve(this.#isIdle));
      this.#idle.push(() => {
        timer.cancel();
        resolve(true);
      });
    });
  }

  /**
   * Writes what waits at once, as far as it is taken, and drops the rest: for the last moment of
   * the process, when nobody else is served. A write that is on its way ends by itself.
   */
  lastWords(): void {
    this.#rest?.cancel();
    this.#sayDropped();
    const bytes = Buffer.concat([
      this.#isWriting ? nothing : this.#leaving,
      Buffer.from(this.#waiting.join('')),
    ]);
    this.#waiting = [];
    this.#waitingBytes = 0;
    this.#leaving = nothing;
    writeNow(this.#options.descriptor, bytes);
  }

  get #isIdle(): boolean {
    return !this.#isWriting && this.#leaving.length === 0 && this.#waiting.length === 0;
  }

  #sayDropped(): void {
    if (this.#droppedSince === 0) return;
    const line = `${this.#options.droppedLine(this.#droppedSince)}\n`;
    this.#droppedSince = 0;
    this.#waiting.push(line);
    this.#waitingBytes += line.length;
  }

  #next(): void {
    if (this.#leaving.length === 0) this.#leaving = this.#take();
    if (this.#leaving.length === 0) {
      for (const idle of this.#idle.splice(0)) idle();
      return;
    }
    this.#isWriting = true;
    writeBytes(this.#options.descriptor, this.#leaving, (error, bytesWritten) => {
      this.#isWriting = false;
      if (error !== null) return this.#later(error);
      this.#leaving = this.#leaving.subarray(bytesWritten);
      this.#restMs = firstRestMs;
      this.#next();
    });
  }

  #later({ code }: NodeJS.ErrnoException): void {
    const isFull = code === 'EAGAIN' || code === 'EBUSY';
    const restMs = isFull ? this.#restMs : errorRestMs;
    if (isFull) this.#restMs = Math.min(this.#restMs * 2, restMsMax);
    this.#rest = this.#clock.setTimer(restMs, () => {
      this.#rest = undefined;
      this.#next();
    });
  }

  /** Whole lines, as many as one write takes; at least one. */
  #take(): Buffer {
    if (!this.isFull(false)) this.#sayDropped();
    let count = 0;
    let bytes = 0;
    while (count < this.#waiting.length) {
      bytes += this.#waiting[count]!.length;
      if (count > 0 && bytes > writeBytesMax) break;
      count++;
    }
    const text = this.#waiting.splice(0, count).join('');
    this.#waitingBytes -= text.length;
    return Buffer.from(text);
  }
}

function writeNow(descriptor: number, bytes: Uint8Array): void {
  let rest = bytes;
  try {
    for (let count = 0; rest.length > 0 && count < lastWritesMax; count++) {
      rest = rest.subarray(writeSync(descriptor, rest));
    }
  } catch {
    // Nobody takes them, and there is nobody else to tell.
  }
}
