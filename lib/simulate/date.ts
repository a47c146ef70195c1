/** Days of the calendar, as a file names them: `1999-08-31`, `19990831` or `990831`. Pure. */
import { isFault, readTime, writeTime } from '../text/index.js';

const forms = /^(?:(\d{4})-(\d\d)-(\d\d)|(\d{4})(\d\d)(\d\d)|(\d\d)(\d\d)(\d\d))$/;
/** Two digits from here on are of the last century. */
const lastCenturyFrom = 70;
const dayMs = 86_400_000;

/** The day as `1999-08-31`; undefined: the text names none. */
export function readDay(text: string): string | undefined {
  const found = forms
    .exec(text)
    ?.slice(1)
    .filter((part) => part !== undefined);
  if (found === undefined) return undefined;
  const [year = '', month = '', day = ''] = found;
  const century = year >= String(lastCenturyFrom) ? '19' : '20';
  const date = `${year.length === 4 ? year : `${century}${year}`}-${month}-${day}`;
  return isFault(readTime(`${date}T00:00:00Z`)) ? undefined : date;
}

/** Whole days from one day to another, both as `readDay` gives them. */
export const daysBetween = (from: string, to: string): number =>
  Math.round((dayStartMs(to) - dayStartMs(from)) / dayMs);

/** The day so many days after another. */
export const dayAfter = (date: string, days: number): string =>
  writeTime(dayStartMs(date) + days * dayMs).slice(0, 10);

/** Its midnight, in milliseconds since 1970 UTC. */
export const dayStartMs = (date: string): number => readTime(`${date}T00:00:00Z`) as number;

/** Whether the text may choose days: a day, or a month as `1999-08`. */
export const isDayOrMonth = (text: string): boolean =>
  readDay(text) === text || readDay(`${text}-01`) === `${text}-01`;
