/** What a strict reader answers instead of a value. */

/**
 * Why a text (or bytes) cannot be read. It is a value, not an exception: `instanceof TextFault`
 * tells it from what was read.
 */
export class TextFault {
  /** What is wrong, as a sentence without its end: `the time has no zone`. */
  readonly what: string;
  /** What to write instead: `end it with Z or an offset, as +01:00`. */
  readonly remedy: string;
  /** Where, from 0: the UTF-16 unit of a text, the byte of bytes. */
  readonly position: number;

  constructor(what: string, remedy: string, position = 0) {
    this.what = what;
    this.remedy = remedy;
    this.position = position;
  }

  /** `the time has no zone, at character 20; end it with Z or an offset`; positions from 1. */
  toString(): string {
    return `${this.what}, at character ${this.position + 1}; ${this.remedy}`;
  }
}

/** Whether a reader answered with a fault. */
export const isFault = (read: unknown): read is TextFault => read instanceof TextFault;
