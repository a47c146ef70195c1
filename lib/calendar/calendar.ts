/**
 * A calendar: when it is open, and with which number. What the clock on the wall shows in its time
 * zone decides. So when clocks are put forward a period is shorter by what they skip, and when they
 * are put back, what they show twice counts twice.
 *
 * A day has the hours of its exceptions; without any it is closed if it is a holiday, and else has
 * those of its weekday.
 */
import { isFault, type TextFault } from '../text/index.js';
import { dayMs, dayOfYear, textOfDay, weekdayOf, weekdays, type Day } from './day.js';
import { readException, readHoliday, readHours, type Period } from './read.js';
import { Zone } from './zone.js';

/** A calendar as it is written; `lib/objects` has it as an object. */
export interface CalendarFields {
  readonly timeZone?: string | undefined;
  readonly hours?: readonly string[] | undefined;
  readonly holidays?: readonly string[] | undefined;
  readonly exceptions?: readonly string[] | undefined;
}

/** A fault in a calendar, and the field and the line that it is in. */
export interface CalendarFault {
  readonly field: keyof CalendarFields;
  readonly line: string;
  readonly what: string;
  readonly remedy: string;
}

/** What there is of a calendar at a moment. */
export interface CalendarState {
  readonly isOpen: boolean;
  /** Of the period that is on; undefined: it has none, or nothing is on. */
  readonly number: number | undefined;
  /** When that changes, milliseconds since 1970 UTC; Infinity: never. */
  readonly changesAtMs: number;
}

/**
 * Without a change for so many days behind the last exception there is none; of a leap day there is
 * one in eight years at least.
 */
const daysLooked = { usual: 400, withLeapDay: 3_000 } as const;
const noPeriods: readonly Period[] = [];

export class Calendar {
  readonly zone: Zone;
  /** By weekday, 0 is Monday. */
  readonly #week: readonly (readonly Period[])[];
  readonly #holidays: ReadonlySet<Day>;
  readonly #yearly: ReadonlySet<string>;
  readonly #exceptions: ReadonlyMap<Day, readonly Period[]>;
  readonly #lastDay: Day;

  private constructor(
    zone: Zone,
    week: readonly (readonly Period[])[],
    holidays: ReadonlySet<Day | string>,
    exceptions: ReadonlyMap<Day, readonly Period[]>,
  ) {
    this.zone = zone;
    this.#week = week;
    const days = [...holidays].filter((one) => typeof one === 'number');
    this.#holidays = new Set(days);
    this.#yearly = new Set([...holidays].filter((one) => typeof one === 'string'));
    this.#exceptions = exceptions;
    this.#lastDay = Math.max(0, ...days, ...exceptions.keys());
  }

  /**
   * The calendar of these fields, or what is wrong with them.
   * @param timeZone that holds if the fields have none
   */
  static read(fields: CalendarFields, timeZone: string = 'UTC'): Calendar | CalendarFault[] {
    const faults: CalendarFault[] = [];
    const lines = <Value>(
      field: 'hours' | 'holidays' | 'exceptions',
      read: (line: string) => Value | TextFault,
    ): { line: string; value: Value }[] =>
      (fields[field] ?? []).flatMap((line) => {
        const value = read(line);
        if (!isFault(value)) return [{ line, value }];
        faults.push({ field, line, what: value.what, remedy: value.remedy });
        return [];
      });
    const days = new Days(faults);
    for (const { line, value } of lines('hours', readHours)) {
      for (const day of value.days) days.add('hours', line, day, weekdays[day]!, value.period);
    }
    const holidays = lines('holidays', readHoliday).map(({ value }) => value);
    const exceptions = new Days(faults);
    for (const { line, value } of lines('exceptions', readException)) {
      exceptions.add('exceptions', line, value.day, textOfDay(value.day), value.period);
    }
    const zoneName = fields.timeZone ?? timeZone;
    const zone = Zone.named(zoneName);
    if (zone === undefined) faults.push(noZone(zoneName));
    if (faults.length > 0) return faults;
    const week = weekdays.map((_, day) => days.byDay.get(day) ?? noPeriods);
    return new Calendar(zone!, week, new Set(holidays), exceptions.byDay);
  }

  /** The period that is on at a time, milliseconds since 1970 UTC; undefined: it is closed. */
  periodAt(timeMs: number): Period | undefined {
    return this.#periodAt(timeMs + this.zone.offsetMs(timeMs));
  }

  isOpenAt(timeMs: number): boolean {
    return this.periodAt(timeMs) !== undefined;
  }

  /** By the clock on the wall. */
  #periodAt(wallMs: number): Period | undefined {
    const day = Math.floor(wallMs / dayMs);
    const atMs = wallMs - day * dayMs;
    return this.#periodsOf(day).find(({ fromMs, toMs }) => atMs >= fromMs && atMs < toMs);
  }

  /** In their order. */
  #periodsOf(day: Day): readonly Period[] {
    const exception = this.#exceptions.get(day);
    if (exception !== undefined) return exception;
    const isHoliday =
      this.#holidays.has(day) || (this.#yearly.size > 0 && this.#yearly.has(dayOfYear(day)));
    return isHoliday ? noPeriods : this.#week[weekdayOf(day)]!;
  }

  /**
   * The first moment after `timeMs` at which it opens, closes, or has another number; Infinity:
   * never.
   */
  nextChangeMs(timeMs: number): number {
    const before = this.periodAt(timeMs);
    const days = this.#yearly.has('02-29') ? daysLooked.withLeapDay : daysLooked.usual;
    const lastMs = Math.max(timeMs, this.#lastDay * dayMs) + days * dayMs;
    for (let atMs = timeMs; atMs < lastMs;) {
      atMs = this.#nextEdgeMs(atMs);
      if (!isSame(this.periodAt(atMs), before)) return atMs;
    }
    return Infinity;
  }

  stateAt(timeMs: number): CalendarState {
    const period = this.periodAt(timeMs);
    const changesAtMs = this.nextChangeMs(timeMs);
    return { isOpen: period !== undefined, number: period?.number, changesAtMs };
  }

  /** The next moment at which a period or a day ends or begins, or clocks are changed. */
  #nextEdgeMs(timeMs: number): number {
    const wallMs = timeMs + this.zone.offsetMs(timeMs);
    const day = Math.floor(wallMs / dayMs);
    const atMs = wallMs - day * dayMs;
    let edge = dayMs;
    for (const { fromMs, toMs } of this.#periodsOf(day)) {
      if (fromMs > atMs) edge = Math.min(edge, fromMs);
      if (toMs > atMs) edge = Math.min(edge, toMs);
    }
    const edgeMs = timeMs + edge - atMs;
    return this.zone.changeBetween(timeMs, edgeMs) ?? edgeMs;
  }
}

const noZone = (name: string): CalendarFault => ({
  field: 'timeZone',
  line: name,
  what: `there is no time zone "${name}"`,
  remedy: 'write it as Europe/Berlin, or UTC',
});

const isSame = (left: Period | undefined, right: Period | undefined): boolean =>
  (left === undefined) === (right === undefined) && left?.number === right?.number;

/** Periods by day, none of which may overlap. */
class Days {
  readonly byDay = new Map<number, Period[]>();
  readonly #faults: CalendarFault[];

  constructor(faults: CalendarFault[]) {
    this.#faults = faults;
  }

  add(field: keyof CalendarFields, line: string, day: number, name: string, period: Period): void {
    const there = this.byDay.get(day) ?? [];
    const { fromMs, toMs } = period;
    if (there.some((one) => one.fromMs < toMs && fromMs < one.toMs)) {
      const what = `"${line}" overlaps another line on ${name}`;
      this.#faults.push({ field, line, what, remedy: 'let one end where the other begins' });
      return;
    }
    there.push(period);
    there.sort((left, right) => left.fromMs - right.fromMs);
    this.byDay.set(day, there);
  }
}
