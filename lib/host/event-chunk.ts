/**
 * What readers that are at one place and want the same are sent at once: frames of events from
 * there on, one behind the other, and behind them the numbers of the readers.
 */
import { readerBytes, writeUnsigned32 } from '../mail/events.js';
import type { EventFrames, FrameRow } from './event-frames.js';
import { isForOthers, isWanted, type EventFilter } from './event-filter.js';

/**
 * How much of the events one visit may look at and send; one event more than the
 * bytes is always sent.
 */
export interface ChunkLimits {
  readonly bytes: number;
  readonly events: number;
}

const firstBytes = 32_768;
const keptBytes = 262_144;

export class EventChunk {
  buffer = new Uint8Array(firstBytes);
  /** Bytes of the frames. */
  length = 0;
  /** Sequence at which those go on who get it. */
  nextSequence = 0;
  /** Events that were looked at for it. */
  looked = 0;
  readonly #limits: ChunkLimits;

  constructor(limits: ChunkLimits) {
    this.#limits = limits;
  }

  /**
   * Makes frames of the events from `sequence` up to `last`; no more once they have `credit` bytes.
   */
  pack(
    frames: EventFrames,
    sequence: number,
    last: number,
    filter: EventFilter,
    credit: number,
  ): void {
    this.clear();
    this.nextSequence = sequence;
    const most = Math.min(this.#limits.bytes, credit);
    while (this.nextSequence <= last && this.length < most && this.looked < this.#limits.events) {
      const row = frames.rowFrom(this.nextSequence);
      const first = row?.firstSequence ?? last + 1;
      if (first > this.nextSequence) this.#skipTo(first, frames);
      if (row === undefined) return;
      if (isForOthers(filter, row)) this.#passRow(row, last);
      else this.#takeRow(row, last, frames, filter, most);
    }
  }

  /** Makes it the frame that tells that all events before `sequence` were sent. */
  packUpToDate(frames: EventFrames, sequence: number): void {
    this.begin(sequence);
    this.#add(frames.upToDate(sequence - 1));
  }

  /** Begins what is told of no event, by `add`. */
  begin(sequence: number): void {
    this.clear();
    this.nextSequence = sequence;
  }

  /** Adds a frame to it. */
  add(frame: Uint8Array): void {
    this.#add(frame);
  }

  /** Writes who gets it behind the frames. @returns the bytes in all */
  addressTo(readers: readonly { readonly number: number }[]): number {
    const end = this.length + readers.length * readerBytes;
    if (end > this.buffer.length) this.#grow(end);
    let at = this.length;
    for (const { number } of readers) {
      writeUnsigned32(this.buffer, at, number);
      at += readerBytes;
    }
    return end;
  }

  clear(): void {
    this.length = 0;
    this.looked = 0;
    if (this.buffer.length > keptBytes) this.buffer = new Uint8Array(firstBytes);
  }

  #skipTo(sequence: number, frames: EventFrames): void {
    this.#add(frames.gap(this.nextSequence, sequence - 1));
    this.nextSequence = sequence;
  }

  /** A row that has nothing for these readers counts as one event. */
  #passRow(row: FrameRow, last: number): void {
    this.nextSequence = Math.min(row.lastSequence, last) + 1;
    this.looked++;
  }

  #takeRow(
    row: FrameRow,
    last: number,
    frames: EventFrames,
    filter: EventFilter,
    most: number,
  ): void {
    const end = Math.min(row.lastSequence, last);
    while (this.nextSequence <= end && this.length < most) {
      if (this.looked >= this.#limits.events) break;
      const index = this.nextSequence++ - row.firstSequence;
      this.looked++;
      if (isWanted(filter, row, index)) this.#add(frames.frame(row, index));
    }
    if (this.nextSequence <= row.lastSequence) frames.goesOnAt(row, this.nextSequence);
  }

  #add(frame: Uint8Array): void {
    const end = this.length + frame.length;
    if (end > this.buffer.length) this.#grow(end);
    this.buffer.set(frame, this.length);
    this.length = end;
  }

  #grow(needed: number): void {
    const larger = new Uint8Array(Math.max(needed, this.buffer.length * 2));
    larger.set(this.buffer.subarray(0, this.length));
    this.buffer = larger;
  }
}
