/**
 * Things that happen at a time: rows in the same write set as what causes them, so that a restart goes on
 * without a scan. Ends that a client names follow the wall clock; what is kept for a time follows the steady
 * one. Only the next of each is known in memory.
 */
import { EventNumber } from '../../interaction/event.js';
import { InteractionState, type StateRecord } from '../../interaction/state-record.js';
import { serverCause } from './cause.js';
import { readRecord, writeState } from './interactions.js';
import {
  DeadlineKind,
  deadlineKey,
  readDeadlineKey,
  steadyDeadlinesFrom,
  steadyDeadlinesTo,
  wallDeadlinesEnd,
  wallDeadlinesTo,
} from '../rows/keys.js';
import type { Queues } from './queues.js';
import type { Turn } from '../turn.js';
import { Table } from '../../store/contract.js';

const noValue = new Uint8Array(0);
const stepSize = 256;

/** When the next deadlines are, in milliseconds of their clocks; infinite: none. */
export interface NextDeadlines {
  readonly wallMs: number;
  readonly steadyMs: number;
}

/** Looks up the next deadlines. */
export function nextDeadlines(turn: Turn): NextDeadlines {
  const [wall] = turn.range(Table.deadline, { to: wallDeadlinesEnd, limit: 1 });
  const [steady] = turn.range(Table.deadline, { from: steadyDeadlinesFrom, limit: 1 });
  return { wallMs: timeOf(wall?.[0]), steadyMs: timeOf(steady?.[0]) };
}

const timeOf = (key: string | undefined): number =>
  key === undefined ? Number.POSITIVE_INFINITY : readDeadlineKey(key).atMs;

/** Does what is due, a bounded number at a time; the rest is due at once. */
export function workDeadlines(queues: Queues, turn: Turn): void {
  const byWall = { to: wallDeadlinesTo(turn.wallMs), limit: stepSize };
  const bySteady = {
    from: steadyDeadlinesFrom,
    to: steadyDeadlinesTo(turn.nowMs),
    limit: stepSize,
  };
  for (const range of [byWall, bySteady]) {
    for (const [key] of turn.range(Table.deadline, range)) {
      // Tombstones of data formats before 5 are among those of the wall clock.
      const { kind, id } = readDeadlineKey(key);
      turn.delete(Table.deadline, key);
      if (kind === DeadlineKind.resume) resumeByTime(queues, turn, id);
      else if (readRecord(turn, id) === undefined) turn.delete(Table.location, id);
    }
  }
}

/** Puts the deadline of a hold with an end. */
export function putResumeDeadline(turn: Turn, id: string, record: StateRecord): void {
  const { HoldUntil } = record.times;
  if (HoldUntil === undefined) return;
  turn.hasNewDeadlines = true;
  turn.put(Table.deadline, deadlineKey(HoldUntil, DeadlineKind.resume, id), noValue);
}

/** Removes the deadline of a hold with an end. */
export function deleteResumeDeadline(turn: Turn, id: string, record: StateRecord): void {
  const { HoldUntil } = record.times;
  if (HoldUntil === undefined) return;
  turn.delete(Table.deadline, deadlineKey(HoldUntil, DeadlineKind.resume, id));
}

function resumeByTime(queues: Queues, turn: Turn, id: string): void {
  const record = readRecord(turn, id);
  const until = record?.times.HoldUntil;
  if (record === undefined || !record.isHeld || until === undefined) return;
  if (until > turn.wallMs) return;
  resume(queues, turn, id, record);
  writeState(turn, id, record);
  turn.event(EventNumber.Resumed, id, record, queues.nameOf(record.queue), serverCause);
}

/** Takes an interaction off hold; the caller writes the state. */
export function resume(queues: Queues, turn: Turn, id: string, record: StateRecord): void {
  queues.leave(turn, id, record);
  deleteResumeDeadline(turn, id, record);
  record.version++;
  record.isHeld = false;
  record.times.HeldAt = undefined;
  record.times.HoldUntil = undefined;
  queues.enter(turn, id, record);
}

/** Whether a pull may take it. */
export const isAvailable = (record: StateRecord): boolean =>
  record.state === InteractionState.queued && !record.isHeld;
