/** Values of options, as Commander wants them read: times, numbers, positions. */
import { InvalidArgumentError } from 'commander';
import { systemClock } from '../clock.js';
import { readDuration } from './arguments.js';

/** Reads the time that a flag is given, in milliseconds; see `readDuration`. */
export const duration =
  (flag: string) =>
  (text: string): number =>
    readDuration(flag, text);

/**
 * Milliseconds since 1970 UTC of a date of ISO 8601, or of +10m from now.
 * @throws {InvalidArgumentError | UsageError}
 */
export function time(text: string): number {
  if (text.startsWith('+'))
    return systemClock.nowMs() + readDuration('a time from now', text.slice(1));
  const timeMs = /^\d{4}-\d\d-\d\d/.test(text) ? Date.parse(text) : NaN;
  if (Number.isNaN(timeMs)) {
    throw new InvalidArgumentError('Not a time such as 2026-01-31T12:00:00Z or +10m.');
  }
  return timeMs;
}

/** A whole number. @throws {InvalidArgumentError} */
export function integer(text: string): number {
  const value = Number(text);
  if (!/^[+-]?\d+$/.test(text) || !Number.isSafeInteger(value)) {
    throw new InvalidArgumentError('Not a whole number.');
  }
  return value;
}

/** yes or no. @throws {InvalidArgumentError} */
export function yesOrNo(text: string): boolean {
  if (text !== 'yes' && text !== 'no') throw new InvalidArgumentError('Neither yes nor no.');
  return text === 'yes';
}

/** A resume token as `events` prints it: one position per partition, with commas. @throws {InvalidArgumentError} */
export function resumeToken(text: string): number[] {
  if (!/^\d+(,\d+)*$/.test(text)) {
    throw new InvalidArgumentError('Not a token such as 12,0,7,3.');
  }
  return text.split(',').map(Number);
}

/** Collects an option that may be given several times. */
export const collect = (text: string, before: readonly string[] = []): readonly string[] => [
  ...before,
  text,
];
