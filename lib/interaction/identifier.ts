/**
 * Identifiers of interactions and where each one is at home.
 *
 * Ours have 16 characters of upper-case base 36 (the look of the original's):
 * 2 for the partition of birth, 9 for the partition's time in milliseconds, 5 for a sequence within
 * the millisecond. They ascend within a partition, so that their rows are appended.
 * A client may choose any other identifier; its home is then a hash of it.
 */
import { fnvStart, fnvStep } from '../fnv.js';
import { limits } from '../limits.js';
import { binaryText } from '../pack/text.js';

const birthDigits = 2;
const timeDigits = 9;
const sequenceDigits = 5;
const ourLength = birthDigits + timeDigits + sequenceDigits;
const allowed = /^[A-Za-z0-9._:-]+$/;

/** Identifiers that one partition can make within one millisecond. */
const identifiersPerMs = 36 ** sequenceDigits;

/**
 * The partition that always knows where an interaction is: a pure function of the identifier and
 * the number of partitions, which never changes in a store.
 */
export function homeOf(id: string, partitions: number): number {
  if (isMadeByServer(id)) {
    const birth = digitOf(id.charCodeAt(0)) * 36 + digitOf(id.charCodeAt(1));
    if (birth < partitions) return birth;
  }
  return hash(id) % partitions;
}

/**
 * Whether a server may have made the identifier: it looks so, or a client copied the look. Every
 * request by identifier asks this, so no regular expression does.
 */
export function isMadeByServer(id: string): boolean {
  if (id.length !== ourLength) return false;
  for (let at = 0; at < ourLength; at++) if (digitOf(id.charCodeAt(at)) < 0) return false;
  return true;
}

/** The value of a digit or an upper-case letter; -1 for anything else. */
function digitOf(code: number): number {
  if (code >= 48 && code <= 57) return code - 48;
  return code >= 65 && code <= 90 ? code - 55 : -1;
}

/** Whether a client may choose this identifier: 1 to 64 of `A-Z a-z 0-9 . _ : -`. */
export function isValidIdentifier(id: string): boolean {
  return id.length > 0 && id.length <= limits.interactionIdBytes && allowed.test(id);
}

/** Whether this partition could make this identifier at the given time or later. */
export function isYetToBeMade(id: string, partition: number, partitionTimeMs: number): boolean {
  if (!isMadeByServer(id) || Number.parseInt(id.slice(0, 2), 36) !== partition) return false;
  return Number.parseInt(id.slice(2, 2 + timeDigits), 36) >= Math.floor(partitionTimeMs);
}

/** Part of the data format. */
function hash(text: string): number {
  let state = fnvStart;
  for (let at = 0; at < text.length; at++) state = fnvStep(state, text.charCodeAt(at));
  return state >>> 0;
}

/** Makes the identifiers of one partition. */
export class IdentifierSource {
  /** The identifier made last, character by character: a string made of parts would not be flat. */
  readonly #characters = new Uint8Array(ourLength);
  #timeMs = -1;
  #sequence = 0;

  constructor(partition: number) {
    this.#write(partition, 0, birthDigits);
  }

  /** A new identifier, greater than every one before. `partitionTimeMs` must never go back. */
  next(partitionTimeMs: number): string {
    const timeMs = Math.max(Math.floor(partitionTimeMs), this.#timeMs);
    if (timeMs === this.#timeMs && this.#sequence + 1 < identifiersPerMs) this.#sequence++;
    else {
      this.#timeMs = timeMs === this.#timeMs ? timeMs + 1 : timeMs;
      this.#write(this.#timeMs, birthDigits, timeDigits);
      this.#sequence = 0;
    }
    this.#write(this.#sequence, birthDigits + timeDigits, sequenceDigits);
    return binaryText(this.#characters);
  }

  /** A number of so many digits, from the last one backwards. */
  #write(value: number, start: number, width: number): void {
    let left = value;
    for (let at = start + width - 1; at >= start; at--) {
      const digit = left % 36;
      this.#characters[at] = digit < 10 ? 48 + digit : 55 + digit;
      left = Math.floor(left / 36);
    }
  }
}
