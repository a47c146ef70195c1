/** The pieces of a pattern between its `%`: plain text, and text with `_` in it. */

/** Where a piece is in a text. Positions are UTF-16 units; -1: it is not there. */
export interface PatternPiece {
  /** It is found everywhere. */
  readonly isEmpty: boolean;
  /** Where it ends if the text begins with it. */
  prefixEnd(text: string): number;
  /** Where it begins if the text ends with it, from `from` on. */
  suffixStart(text: string, from: number): number;
  /** Where it ends if it is within [from, to): the first time. */
  find(text: string, from: number, to: number): number;
  /** How often the last of these looked at a character. */
  readonly looked: number;
}

/** Text without `_`: found by the method of Knuth, Morris and Pratt. */
export class LiteralPiece implements PatternPiece {
  readonly #text: string;
  /** By how many units are right: how many of them still are, if the next one is not. */
  readonly #fallBack: Int32Array;
  looked = 0;

  constructor(text: string) {
    this.#text = text;
    this.#fallBack = new Int32Array(text.length + 1);
    for (let length = 1, right = 0; length < text.length; length++) {
      while (right > 0 && text[length] !== text[right]) right = this.#fallBack[right]!;
      if (text[length] === text[right]) right += 1;
      this.#fallBack[length + 1] = right;
    }
  }

  get isEmpty(): boolean {
    return this.#text === '';
  }

  prefixEnd(text: string): number {
    this.looked = this.#text.length;
    return text.startsWith(this.#text) ? this.#text.length : -1;
  }

  suffixStart(text: string, from: number): number {
    this.looked = this.#text.length;
    const start = text.length - this.#text.length;
    return start >= from && text.endsWith(this.#text) ? start : -1;
  }

  find(text: string, from: number, to: number): number {
    const wanted = this.#text;
    let right = 0;
    let looked = 0;
    let found = -1;
    for (let at = from; at < to && found < 0; at++) {
      const unit = text.charCodeAt(at);
      looked += 1;
      while (right > 0 && unit !== wanted.charCodeAt(right)) {
        right = this.#fallBack[right]!;
        looked += 1;
      }
      if (unit === wanted.charCodeAt(right)) right += 1;
      if (right === wanted.length) found = at + 1;
    }
    this.looked = looked;
    return found;
  }
}

const bitsPerWord = 32;

/**
 * Text with `_` in it: found by following all places where it may have begun at once, a bit each
 * (the method of Baeza-Yates and Gonnet).
 */
export class WildPiece implements PatternPiece {
  readonly isEmpty = false;
  /** Code points; -1: any. */
  readonly #points: Int32Array;
  /** For each code point that it names: at which of its places that may be. */
  readonly #places = new Map<number, Int32Array>();
  /** For all others. */
  readonly #wildPlaces: Int32Array;
  /** The places that are right so far; kept, so that nothing is allocated. */
  readonly #right: Int32Array;
  looked = 0;

  constructor(characters: readonly (string | undefined)[]) {
    this.#points = Int32Array.from(characters, (each) => each?.codePointAt(0) ?? -1);
    const words = Math.ceil(characters.length / bitsPerWord);
    this.#wildPlaces = new Int32Array(words);
    this.#right = new Int32Array(words);
    for (const [at, point] of this.#points.entries()) {
      if (point < 0) setBit(this.#wildPlaces, at);
    }
    for (const [at, point] of this.#points.entries()) {
      if (point < 0) continue;
      const places = this.#places.get(point) ?? Int32Array.from(this.#wildPlaces);
      setBit(places, at);
      this.#places.set(point, places);
    }
  }

  prefixEnd(text: string): number {
    return this.#endFrom(text, 0);
  }

  suffixStart(text: string, from: number): number {
    let start = text.length;
    for (let left = this.#points.length; left > 0; left--) {
      start -= isPair(text, start - 2) ? 2 : 1;
      if (start >= from) continue;
      this.looked = this.#points.length;
      return -1;
    }
    const end = this.#endFrom(text, start);
    this.looked += this.#points.length;
    return end === text.length ? start : -1;
  }

  #endFrom(text: string, from: number): number {
    const points = this.#points;
    this.looked = points.length;
    let at = from;
    for (let index = 0; index < points.length; index++) {
      if (at >= text.length) return -1;
      const point = text.codePointAt(at)!;
      if (points[index]! >= 0 && points[index] !== point) return -1;
      at += point > 0xffff ? 2 : 1;
    }
    return at;
  }

  find(text: string, from: number, to: number): number {
    const right = this.#right.fill(0);
    const last = this.#points.length - 1;
    const [lastWord, lastBit] = [last >>> 5, 1 << (last & 31)];
    let looked = 0;
    let found = -1;
    for (let at = from; at < to && found < 0;) {
      const point = text.codePointAt(at)!;
      at += point > 0xffff ? 2 : 1;
      const places = this.#places.get(point) ?? this.#wildPlaces;
      // A place is right if the one before it was, and it may be this character.
      let carry = 1;
      for (let word = 0; word < right.length; word++) {
        const before = right[word]!;
        right[word] = ((before << 1) | carry) & places[word]!;
        carry = before >>> 31;
      }
      looked += right.length;
      if ((right[lastWord]! & lastBit) !== 0) found = at;
    }
    this.looked = looked;
    return found;
  }
}

const setBit = (words: Int32Array, at: number): void => {
  words[at >>> 5]! |= 1 << (at & 31);
};

/** Whether two units from here are one character. */
function isPair(text: string, at: number): boolean {
  if (at < 0) return false;
  const [high, low] = [text.charCodeAt(at), text.charCodeAt(at + 1)];
  return high >= 0xd800 && high <= 0xdbff && low >= 0xdc00 && low <= 0xdfff;
}
