/**
 * Reads the records of a day from comma-separated text. Every row is checked before anything is
 * sent to a server; the errors say on which line and in which column.
 */
import { isFault, readInteger } from '../text/index.js';
import { daysBetween, readDay } from './date.js';
import { RecordFileError } from './file-error.js';
import { type Row, rowsOf } from './file-text.js';
import {
  type ContactRecord,
  daySeconds,
  externalIdOf,
  noAgent,
  optionalColumns,
  type RecordColumn,
  recordColumns,
  type RecordedOutcome,
  recordedOutcomes,
} from './record.js';

/** One problem of the row being read; caught by `readRecords` only. */
class CellError extends Error {}

/**
 * The contacts of the text, in its order (which need not be that of time).
 * @param wanted only those of the days that begin with it, as 1999-08 or 1999-08-31; absent: all
 * @throws {RecordFileError} naming the line and column of each problem
 */
export function readRecords(text: string, wanted?: string): ContactRecord[] {
  const [header, ...rows] = rowsOf(text);
  const columns = headerColumns(header?.cells ?? []);
  if (wanted !== undefined && !columns.position.has('date')) {
    throw new RecordFileError(['line 1: no column date, by which days could be chosen']);
  }
  const problems: string[] = [];
  const records: ContactRecord[] = [];
  const lineOf = new Map<string, number>();
  for (const row of rows) {
    try {
      const record = readRow(row, columns);
      const name = externalIdOf(record);
      const earlier = lineOf.get(name);
      if (earlier !== undefined) {
        throw new CellError(`contact ${name} is on line ${earlier} already`);
      }
      lineOf.set(name, row.lineNumber);
      if (wanted === undefined || record.date?.startsWith(wanted) === true) records.push(record);
    } catch (error) {
      if (!(error instanceof CellError)) throw error;
      problems.push(`line ${row.lineNumber}: ${error.message}`);
    }
  }
  if (problems.length > 0) throw new RecordFileError(problems);
  if (records.length === 0) {
    const of = wanted === undefined ? '' : ` of ${wanted}`;
    throw new RecordFileError([`the file has no contacts${of}`]);
  }
  return withDays(records);
}

/** Days count from the first one. */
function withDays(records: readonly ContactRecord[]): ContactRecord[] {
  const first = records.reduce<string | undefined>(
    (earliest, { date }) => (earliest === undefined || (date ?? '') < earliest ? date : earliest),
    undefined,
  );
  if (first === undefined) return [...records];
  return records.map((record) => ({
    ...record,
    dayStartSeconds: daysBetween(first, record.date ?? first) * daySeconds,
  }));
}

interface Columns {
  readonly count: number;
  readonly position: ReadonlyMap<RecordColumn, number>;
}

function headerColumns(names: readonly string[]): Columns {
  const position = new Map<RecordColumn, number>();
  for (const column of [...recordColumns, ...optionalColumns]) {
    const found = names.indexOf(column);
    if (found >= 0) position.set(column, found);
    if (names.includes(column, found + 1) && found >= 0) {
      throw new RecordFileError([`line 1: the column ${column} is there twice`]);
    }
  }
  const missing = recordColumns.filter((column) => !position.has(column));
  if (missing.length > 0) {
    throw new RecordFileError([
      `line 1: no column ${missing.join(', ')}; the first line must name the columns, with commas, semicolons or tabs in between`,
    ]);
  }
  return { count: names.length, position };
}

function readRow({ cells, lineNumber }: Row, columns: Columns): ContactRecord {
  if (cells.length !== columns.count) {
    throw new CellError(`${cells.length} fields where the first line has ${columns.count}`);
  }
  const cell = (column: RecordColumn): string => cells[columns.position.get(column) ?? -1] ?? '';
  const vruEntrySeconds = timeOfDay('vru_entry', cell('vru_entry'));
  const vruExitSeconds = timeOfDay('vru_exit', cell('vru_exit'));
  const vruTimeSeconds = wholeNumber('vru_time', cell('vru_time'), -daySeconds);
  const queueTimeSeconds = wholeNumber('q_time', cell('q_time'), 0);
  const serviceStartSeconds = timeOfDay('ser_start', cell('ser_start'));
  const serviceTimeSeconds = wholeNumber('ser_time', cell('ser_time'), 0);
  checkSpan('vru', vruEntrySeconds, vruExitSeconds, vruTimeSeconds);
  checkSpan(
    'q',
    timeOfDay('q_start', cell('q_start')),
    timeOfDay('q_exit', cell('q_exit')),
    queueTimeSeconds,
  );
  checkSpan(
    'ser',
    serviceStartSeconds,
    timeOfDay('ser_exit', cell('ser_exit')),
    serviceTimeSeconds,
  );
  const agentName = named('server', cell('server'));
  return {
    lineNumber,
    date: columns.position.has('date') ? dayOf(cell('date')) : undefined,
    dayStartSeconds: 0,
    priority: cell('priority') === '' ? undefined : priorityOf(cell('priority')),
    vruLine: named('vru+line', cell('vru+line')),
    callId: named('call_id', cell('call_id')),
    type: named('type', cell('type')),
    vruEntrySeconds,
    vruExitSeconds,
    vruTimeSeconds,
    queueTimeSeconds,
    outcome: outcome(cell('outcome')),
    serviceStartSeconds,
    serviceTimeSeconds,
    agentName: agentName === noAgent ? undefined : agentName,
  };
}

function dayOf(text: string): string {
  const date = readDay(text);
  if (date !== undefined) return date;
  throw new CellError(`date: "${text}" is not a day such as 1999-08-31, 19990831 or 990831`);
}

const priorityMax = 2_147_483_647;

function priorityOf(text: string): number {
  return wholeNumber('priority', text, -priorityMax, priorityMax);
}

/** Hours past 24 are of the night after: a wait may pass midnight. */
function timeOfDay(column: RecordColumn, text: string): number {
  const match = /^(\d{1,2}):([0-5]\d):([0-5]\d)$/.exec(text);
  const seconds =
    match === null
      ? Number.POSITIVE_INFINITY
      : Number(match[1]) * 3600 + Number(match[2]) * 60 + Number(match[3]);
  if (seconds >= 2 * daySeconds) {
    throw new CellError(`${column}: "${text}" is not a time of day such as 9:05:30`);
  }
  return seconds;
}

function wholeNumber(
  column: RecordColumn,
  text: string,
  minimum: number,
  maximum: number = daySeconds,
): number {
  const value = readInteger(text, minimum, maximum);
  if (!isFault(value)) return value;
  throw new CellError(`${column}: "${text}" is not a whole number from ${minimum} to ${maximum}`);
}

function named(column: RecordColumn, text: string): string {
  if (!/^[A-Za-z0-9_.:-]{1,64}$/.test(text)) {
    throw new CellError(
      `${column}: "${text}" is not a name of up to 64 letters, digits or . _ : -`,
    );
  }
  return text;
}

function outcome(text: string): RecordedOutcome {
  const known = recordedOutcomes.find((name) => name === text);
  if (known === undefined) {
    throw new CellError(`outcome: "${text}" is none of ${recordedOutcomes.join(', ')}`);
  }
  return known;
}

/** A span over midnight has its end before its start, so the difference is taken within a day. */
function checkSpan(name: string, start: number, end: number, seconds: number): void {
  const difference = (end - start - seconds) % daySeconds;
  if (difference !== 0) {
    throw new CellError(`${name}_time: ${seconds} is not the time between its start and exit`);
  }
}
