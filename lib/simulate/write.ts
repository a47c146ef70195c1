/** Records as comma-separated text that `readRecords` reads back. */
import { type ContactRecord, daySeconds, noAgent, recordColumns } from './record.js';

/** The text of a file with these contacts. */
export function writeRecords(records: readonly ContactRecord[]): string {
  return [recordColumns.join(','), ...records.map(rowOf), ''].join('\n');
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

/** A time of day as h:mm:ss; past midnight it starts again. */
export function timeText(seconds: number): string {
  const whole = Math.floor(seconds) % daySeconds;
  const two = (value: number): string => String(value).padStart(2, '0');
  return `${Math.floor(whole / 3_600)}:${two(Math.floor(whole / 60) % 60)}:${two(whole % 60)}`;
}
