/**
 * Numbers of rows by request key, for very many keys that come and go: an open hash table in typed
 * arrays, so that an entry is not an object and the collector never looks at it. It keeps the hash
 * of a key and not the key itself: whoever finds a number compares what it leads to, and asks for
 * the next one when that is another key. So two keys of one hash do not hide each other.
 */

/** Slots of a table that grows: in few steps, since a table that grows stands still meanwhile. */
const slotCounts = [1 << 10, 1 << 13, 1 << 16, 1 << 20] as const;
/** Side by side, so that a look-up touches one line of the processor's cache. */
const slotWords = 2;
/** Full from here on. */
const loadMax = 0.8;
/** A row is kept as its distance from a number so far below the first one. */
const baseDistance = 2 ** 31;

/** Keys that fit the greatest table, which has 8 MiB. */
export const indexedKeysMax = Math.floor(slotCounts[3] * loadMax);

/**
 * The hash of a client's name and a request key: 32 bits with a sign.
 * @param seed secret of the store, so that nobody chooses keys of one hash
 */
export function hashOfKey(seed: number, clientName: string, requestKey: Uint8Array): number {
  let hash = seed;
  const { length } = requestKey;
  for (let at = 0; at < length; at += 4) {
    const unit =
      (requestKey[at]! << 24) |
      (requestKey[at + 1]! << 16) |
      (requestKey[at + 2]! << 8) |
      requestKey[at + 3]!;
    hash = mix(hash, unit);
  }
  for (let at = 0; at < clientName.length; at++) hash = mix(hash, clientName.charCodeAt(at));
  hash = Math.imul(hash ^ (hash >>> 16), 0x85eb_ca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2_ae35);
  return hash ^ (hash >>> 16);
}

/** The turn brings what the multiplication has carried to the upper bits back to the lower ones. */
function mix(hash: number, unit: number): number {
  const product = Math.imul(hash ^ unit, 0x9e37_79b1);
  return (product << 13) | (product >>> 19);
}

export class KeyIndex {
  /** Keys in it. */
  size = 0;
  #base = 0;
  #slotCount = 0;
  /** Of each slot the hash, and the distance of the row, which is 0 when it is free. */
  #words = new Int32Array(slotCounts[0] * slotWords);

  /** Forgets all keys, and keeps the room that they had. */
  clear(): void {
    this.#words.fill(0);
    this.size = 0;
  }

  /**
   * Adds a key, also one that is in it already. `row`: less than 2 ** 31 away from the first one.
   */
  add(hash: number, row: number): void {
    if (this.size === 0) this.#base = row - baseDistance;
    if (this.size * slotWords >= this.#words.length * loadMax) this.#grow();
    this.#put(hash, (row - this.#base) | 0);
    this.size++;
  }

  /**
   * Where a key may be, to be given to `rowAt`; below 0: it is not in it.
   * @param after where it was found before, if that was another key
   */
  find(hash: number, after?: number): number {
    const words = this.#words;
    const last = words.length - 1;
    let at = after === undefined ? (hash << 1) & last : (after + slotWords) & last;
    while (words[at + 1] !== 0) {
      if (words[at] === hash) return at;
      at = (at + slotWords) & last;
    }
    return -1;
  }

  /** The number of the row that `find` found. */
  rowAt(at: number): number {
    return this.#base + (this.#words[at + 1]! >>> 0);
  }

  #put(hash: number, distance: number): void {
    const words = this.#words;
    const last = words.length - 1;
    let at = (hash << 1) & last;
    while (words[at + 1] !== 0) at = (at + slotWords) & last;
    words[at] = hash;
    words[at + 1] = distance;
  }

  #grow(): void {
    const words = this.#words;
    this.#slotCount++;
    const slots = slotCounts[this.#slotCount] ?? (words.length / slotWords) * 2;
    this.#words = new Int32Array(slots * slotWords);
    for (let at = 0; at < words.length; at += slotWords) {
      if (words[at + 1] !== 0) this.#put(words[at]!, words[at + 1]!);
    }
  }
}
