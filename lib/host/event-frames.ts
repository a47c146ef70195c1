/**
 * The events of one partition as frames, made once for all its readers. A frame is the same for all
 * but in two numbers, which who passes it on writes into it: the logical client in its header, and
 * the subscription, which its body begins with.
 */
import { PackedEventRow } from '../interaction/event-row.js';
import { anyReader } from '../mail/events.js';
import { FrameWriter } from '../protocol/frame-writer.js';
import { RouteKind } from '../protocol/message.js';
import { messageByName } from '../protocol/registry.js';
import { eventBody } from './event-body.js';

/** Packed rows of events from the one that holds `sequence` on, at most `count`. */
export type ReadRows = (sequence: number, count: number) => Uint8Array[];

const gapNumber = messageByName('EventGap').number;
const upToDateNumber = messageByName('EventUpToDate').number;
const queueStateNumber = messageByName('EventQueueState').number;
/** Rows are read ahead as far as they are small: at most so many, of about so many bytes in all. */
const rowsPerRead = 8;
const readBytes = 65_536;
/** Bytes of rows, and of frames made of them, that are kept for the next reader. */
const keptBytes = 524_288;

/** A row and the frames that were made of it. */
export class FrameRow extends PackedEventRow {
  readonly frames: (Uint8Array | undefined)[] = [];
  /** Sequences under which it is kept: its first, and those that readers go on at. */
  readonly places: number[] = [];
  frameBytes = 0;
}

export class EventFrames {
  readonly #partition: number;
  readonly #read: ReadRows;
  readonly #writer = new FrameWriter();
  /** By first sequence, and by those that readers go on at. */
  readonly #rows = new Map<number, FrameRow>();
  /** The one that was used last at the end. */
  readonly #kept = new Set<FrameRow>();
  #bytes = 0;
  /** Bytes of the rows that were read last, one with another. */
  #rowBytes = readBytes;
  /** Rows read from the store, and events made into frames: what readers share is counted once. */
  rowsRead = 0;
  framesMade = 0;

  constructor(partition: number, read: ReadRows) {
    this.#partition = partition;
    this.#read = read;
  }

  /** The row that holds `sequence`, or the first one after it; undefined: there is none. */
  rowFrom(sequence: number): FrameRow | undefined {
    const known = this.#rows.get(sequence);
    if (known === undefined) return this.#readFrom(sequence);
    this.#kept.delete(known);
    this.#kept.add(known);
    return known;
  }

  /** A reader goes on at this sequence, which is in the row. */
  goesOnAt(row: FrameRow, sequence: number): void {
    if (!this.#kept.has(row) || this.#rows.has(sequence)) return;
    this.#rows.set(sequence, row);
    row.places.push(sequence);
  }

  /** The frame of an event; to be addressed in a copy. */
  frame(row: FrameRow, index: number): Uint8Array {
    const known = row.frames[index];
    if (known !== undefined) return known;
    const frame = (row.frames[index] = this.#make(row, index));
    row.frameBytes += frame.length;
    if (this.#kept.has(row)) this.#bytes += frame.length;
    return frame;
  }

  /** The frame that tells of missing events; it is the caller's. */
  gap(from: number, to: number): Uint8Array {
    return this.#write(gapNumber, {
      SubscriptionId: anyReader,
      Partition: this.#partition,
      FromSequence: from,
      ToSequence: to,
    });
  }

  /** The frame that tells that all events up to one were sent; it is the caller's. */
  upToDate(sequence: number): Uint8Array {
    return this.#write(upToDateNumber, {
      SubscriptionId: anyReader,
      Partition: this.#partition,
      Sequence: sequence,
    });
  }

  /** The frame that tells the counts of a queue; it is the caller's. */
  queueState(counts: Record<string, unknown>, sequence: number): Uint8Array {
    const place = { Partition: this.#partition, Sequence: sequence };
    return this.#write(queueStateNumber, { SubscriptionId: anyReader, ...counts, ...place });
  }

  /** Nobody reads what is kept. */
  forget(): void {
    this.#rows.clear();
    this.#kept.clear();
    this.#bytes = 0;
  }

  /**
   * Never reads more than is kept: what pushed out the row that is needed would
   * be read for nothing.
   */
  #readFrom(sequence: number): FrameRow | undefined {
    const count = Math.floor(readBytes / this.#rowBytes);
    const packed = this.#read(sequence, Math.max(1, Math.min(count, rowsPerRead)));
    if (packed.length === 0) return undefined;
    this.rowsRead += packed.length;
    this.#rowBytes = packed.reduce((sum, { length }) => sum + length, 0) / packed.length;
    const rows = packed.map((bytes) => this.#keep(new FrameRow(bytes)));
    const first = rows[0]!;
    if (sequence > first.firstSequence) this.goesOnAt(first, sequence);
    this.#kept.delete(first);
    this.#kept.add(first);
    this.#forgetOldest(first);
    return first;
  }

  /** @returns the row, or what is kept of it */
  #keep(row: FrameRow): FrameRow {
    const known = this.#rows.get(row.firstSequence);
    if (known !== undefined) return known;
    this.#kept.add(row);
    this.goesOnAt(row, row.firstSequence);
    this.#bytes += row.bytes;
    return row;
  }

  #forgetOldest(used: FrameRow): void {
    for (const oldest of this.#kept) {
      if (this.#bytes <= keptBytes || oldest === used) return;
      this.#kept.delete(oldest);
      for (const place of oldest.places) this.#rows.delete(place);
      this.#bytes -= oldest.bytes + oldest.frameBytes;
    }
  }

  #make(row: FrameRow, index: number): Uint8Array {
    const event = row.event(index);
    this.framesMade++;
    const sequence = row.firstSequence + index;
    const place = { partition: this.#partition, sequence, timeMs: row.timeMs };
    return this.#write(event.event, eventBody(event, place));
  }

  #write(message: number, body: Record<string, unknown> | Uint8Array): Uint8Array {
    this.#writer.write(message, 0, 0, 0, RouteKind.none, '', body);
    return this.#writer.take();
  }
}
