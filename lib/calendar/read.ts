/** Reads the lines of which a calendar is made. What is wrong is told with what to write. */
import { isFault, readInteger, TextFault } from '../text/index.js';
import { isDayOfYear, readDay, readTimeOfDay, weekdays, type Day } from './day.js';

/** A stretch of a day in which it is open. */
export interface Period {
  /** Milliseconds from midnight by the clock on the wall; `toMs` does not belong to it. */
  readonly fromMs: number;
  readonly toMs: number;
  /** How many, where that matters; undefined: there is no bound. */
  readonly number: number | undefined;
}

/** A line of weekly hours. */
export interface WeeklyHours {
  /** 0: Monday. */
  readonly days: readonly number[];
  readonly period: Period;
}

/** What the number behind `=` may be at most. */
export const periodNumberMax = 1_000_000;

const wrong = (what: string, remedy: string): TextFault => new TextFault(what, remedy);
const exampleOfHours = 'write it as mon-fri 08:00-18:00, or mon,wed 08:00-12:00 = 20';
const exampleOfPeriod = 'write it as 08:00-18:00, or 08:00-18:00 = 20';

/** `mon-fri 08:00-18:00`, `sat,sun 10:00-12:00 = 5`. */
export function readHours(text: string): WeeklyHours | TextFault {
  const found = /^(\S+) +(.*)$/.exec(text);
  if (found === null) return wrong(`"${text}" is not hours of a week`, exampleOfHours);
  const days = readWeekdays(found[1]!);
  if (isFault(days)) return days;
  const period = readPeriod(found[2]!);
  return isFault(period) ? period : { days, period };
}

function readWeekdays(text: string): number[] | TextFault {
  const days = new Set<number>();
  for (const part of text.split(',')) {
    const [from = '', to = from, ...more] = part.split('-');
    const [first, last] = [indexOf(from), indexOf(to)];
    if (first < 0 || last < 0 || more.length > 0) {
      return wrong(`"${part}" is not days of a week`, `there are ${weekdays.join(', ')}`);
    }
    if (last < first) return wrong(`"${part}" goes back`, `write it as two: ${from}-sun,mon-${to}`);
    for (let day = first; day <= last; day++) days.add(day);
  }
  return [...days].sort((left, right) => left - right);
}

const indexOf = (day: string): number => (weekdays as readonly string[]).indexOf(day);

function readPeriod(text: string): Period | TextFault {
  const found = /^(\d\d:\d\d)-(\d\d:\d\d)(?: *= *(\S+))?$/.exec(text);
  if (found === null) return wrong(`"${text}" is not a period of a day`, exampleOfPeriod);
  const [, from = '', to = '', most] = found;
  const [fromMs, toMs] = [readTimeOfDay(from), readTimeOfDay(to)];
  if (fromMs === undefined || toMs === undefined) {
    return wrong(`"${from}-${to}" has not times of a day`, 'give times from 00:00 to 24:00');
  }
  if (toMs <= fromMs) {
    const remedy = `over midnight write two: ${from}-24:00 and 00:00-${to} of the next day`;
    return wrong(`"${from}-${to}" ends before it begins`, remedy);
  }
  if (most === undefined) return { fromMs, toMs, number: undefined };
  const number = readInteger(most, 0, periodNumberMax);
  return isFault(number) ? number : { fromMs, toMs, number };
}

/** `2026-04-03` (one day), `12-25` (that of each year). */
export function readHoliday(text: string): Day | string | TextFault {
  const day = readDay(text);
  if (day !== undefined) return day;
  if (isDayOfYear(text)) return text;
  return wrong(`"${text}" is not a day`, 'write it as 2026-04-03, or 12-25 for every year');
}

/** `2026-12-24 08:00-12:00 = 5`: the hours of a day, instead of all others. */
export function readException(text: string): { day: Day; period: Period } | TextFault {
  const day = readDay(text.slice(0, 10));
  if (day === undefined || !/^ +/.test(text.slice(10))) {
    const remedy = 'write it as 2026-12-24 08:00-12:00; closed days are holidays';
    return wrong(`"${text}" is not hours of a day`, remedy);
  }
  const period = readPeriod(text.slice(10).trimStart());
  return isFault(period) ? period : { day, period };
}
