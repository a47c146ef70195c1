/**
 * How much of the files that LMDB maps this process has touched. What is mapped is only the system's
 * cache, but at the end of the process the system gives it up page by page, 0.04 ms a MB.
 */
import { readFileSync } from 'node:fs';

/** A map is made anew when so much more of files is there than after the last time. */
const growthBytesMost = 2 ** 27;

/** Bytes of mapped files in memory; 0 where the system does not tell. */
export function mappedBytes(): number {
  try {
    const status = readFileSync('/proc/self/status', 'latin1');
    return Number(/^RssFile:\s*(\d+) kB$/m.exec(status)?.[1] ?? 0) * 1_024;
  } catch {
    return 0;
  }
}

/** Says when the map of one environment has grown so much that it is worth to make it anew. */
export class MapSize {
  readonly #bytes: () => number;
  #freshBytes: number;

  /** @param bytes mapped by the whole process, all its environments */
  constructor(bytes: () => number = mappedBytes) {
    this.#bytes = bytes;
    this.#freshBytes = bytes();
  }

  get isLarge(): boolean {
    return this.#bytes() - this.#freshBytes > growthBytesMost;
  }

  /** The map was made anew. */
  renewed(): void {
    this.#freshBytes = this.#bytes();
  }
}
