/**
 * Numbers by request key, for very many keys that come and go: an open hash table in typed arrays,
 * so that an entry is no object and the collector never looks at it. It keeps 64 bits of hash of a
 * key and not the key itself, so whoever looks a number up checks what it leads to.
 */
import { systemRandom } from '../clock.js';

const leastSlots = 1_024;
/** Full from here on: a table of twice the slots follows. */
const greatestLoad = 0.7;
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
  #first = new Int32Array(leastSlots);
  #second = new Int32Array(leastSlots);
  /** 0: the slot is free. */
  #numbers = new Float64Array(leastSlots);

  /** The number of a key, or undefined. */
  get(hash: KeyHash): number | undefined {
    return this.#numbers[this.#slotOf(hash.first, hash.second)] || undefined;
  }

  /** Forgets all keys, and keeps the room that they had. */
  clear(): void {
    this.#numbers.fill(0);
    this.size = 0;
  }

  /** Sets the number of a key; not 0. */
  set(hash: KeyHash, number: number): void {
    if (this.size >= this.#numbers.length * greatestLoad) this.#grow();
    this.#put(hash.first, hash.second, number);
  }

  #put(first: number, second: number, number: number): void {
    const slot = this.#slotOf(first, second);
    if (this.#numbers[slot] === 0) this.size++;
    this.#first[slot] = first;
    this.#second[slot] = second;
    this.#numbers[slot] = number;
  }

  /** Where the key is, or would be. */
  #slotOf(first: number, second: number): number {
    const last = this.#numbers.length - 1;
    let slot = first & last;
    while (
      this.#numbers[slot] !== 0 &&
      (this.#first[slot] !== first || this.#second[slot] !== second)
    ) {
      slot = (slot + 1) & last;
    }
    return slot;
  }

  #grow(): void {
    const [first, second, numbers] = [this.#first, this.#second, this.#numbers];
    const slots = numbers.length * 2;
    this.#first = new Int32Array(slots);
    this.#second = new Int32Array(slots);
    this.#numbers = new Float64Array(slots);
    this.size = 0;
    for (const [slot, number] of numbers.entries()) {
      if (number !== 0) this.#put(first[slot]!, second[slot]!, number);
    }
  }
}
