/**
 * Reads the records of a day from comma-separated text. Every row is checked before anything is
 * sent to a server; the errors say on which line and in which column.
 */
import {
  type ContactRecord,
  daySeconds,
  externalIdOf,
  noAgent,
  type RecordColumn,
  recordColumns,
  type RecordedOutcome,
  recordedOutcomes,
} from './record.js';

/** The file cannot be used; the message holds the first problems, one to a line. */
export class RecordFileError extends Error {
  override name = 'RecordFileError';
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    const shown = problems.slice(0, 10);
    if (problems.length > shown.length)
      shown.push(`... and ${problems.length - shown.length} more`);
    super(shown.join('\n'));
    this.problems = problems;
  }
}

/** One problem of the row being read; caught by `readRecords` only. */
class CellError extends Error {}

/**
 * The contacts of the text, in its order (which need not be that of time).
 * @throws {RecordFileError} naming the line and column of each problem
 */
export function readRecords(text: string): ContactRecord[] {
  const lines = text.replace(/^\uFEFF/, '').split(/\r?\n/);
  const columns = headerColumns(lines[0] ?? '');
  const problems: string[] = [];
  const records: ContactRecord[] = [];
  const lineOf = new Map<string, number>();
  for (let index = 1; index < lines.length; index++) {
    const line = lines[index] as string;
    if (line.trim() === '') continue;
    try {
      const record = readRow(line.split(','), columns, index + 1);
      const earlier = lineOf.get(externalIdOf(record));
      if (earlier !== undefined) {
        throw new CellError(`contact ${externalIdOf(record)} is on line ${earlier} already`);
      }
      lineOf.set(externalIdOf(record), index + 1);
      records.push(record);
    } catch (error) {
      if (!(error instanceof CellError)) throw error;
      problems.push(`line ${index + 1}: ${error.message}`);
    }
  }
  if (problems.length > 0) throw new RecordFileError(problems);
  if (records.length === 0) throw new RecordFileError(['the file has no contacts']);
  return records;
}

interface Columns {
  readonly count: number;
  readonly position: ReadonlyMap<RecordColumn, number>;
}

function headerColumns(header: string): Columns {
  const names = header.split(',').map((name) => name.trim());
  const position = new Map<RecordColumn, number>();
  for (const column of recordColumns) {
    const found = names.indexOf(column);
    if (found >= 0) position.set(column, found);
  }
  const missing = recordColumns.filter((column) => !position.has(column));
  if (missing.length > 0) {
    throw new RecordFileError([
      `line 1: no column ${missing.join(', ')}; the first line must name the columns`,
    ]);
  }
  return { count: names.length, position };
}

function readRow(cells: readonly string[], columns: Columns, lineNumber: number): ContactRecord {
  if (cells.length !== columns.count) {
    throw new CellError(`${cells.length} fields where the first line has ${columns.count}`);
  }
  const cell = (column: RecordColumn): string =>
    (cells[columns.position.get(column) as number] as string).trim();
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

function timeOfDay(column: RecordColumn, text: string): number {
  const match = /^(\d{1,2}):([0-5]\d):([0-5]\d)$/.exec(text);
  const seconds =
    match === null
      ? daySeconds
      : Number(match[1]) * 3600 + Number(match[2]) * 60 + Number(match[3]);
  if (seconds >= daySeconds) {
    throw new CellError(`${column}: "${text}" is not a time of day such as 9:05:30`);
  }
  return seconds;
}

function wholeNumber(column: RecordColumn, text: string, minimum: number): number {
  const value = /^-?\d{1,6}$/.test(text) ? Number(text) : Number.NaN;
  if (!(value >= minimum && value <= daySeconds)) {
    throw new CellError(
      `${column}: "${text}" is not a whole number from ${minimum} to ${daySeconds}`,
    );
  }
  return value;
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
