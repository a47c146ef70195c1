/**
 * Numbers by request key, for very many keys that come and go: an open hash table in typed arrays,
 * so that an entry is no object and the collector never looks at it. It keeps 64 bits of hash of a
 * key and not the key itself, so whoever looks a number up checks what it leads to.
 */
import { systemRandom } from '../clock.js';

const leastSlots = 1_024;
/** Side by side, so that a look-up touches one line of the processor's cache. A power of two. */
const slotWords = 4;
const twoTo32 = 0x1_0000_0000;
/** Full from here on: a table of twice the slots follows. All keys that are promised fit 2 ** 18 slots, 4 MB. */
const greatestLoad = 0.8;
const seed = Math.floor(systemRandom.fraction() * 0x7fff_ffff);

/** The hash of a client's name and a request key; one object is used for many. */
export class KeyHash {
  first = 0;
  second = 0;

  /** `requestKey`: the bytes, or the same as a binary string. */
  of(clientName: string, requestKey: Uint8Array | string): this {
    this.first = seed;
    this.second = ~seed;
    const { length } = requestKey;
    if (typeof requestKey === 'string') {
      for (let at = 0; at < length; at += 4) {
        this.#mix(
          fourOf(
            requestKey.charCodeAt(at),
            requestKey.charCodeAt(at + 1),
            requestKey.charCodeAt(at + 2),
            requestKey.charCodeAt(at + 3),
          ),
        );
      }
    } else {
      for (let at = 0; at < length; at += 4) {
        this.#mix(
          fourOf(requestKey[at]!, requestKey[at + 1]!, requestKey[at + 2]!, requestKey[at + 3]!),
        );
      }
    }
    for (let at = 0; at < clientName.length; at++) this.#mix(clientName.charCodeAt(at));
    this.first = finish(this.first);
    this.second = finish(this.second);
    return this;
  }

  #mix(unit: number): void {
    this.first = Math.imul(this.first ^ unit, 0x0100_0193);
    this.second = Math.imul(this.second ^ unit, 0x2c1b_3c6d) + 1;
  }
}

const fourOf = (first: number, second: number, third: number, fourth: number): number =>
  (first << 24) | (second << 16) | (third << 8) | fourth;

function finish(hash: number): number {
  const mixed = Math.imul(hash ^ (hash >>> 16), 0x85eb_ca6b);
  return (mixed ^ (mixed >>> 13)) | 0;
}

export class KeyIndex {
  /** Keys in it. */
  size = 0;
  /** Of each slot both hashes and the halves of its number, which are 0 when it is free. */
  #words = new Int32Array(leastSlots * slotWords);

  /** The number of a key, or undefined. */
  get(hash: KeyHash): number | undefined {
    return this.#numberAt(this.#slotOf(hash.first, hash.second)) || undefined;
  }

  /** Forgets all keys, and keeps the room that they had. */
  clear(): void {
    this.#words.fill(0);
    this.size = 0;
  }

  /** Sets the number of a key; not 0. */
  set(hash: KeyHash, number: number): void {
    if (this.size * slotWords >= this.#words.length * greatestLoad) this.#grow();
    this.#put(hash.first, hash.second, number);
  }

  #put(first: number, second: number, number: number): void {
    const words = this.#words;
    const at = this.#slotOf(first, second);
    if (this.#numberAt(at) === 0) this.size++;
    words[at] = first;
    words[at + 1] = second;
    words[at + 2] = number >>> 0;
    words[at + 3] = Math.floor(number / twoTo32);
  }

  #numberAt(at: number): number {
    const words = this.#words;
    return (words[at + 2]! >>> 0) + words[at + 3]! * twoTo32;
  }

  /** The first word of the slot where the key is, or would be. */
  #slotOf(first: number, second: number): number {
    const words = this.#words;
    const last = words.length - 1;
    let at = (first * slotWords) & last;
    while (words[at + 2] !== 0 || words[at + 3] !== 0) {
      if (words[at] === first && words[at + 1] === second) break;
      at = (at + slotWords) & last;
    }
    return at;
  }

  #grow(): void {
    const words = this.#words;
    this.#words = new Int32Array(words.length * 2);
    this.size = 0;
    for (let at = 0; at < words.length; at += slotWords) {
      const number = (words[at + 2]! >>> 0) + words[at + 3]! * twoTo32;
      if (number !== 0) this.#put(words[at]!, words[at + 1]!, number);
    }
  }
}
