/**
 * How events get from a partition to the actor that reads them.
 *
 * Any actor may read. It asks a partition to `subscribe`, with its own name and a number of its own
 * choosing for the reader, gives the reader credit (`event-credit`), and then gets mail of bytes.
 * One mail is for all of its readers that are at one place and want the same: a count in the tag,
 * then whole event frames, then the numbers of the readers. The frames are the same for all
 * readers; who passes them on writes who they are for into them (`addressFrames`).
 *
 * Mail with a count of 0 is a mark, without bytes. The actor answers each by `mark-passed`, when it
 * has dealt with all mail before it: a partition sends it no more than two pumps ahead. It gives
 * credit back for the bytes that it has done with. One that begins anew ends all its readers first
 * (`unsubscribe-all`), since the marks of what it lost are forgotten with them.
 */
import { FrameOffset, frameHeaderBytes } from '../protocol/frame-layout.js';
import { frameLength } from '../protocol/frame.js';

/**
 * The high bit of a tag tells events from answers; then come 6 bits of partition, and 25 bits for
 * the count of readers.
 */
export const eventTag = (partition: number, readers: number): number =>
  (0x8000_0000 | (partition << 25) | readers) >>> 0;
export const eventMark = (partition: number): number => eventTag(partition, 0);
export const isEventTag = (tag: number): boolean => tag >= 0x8000_0000;
export const partitionOfTag = (tag: number): number => (tag >>> 25) & 0x3f;
export const readersOfTag = (tag: number): number => tag & 0x1ff_ffff;

/** Bytes of the number of a reader behind the frames. */
export const readerBytes = 4;

/** Takes the widest form of a number, so that any other can be written in its place. */
export const anyReader = 0xffff_ffff;

/** Where the frames of a mail end. */
export const framesEnd = (tag: number, { length }: Uint8Array): number =>
  length - readersOfTag(tag) * readerBytes;

/** The number of a reader of a mail, by its place, the first at 0. */
export function readerAt(tag: number, bytes: Uint8Array, index: number): number {
  const at = framesEnd(tag, bytes) + index * readerBytes;
  return (
    ((bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!) >>> 0
  );
}

/**
 * Of a map with at most 15 members the head has one byte, else three; then come the key and 0xce.
 */
const keyBytes = 1 + 'SubscriptionId'.length + 1;

/**
 * Writes into all of these frames whose they are: the logical client into their headers, and the
 * subscription, which their bodies begin with.
 */
export function addressFrames(frames: Uint8Array, proxyClient: number, subscription: number): void {
  for (let start = 0; start < frames.length; start += frameLength(frames, start)) {
    const head = frames[start + frameHeaderBytes]!;
    const headBytes = (head & 0xf0) === 0x80 ? 1 : 3;
    writeUnsigned32(frames, start + FrameOffset.proxyClient, proxyClient);
    writeUnsigned32(frames, start + frameHeaderBytes + headBytes + keyBytes, subscription);
  }
}

export function writeUnsigned32(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value >>> 24;
  bytes[at + 1] = value >>> 16;
  bytes[at + 2] = value >>> 8;
  bytes[at + 3] = value;
}
