/** Frames out of a stream of bytes, and their headers; see `frame-layout.ts` for the bytes. */
import { newBytes, readText } from '../pack/text.js';
import { limits } from '../limits.js';
import { frameHeaderBytes, FrameOffset } from './frame-layout.js';

/** A header, read. Positions are positions in the buffer it was read from. */
export interface FrameHeader {
  /** Bytes of the whole frame. */
  readonly length: number;
  readonly message: number;
  readonly flags: number;
  readonly reference: number;
  readonly proxyClient: number;
  /** One of `RouteKind`, or a number that this version does not know. */
  readonly routeKind: number;
  readonly routeKeyStart: number;
  readonly routeKeyEnd: number;
  readonly bodyStart: number;
  readonly bodyEnd: number;
}

/** Framing is lost: what follows cannot be trusted, the connection has to be closed. */
export interface FrameError {
  readonly error: 'FrameTooLarge';
  readonly detail: string;
}

/** Bytes of the whole frame at `start`. */
export const frameLength = (buffer: Uint8Array, start: number): number =>
  readUnsigned32(buffer, start);

/** The message number of the frame at `start`. */
export const messageOf = (buffer: Uint8Array, start: number): number =>
  (buffer[start + FrameOffset.message]! << 8) | buffer[start + FrameOffset.message + 1]!;

/** The reference of the frame at `start`. */
export const referenceOf = (buffer: Uint8Array, start: number): number =>
  readUnsigned32(buffer, start + FrameOffset.reference);

/** Addresses a frame, alone in its buffer, to a logical client. */
export function putProxyClient(frame: Uint8Array, proxyClient: number): void {
  new DataView(frame.buffer, frame.byteOffset).setUint32(FrameOffset.proxyClient, proxyClient);
}

/** A frame with bytes of its own: a slice of a Buffer would keep all that was read with it. */
export const copyOf = (buffer: Uint8Array, start: number, end: number): Uint8Array =>
  new Uint8Array(buffer.subarray(start, end));

/** The header of the whole frame at `start`, as the splitter gave it. */
export function readHeader(buffer: Uint8Array, start: number): FrameHeader {
  const length = readUnsigned32(buffer, start);
  const routeKeyStart = start + FrameOffset.routeKey;
  const routeKeyEnd = routeKeyStart + buffer[start + FrameOffset.routeKeyLength]!;
  return {
    length,
    message: messageOf(buffer, start),
    flags: (buffer[start + FrameOffset.flags]! << 8) | buffer[start + FrameOffset.flags + 1]!,
    reference: readUnsigned32(buffer, start + FrameOffset.reference),
    proxyClient: readUnsigned32(buffer, start + FrameOffset.proxyClient),
    routeKind: buffer[start + FrameOffset.routeKind]!,
    routeKeyStart,
    routeKeyEnd,
    bodyStart: routeKeyEnd,
    bodyEnd: start + length,
  };
}

/** The route key of a frame as text; bytes that are no UTF-8 become U+FFFD, which names nothing. */
export function routeKeyOf(buffer: Uint8Array, header: FrameHeader): string {
  return readText(buffer, header.routeKeyStart, header.routeKeyEnd) ?? '\ufffd';
}

function readUnsigned32(buffer: Uint8Array, start: number): number {
  return (
    ((buffer[start]! << 24) |
      (buffer[start + 1]! << 16) |
      (buffer[start + 2]! << 8) |
      buffer[start + 3]!) >>>
    0
  );
}

/** Gets one whole frame; the bytes are only valid during the call. */
export type FrameReceiver = (buffer: Uint8Array, start: number, end: number) => void;

/** First size of the buffer for a frame that comes in parts. It grows with what really arrives. */
const partBytes = 4_096;

/**
 * Cuts a stream of bytes, in chunks of any size, into frames. Frames that are whole in a chunk are
 * not copied. Holds at most twice the bytes that arrived of one frame, however long it says it is.
 */
export class FrameSplitter {
  readonly #receive: FrameReceiver;
  readonly #bytesMax: number;
  #part: Uint8Array = new Uint8Array(0);
  #partLength = 0;
  #error: FrameError | undefined;
  #stopped = false;

  constructor(receive: FrameReceiver, bytesMax: number = limits.frameBytes) {
    this.#receive = receive;
    this.#bytesMax = bytesMax;
  }

  /** Bytes buffered of a frame that is not complete. */
  get bufferedBytes(): number {
    return this.#partLength;
  }

  /** Delivers nothing more, also of the chunk at hand. */
  stop(): void {
    this.#stopped = true;
    this.#part = new Uint8Array(0);
    this.#partLength = 0;
  }

  /** Takes the next chunk. A FrameError is final: it is returned from then on. */
  push(chunk: Uint8Array): FrameError | undefined {
    let position = this.#partLength > 0 ? this.#completePart(chunk) : 0;
    while (!this.#ended() && chunk.length - position >= 4) {
      const length = this.#checkLength(chunk, position);
      if (this.#error !== undefined || chunk.length - position < length) break;
      this.#deliver(chunk, position, length);
      position += length;
    }
    if (!this.#ended()) {
      const isKnown = this.#partLength === 0 && chunk.length - position >= 4;
      const most = isKnown ? readUnsigned32(chunk, position) : undefined;
      this.#keep(chunk, position, chunk.length, most);
    }
    return this.#error;
  }

  /**
   * Fills the frame at hand and delivers it when complete; returns how much of the chunk it took.
   */
  #completePart(chunk: Uint8Array): number {
    let taken = 0;
    if (this.#partLength < 4) {
      taken = Math.min(4 - this.#partLength, chunk.length);
      this.#keep(chunk, 0, taken);
      if (this.#partLength < 4) return taken;
    }
    const length = this.#checkLength(this.#part, 0);
    if (this.#error !== undefined) return taken;
    const more = Math.min(length - this.#partLength, chunk.length - taken);
    this.#keep(chunk, taken, taken + more, length);
    if (this.#partLength === length) {
      const part = this.#part;
      this.#partLength = 0;
      if (length > partBytes) this.#part = new Uint8Array(0);
      this.#deliver(part, 0, length);
    }
    return taken + more;
  }

  #ended(): boolean {
    return this.#stopped || this.#error !== undefined;
  }

  #checkLength(buffer: Uint8Array, start: number): number {
    const length = readUnsigned32(buffer, start);
    if (length > this.#bytesMax) {
      this.#fail(`a frame of ${length} bytes is above the limit of ${this.#bytesMax}`);
    } else if (length < frameHeaderBytes) {
      this.#fail(`a frame of ${length} bytes is below its header of ${frameHeaderBytes}`);
    }
    return length;
  }

  #deliver(buffer: Uint8Array, start: number, length: number): void {
    const keyLength = buffer[start + FrameOffset.routeKeyLength]!;
    if (frameHeaderBytes + keyLength > length) {
      this.#fail(`a route key of ${keyLength} bytes in a frame of ${length}`);
    } else {
      this.#receive(buffer, start, start + length);
    }
  }

  #fail(detail: string): void {
    this.stop();
    this.#error = { error: 'FrameTooLarge', detail };
  }

  /** `most`: bytes of the frame that the part is of, as far as that is known. */
  #keep(chunk: Uint8Array, start: number, end: number, most = this.#bytesMax): void {
    const length = this.#partLength + end - start;
    if (length > this.#part.length) {
      const doubled = Math.min(Math.max(partBytes, length * 2), Math.max(partBytes, most));
      const next = newBytes(doubled);
      next.set(this.#part.subarray(0, this.#partLength));
      this.#part = next;
    }
    this.#part.set(chunk.subarray(start, end), this.#partLength);
    this.#partLength = length;
  }
}
