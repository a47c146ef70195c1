/** Days, and times of a day, as calendars are written with; as texts and as numbers. */
import { isFault, readTime, writeTime } from '../text/index.js';

export const dayMs = 86_400_000;

/** Days of the week, in the order of ISO 8601. */
export const weekdays = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;

/** A day as a number: days since 1970-01-01. */
export type Day = number;

/** 0: Monday. */
export const weekdayOf = (day: Day): number => (((day + 3) % 7) + 7) % 7;

/** `2026-12-25`. */
export const textOfDay = (day: Day): string => writeTime(day * dayMs).slice(0, 10);

/** `12-25`. */
export const dayOfYear = (day: Day): string => textOfDay(day).slice(5);

/** The day of `2026-12-25`, of 1970 or later; undefined: there is none such. */
export function readDay(text: string): Day | undefined {
  const timeMs = readTime(`${text}T00:00:00Z`, 0);
  return isFault(timeMs) ? undefined : timeMs / dayMs;
}

/** Whether `12-25` is a day of some year. */
export const isDayOfYear = (text: string): boolean => readDay(`2000-${text}`) !== undefined;

/** Milliseconds from midnight to `08:30` or `24:00`; undefined: it is no time of a day. */
export function readTimeOfDay(text: string): number | undefined {
  if (text === '24:00') return dayMs;
  const timeMs = readTime(`1970-01-01T${text}:00Z`);
  return isFault(timeMs) ? undefined : timeMs;
}
