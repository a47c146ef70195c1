/**
 * One contact of a recorded day, as a row of the file has it. Times of day are seconds since
 * midnight of its day. Nothing is corrected here: `journey.ts` says what the row means.
 */

/** What became of the contact: served, gave up, or was no real call. */
export const recordedOutcomes = ['AGENT', 'HANG', 'PHANTOM'] as const;
export type RecordedOutcome = (typeof recordedOutcomes)[number];

export interface ContactRecord {
  /** Line of the file, the header being line 1; for error messages. */
  readonly lineNumber: number;
  /** Its day, as 1999-08-31; undefined: the file has no dates. */
  readonly date: string | undefined;
  /** Midnight of its day, in seconds from midnight of the first day of the file. */
  readonly dayStartSeconds: number;
  /** Greater goes first; undefined: the file has none. */
  readonly priority: number | undefined;
  /** Line of the voice menu; unique together with `callId`. */
  readonly vruLine: string;
  readonly callId: string;
  /** Kind of service; the queue is named after it. */
  readonly type: string;
  readonly vruEntrySeconds: number;
  readonly vruExitSeconds: number;
  /** As recorded: negative where the recording clocks disagreed. */
  readonly vruTimeSeconds: number;
  readonly queueTimeSeconds: number;
  readonly outcome: RecordedOutcome;
  readonly serviceStartSeconds: number;
  readonly serviceTimeSeconds: number;
  /** Undefined: the record names none. */
  readonly agentName: string | undefined;
}

/** The columns of the file, found by name in its first line. */
export const recordColumns = [
  'vru+line',
  'call_id',
  'type',
  'vru_entry',
  'vru_exit',
  'vru_time',
  'q_start',
  'q_exit',
  'q_time',
  'outcome',
  'ser_start',
  'ser_exit',
  'ser_time',
  'server',
] as const;
/** Those that may be absent. */
export const optionalColumns = ['date', 'priority'] as const;
export type RecordColumn = (typeof recordColumns)[number] | (typeof optionalColumns)[number];

/** The agent column of a contact that no named agent had. */
export const noAgent = 'NO_SERVER';

export const daySeconds = 86_400;

/** The identifier of a contact in the outer system; of a file with dates it begins with them. */
export function externalIdOf({ date, vruLine, callId }: ContactRecord): string {
  const contact = `${vruLine}/${callId}`;
  return date === undefined ? contact : `${date}/${contact}`;
}
