/**
 * Buffers that hold what waits for a socket, used again. Memory outside the heap makes the
 * collector run in full once so much of it was made since the last time: with some hundred
 * megabytes a second for readers of events, that took a third of the thread.
 */

/** What the pool keeps at most of one size; there are five. */
const spareMaxBytes = 2_097_152;
/** Smaller ones are not worth it, and their owners keep them. */
const leastBytes = 16_384;

export class LargeBuffers {
  /** By size. */
  readonly #spare = new Map<number, Buffer[]>();
  /** Buffers that were made; for tests. */
  made = 0;

  /** A buffer of this size, whose content is anything. */
  take(size: number): Buffer {
    const spare = this.#spare.get(size)?.pop();
    if (spare === undefined) {
      this.made++;
      return Buffer.allocUnsafeSlow(size);
    }
    return spare;
  }

  /** A buffer that was taken, or a part of one, is used no more by anybody. */
  give({ buffer }: Buffer): void {
    const size = buffer.byteLength;
    if (size < leastBytes) return;
    let spare = this.#spare.get(size);
    if (spare === undefined) this.#spare.set(size, (spare = []));
    if ((spare.length + 1) * size <= spareMaxBytes) spare.push(Buffer.from(buffer));
  }
}

/** Those of the thread. */
export const largeBuffers = new LargeBuffers();
