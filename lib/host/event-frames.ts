/**
 * The events of one partition as frames, made once for all its readers. A frame is the same for all but
 * in two numbers: the logical client in its header, and the subscription, which its body begins with.
 */
import { PackedEventRow } from '../interaction/event-row.js';
import { FrameOffset, frameHeaderBytes } from '../protocol/frame-layout.js';
import { FrameWriter } from '../protocol/frame-writer.js';
import { RouteKind } from '../protocol/message.js';
import { messageByName } from '../protocol/registry.js';

/** Packed rows of events from the one that holds `sequence` on, at most `count`. */
export type ReadRows = (sequence: number, count: number) => Uint8Array[];

const gapNumber = messageByName('EventGap').number;
const upToDateNumber = messageByName('EventUpToDate').number;
/** Rows are read ahead as far as they are small: at most so many, of about so many bytes in all. */
const rowsPerRead = 8;
const readBytes = 65_536;
/** Bytes of rows that are kept for the next reader; frames made of them take about twice as much. */
const keptBytes = 262_144;
/** Takes the widest form of a number, so that any other can be written in its place. */
const anySubscription = 0xffff_ffff;
/** Of a map with at most 15 members the head has one byte, else three; then come the key and 0xce. */
const keyBytes = 1 + 'SubscriptionId'.length + 1;

/** A row and the frames that were made of it. */
export class FrameRow extends PackedEventRow {
  readonly frames: (Uint8Array | undefined)[] = [];
  /** Sequences under which it is kept: its first, and those that readers go on at. */
  readonly places: number[] = [];
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

  /** The frame of an event; to be addressed by `address` in a copy. */
  frame(row: FrameRow, index: number): Uint8Array {
    return (row.frames[index] ??= this.#make(row, index));
  }

  /** The frame that tells of missing events; it is the caller's. */
  gap(from: number, to: number): Uint8Array {
    return this.#write(gapNumber, {
      SubscriptionId: anySubscription,
      Partition: this.#partition,
      FromSequence: from,
      ToSequence: to,
    });
  }

  /** The frame that tells that all events up to one were sent; it is the caller's. */
  upToDate(sequence: number): Uint8Array {
    return this.#write(upToDateNumber, {
      SubscriptionId: anySubscription,
      Partition: this.#partition,
      Sequence: sequence,
    });
  }

  /** Nobody reads what is kept. */
  forget(): void {
    this.#rows.clear();
    this.#kept.clear();
    this.#bytes = 0;
  }

  /** Never reads more than is kept: what pushed out the row that is needed would be read for nothing. */
  #readFrom(sequence: number): FrameRow | undefined {
    const count = Math.floor(readBytes / this.#rowBytes);
    const packed = this.#read(sequence, Math.max(1, Math.min(count, rowsPerRead)));
    if (packed.length === 0) return undefined;
    this.rowsRead += packed.length;
    this.#rowBytes = packed.reduce((sum, { length }) => sum + length, 0) / packed.length;
    const rows = packed.map((bytes) => this.#keep(new FrameRow(bytes)));
    const first = rows[0]!;
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
      this.#bytes -= oldest.bytes;
    }
  }

  #make(row: FrameRow, index: number): Uint8Array {
    const event = row.event(index);
    const { cause } = event;
    this.framesMade++;
    return this.#write(event.event, {
      SubscriptionId: anySubscription,
      InteractionId: event.interactionId,
      InteractionVersion: event.version,
      InteractionState: event.state,
      Queue: event.queue,
      EventTime: row.timeMs,
      Partition: this.#partition,
      Sequence: row.firstSequence + index,
      ActorType: cause.actorType === 0 ? undefined : cause.actorType,
      ActorId: cause.actorId === '' ? undefined : cause.actorId,
      ReasonSystemName: cause.reasonSystemName,
      ReasonDescription: cause.reasonDescription,
      Extension: cause.extension,
      ...event.details,
    });
  }

  #write(message: number, body: Record<string, unknown>): Uint8Array {
    this.#writer.write(message, 0, 0, 0, RouteKind.none, '', body);
    return this.#writer.take();
  }
}

/** Writes whose a frame is that stands at `start`. */
export function address(
  frame: Uint8Array,
  start: number,
  proxyClient: number,
  subscription: number,
): void {
  const head = frame[start + frameHeaderBytes]!;
  const headBytes = (head & 0xf0) === 0x80 ? 1 : 3;
  writeUnsigned32(frame, start + FrameOffset.proxyClient, proxyClient);
  writeUnsigned32(frame, start + frameHeaderBytes + headBytes + keyBytes, subscription);
}

function writeUnsigned32(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value >>> 24;
  bytes[at + 1] = value >>> 16;
  bytes[at + 2] = value >>> 8;
  bytes[at + 3] = value;
}
