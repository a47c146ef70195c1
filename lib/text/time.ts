/**
 * Times as RFC 3339 has them: `2026-01-31T12:00:00Z`, `2026-01-31T13:00:00.250+01:00`. The zone has
 * to be there, the day has to be in the calendar, and what a millisecond cannot hold is a fault.
 */
import { TextFault } from './fault.js';
import { shown } from './integer.js';

const form =
  /^(\d{4})-(\d\d)-(\d\d)[Tt](\d\d):(\d\d):(\d\d)(?:\.(\d+))?(?:[Zz]|([+-])(\d\d):(\d\d))$/;
const withoutZone = /^\d{4}-\d\d-\d\d(?:[Tt ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?)?$/;
const example = 'write it as 2026-01-31T12:00:00Z';

/** The first and the last millisecond that have a text: years 0000 to 9999. */
export const timeTextFromMs = -62_167_219_200_000;
export const timeTextToMs = 253_402_300_799_999;

const positions = { month: 5, day: 8, hour: 11, minute: 14, second: 17, fraction: 20 } as const;

/**
 * Milliseconds since 1970 UTC, within [timeMsMin, timeMsMax]. A second is 0 to 59: there is no leap
 * second in milliseconds since 1970. A fraction has three digits, or more that are zero.
 */
export function readTime(
  text: string,
  timeMsMin: number = timeTextFromMs,
  timeMsMax: number = timeTextToMs,
): number | TextFault {
  const found = form.exec(text);
  if (found === null) {
    return withoutZone.test(text)
      ? new TextFault(`the time ${shown(text)} has no zone`, example, text.length)
      : new TextFault(`${shown(text)} is not a time`, example);
  }
  const [year, month, day, hour, minute, second] = found.slice(1, 7).map(Number) as Six;
  if (month < 1 || month > 12) return bad(text, 'a month', positions.month);
  if (day < 1 || day > daysOf(year, month)) return bad(text, 'a day of its month', positions.day);
  if (hour > 23) return bad(text, 'an hour', positions.hour);
  if (minute > 59) return bad(text, 'a minute', positions.minute);
  if (second > 59) return bad(text, 'a second', positions.second);
  const fraction = found[7] ?? '';
  if (/[^0]/.test(fraction.slice(3))) {
    const what = `the time ${shown(text)} has less than a millisecond`;
    return new TextFault(what, 'give at most three digits', positions.fraction + 3);
  }
  const [offsetHours, offsetMinutes] = [Number(found[9] ?? 0), Number(found[10] ?? 0)];
  if (offsetHours > 23 || offsetMinutes > 59) return bad(text, 'an offset', text.length - 6);
  const offsetMs = (offsetHours * 60 + offsetMinutes) * (found[8] === '-' ? -60_000 : 60_000);
  const timeMs = utcMs(year, month, day, hour, minute, second) + milliseconds(fraction) - offsetMs;
  if (timeMs >= timeMsMin && timeMs <= timeMsMax) return timeMs;
  return new TextFault(
    `the time ${shown(text)} is out of range`,
    `give one from ${writeTime(timeMsMin)} to ${writeTime(timeMsMax)}`,
  );
}

/** The same as a Date. */
export function readDate(text: string): Date | TextFault {
  const timeMs = readTime(text);
  return timeMs instanceof TextFault ? timeMs : new Date(timeMs);
}

type Six = [number, number, number, number, number, number];

const bad = (text: string, what: string, position: number): TextFault =>
  new TextFault(`the time ${shown(text)} has not ${what}`, example, position);

const milliseconds = (fraction: string): number => Number(fraction.slice(0, 3).padEnd(3, '0'));

function daysOf(year: number, month: number): number {
  if (month !== 2) return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
  return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0 ? 29 : 28;
}

/** `Date.UTC` takes the years 0 to 99 for those of the last century. */
function utcMs(...[year, month, day, hour, minute, second]: Six): number {
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  return date.getTime() + ((hour * 60 + minute) * 60 + second) * 1_000;
}

/**
 * The text of a time, always in UTC with three digits; a number when there is none for its year.
 */
export function writeTime(timeMs: number): string {
  const hasText = timeMs >= timeTextFromMs && timeMs <= timeTextToMs;
  return hasText ? new Date(timeMs).toISOString() : String(timeMs);
}
