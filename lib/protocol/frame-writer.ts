/** Writes frames one behind the other, bodies included, without a copy in between. */
import { writeText } from '../pack/text.js';
import { PackWriter } from '../pack/writer.js';
import { IxionError } from '../errors.js';
import { limits } from '../limits.js';
import { writeBody } from './encode.js';
import type { Body } from './encode.js';
import { frameHeaderBytes, FrameOffset } from './frame-layout.js';
import type { RouteKind } from './message.js';
import { requestByNumber } from './registry.js';
import { writeRepeatedBody } from './repeated-body.js';

/** Frames written since the last `take`. */
export class FrameWriter {
  readonly #pack: PackWriter;

  /** @param isStrict text that has no UTF-8 (half a surrogate pair) is refused */
  constructor(isStrict = false) {
    this.#pack = new PackWriter(isStrict);
  }

  /** Bytes written since the last `take`. */
  get length(): number {
    return this.#pack.position - this.#pack.start;
  }

  /**
   * Appends one frame and returns its bytes. `body` is an object of attributes by name, those that
   * are undefined left out, or a body that is packed already. When it throws, nothing was appended.
   * @param retryAgeMs to be added to a body that is packed already
   * @throws {IxionError} AttributeTooLong for the route key, FrameTooLarge, or what the body causes
   */
  write(
    message: number,
    flags: number,
    reference: number,
    proxyClient: number,
    routeKind: RouteKind,
    routeKey: string,
    body: Body | Uint8Array,
    retryAgeMs?: number,
  ): number {
    const pack = this.#pack;
    const offset = pack.position - pack.start;
    try {
      pack.reserve(frameHeaderBytes + routeKey.length * 3);
      pack.position += 4;
      pack.unsigned16(message);
      pack.unsigned16(flags);
      pack.unsigned32(reference);
      pack.unsigned32(proxyClient);
      pack.unsigned8(routeKind);
      pack.position += 1;
      const keyBytes = writeText(pack.buffer, pack.position, routeKey);
      if (keyBytes > limits.routeKeyBytes) {
        throw new IxionError('AttributeTooLong', `a route key of ${keyBytes} bytes`);
      }
      pack.buffer[pack.position - 1] = keyBytes;
      pack.position += keyBytes;
      if (!(body instanceof Uint8Array)) writeBody(pack, message, body);
      else if (retryAgeMs === undefined) pack.raw(body);
      else writeRepeatedBody(pack, body, retryAgeMs);
      return this.#finish(message, offset);
    } catch (error) {
      pack.position = pack.start + offset;
      throw error;
    }
  }

  /**
   * A view of all frames written; from then on it belongs to the caller and is never written again.
   */
  take(): Uint8Array {
    return this.#pack.take();
  }

  #finish(message: number, offset: number): number {
    const pack = this.#pack;
    const start = pack.start + offset;
    const length = pack.position - start;
    const isRequest = requestByNumber(message) !== undefined;
    if (length > (isRequest ? limits.requestFrameBytes : limits.frameBytes)) {
      throw new IxionError('FrameTooLarge', `a frame of ${length} bytes`);
    }
    const end = pack.position;
    pack.position = start + FrameOffset.length;
    pack.unsigned32(length);
    pack.position = end;
    return length;
  }
}
