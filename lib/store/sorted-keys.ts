/** Keys in order, in blocks: what a change or a read costs hardly grows with their number. */
import { lowerBound } from './search.js';

/** A block that grows above it is cut in two. */
const blockMost = 512;

export class SortedKeys {
  /** None of them is empty. */
  readonly #blocks: string[][] = [];

  /** Adds a key that is not there. */
  add(key: string): void {
    const at = this.#blockOf(key);
    const block = this.#blocks[at];
    if (block === undefined) {
      this.#blocks.push([key]);
      return;
    }
    const last = block[block.length - 1]!;
    if (key > last) block.push(key);
    else block.splice(lowerBound(block, key), 0, key);
    if (block.length <= blockMost) return;
    // Keys mostly ascend: the block at the end is left full.
    const isEnd = at === this.#blocks.length - 1;
    this.#blocks.splice(at + 1, 0, block.splice(isEnd ? blockMost : blockMost / 2));
  }

  /** Deletes a key that is there. */
  delete(key: string): void {
    const at = this.#blockOf(key);
    const block = this.#blocks[at]!;
    block.splice(lowerBound(block, key), 1);
    if (block.length === 0) this.#blocks.splice(at, 1);
  }

  /** From the first that is not below `from`, or downwards from the last that is below `to`. */
  *walk(from: string | undefined, to: string | undefined, reverse: boolean): Generator<string> {
    const blocks = this.#blocks;
    if (blocks.length === 0) return;
    if (reverse) {
      const start = to === undefined ? blocks.length - 1 : this.#blockOf(to);
      for (let at = start; at >= 0; at--) {
        const block = blocks[at]!;
        const end = to === undefined ? block.length : lowerBound(block, to);
        for (let index = end - 1; index >= 0; index--) {
          if (from !== undefined && block[index]! < from) return;
          yield block[index]!;
        }
      }
      return;
    }
    for (let at = from === undefined ? 0 : this.#blockOf(from); at < blocks.length; at++) {
      const block = blocks[at]!;
      const start = from === undefined ? 0 : lowerBound(block, from);
      for (let index = start; index < block.length; index++) {
        if (to !== undefined && block[index]! >= to) return;
        yield block[index]!;
      }
    }
  }

  /** The last block whose first key is not above this one, or the first block. */
  #blockOf(key: string): number {
    let [low, high] = [0, this.#blocks.length];
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (this.#blocks[middle]![0]! <= key) low = middle;
      else high = middle;
    }
    return low;
  }
}
