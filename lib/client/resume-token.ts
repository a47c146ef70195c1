/**
 * A position in the events of a store as a text: the timeline, then the last Sequence of
 * each partition, as `3f9a0c1d2e4b5a67:12,0,7,3`. A program that kept the sequences alone may
 * give those.
 */
import { IxionError } from '../errors.js';
import { isFault, readInteger } from '../text/index.js';

/** What a token says. */
export interface Position {
  /** 16 hexadecimal digits; undefined: not known. */
  readonly timeline: string | undefined;
  /** The last Sequence seen, by partition. */
  readonly sequences: readonly number[];
}

/** A position as its token. */
export const resumeTokenOf = ({ timeline, sequences }: Position): string =>
  timeline === undefined ? sequences.join(',') : `${timeline}:${sequences.join(',')}`;

/**
 * Reads a token, or the sequences alone.
 * @throws {IxionError} InvalidResumeToken
 */
export function readResumeToken(token: string | readonly number[]): Position {
  const text = typeof token === 'string' ? token : token.join(',');
  const parts = /^(?:([0-9a-f]{16}):)?([\d,]+)$/.exec(text);
  const read = parts?.[2]!.split(',').map((part) => readInteger(part, 0)) ?? [];
  const sequences = read.filter((one): one is number => !isFault(one));
  if (parts === null || sequences.length < read.length) {
    const detail = `"${text.slice(0, 64)}" is not a token such as 3f9a0c1d2e4b5a67:12,0,7,3`;
    throw new IxionError('InvalidResumeToken', detail);
  }
  return { timeline: parts[1], sequences };
}
