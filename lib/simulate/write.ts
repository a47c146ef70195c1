/** Records as comma-separated text that `readRecords` reads back. */
import { durationText } from './duration.js';
import {
  type ContactRecord,
  daySeconds,
  noAgent,
  optionalColumns,
  recordColumns,
} from './record.js';

/** The text of a file with these contacts; dates and priorities if any of them has one. */
export function writeRecords(records: readonly ContactRecord[]): string {
  const optional = optionalColumns.filter((column) =>
    records.some((record) => record[column] !== undefined),
  );
  const row = (record: ContactRecord): string =>
    [rowOf(record), ...optional.map((column) => record[column] ?? '')].join(',');
  return [[...recordColumns, ...optional].join(','), ...records.map(row), ''].join('\n');
}

function rowOf(record: ContactRecord): string {
  const { vruExitSeconds, queueTimeSeconds, serviceStartSeconds, serviceTimeSeconds } = record;
  const waited = queueTimeSeconds > 0;
  return [
    record.vruLine,
    record.callId,
    record.type,
    timeText(record.vruEntrySeconds),
    timeText(vruExitSeconds),
    record.vruTimeSeconds,
    timeText(waited ? vruExitSeconds : 0),
    timeText(waited ? vruExitSeconds + queueTimeSeconds : 0),
    queueTimeSeconds,
    record.outcome,
    timeText(serviceStartSeconds),
    timeText(serviceStartSeconds + serviceTimeSeconds),
    serviceTimeSeconds,
    record.agentName ?? noAgent,
  ].join(',');
}

/** A time of day; past midnight it starts again. */
function timeText(seconds: number): string {
  return durationText(seconds % daySeconds);
}
