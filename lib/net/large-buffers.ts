/**
 * Buffers that hold what waits for a socket, used again. Memory outside the heap makes the
 * collector run in full once so much of it was made since the last time: with some hundred
 * megabytes a second for readers of events, that took a third of the thread.
 */

/** What the pool keeps at most of one size; there are five. */
const spareMaxBytes = 2_097_152;
/** Smaller ones are not worth it, and their owners keep them. */
const bytesMin = 16_384;

export class LargeBuffers {
  /** By the sizes that were asked for. */
  readonly #spare = new Map<number, Buffer[]>();
  /** Buffers that were made; for tests. */
  made = 0;

  /** A buffer of this size, whose content is anything. */
  take(size: number): Buffer {
    const spare = this.#spare.get(size);
    const known = spare?.pop();
    if (known !== undefined) return known;
    if (spare === undefined && size >= bytesMin) this.#spare.set(size, []);
    this.made++;
    return Buffer.allocUnsafeSlow(size);
  }

  /**
   * A buffer, or a part of one, is used no more by anybody. One of a size that nobody takes is not
   * kept: what clients left unread may have every size.
   */
  give({ buffer }: Buffer): void {
    const size = buffer.byteLength;
    const spare = this.#spare.get(size);
    if (spare === undefined) return;
    if ((spare.length + 1) * size <= spareMaxBytes) spare.push(Buffer.from(buffer));
  }

  /** Bytes of what it keeps; for tests. */
  get keptBytes(): number {
    let bytes = 0;
    for (const [size, spare] of this.#spare) bytes += size * spare.length;
    return bytes;
  }
}

/** Those of the thread. */
export const largeBuffers = new LargeBuffers();
