/**
 * Things that happen at a time of the wall clock: rows in the same write set as what causes them, so that a
 * restart goes on without a scan. Only the next one is known in memory.
 */
import { EventNumber } from '../interaction/event.js';
import { InteractionState, type StateRecord } from '../interaction/state-record.js';
import { u64Key } from '../store/keys.js';
import { serverCause } from './cause.js';
import type { Core } from './core.js';
import { readRecord, writeState } from './interactions.js';
import { putTombstoneAgain } from './locations.js';
import { DeadlineKind, deadlineKey, readDeadlineKey } from './keys.js';
import type { Turn } from './turn.js';
import { Table } from '../store/contract.js';

const noValue = new Uint8Array(0);
const stepSize = 256;

/** The time of the next deadline; infinite: none. */
export function nextDeadlineMs(turn: Turn): number {
  const next = turn.range(Table.deadline, { limit: 1 })[0];
  return next === undefined ? Number.POSITIVE_INFINITY : readDeadlineKey(next[0]).atMs;
}

/** Does what is due, a bounded number at a time; true: there may be more. */
export function workDeadlines(core: Core, turn: Turn): boolean {
  const due = turn.range(Table.deadline, { to: u64Key(turn.wallMs + 1), limit: stepSize });
  for (const [key, value] of due) {
    const { kind, id } = readDeadlineKey(key);
    turn.delete(Table.deadline, key);
    if (kind === DeadlineKind.resume) resumeByTime(core, turn, id);
    else if (putTombstoneAgain(turn, id, value)) continue;
    else if (readRecord(turn, id) === undefined) turn.delete(Table.location, id);
  }
  return due.length === stepSize;
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

function resumeByTime(core: Core, turn: Turn, id: string): void {
  const record = readRecord(turn, id);
  const until = record?.times.HoldUntil;
  if (record === undefined || !record.isHeld || until === undefined) return;
  if (until > turn.wallMs) return;
  resume(core, turn, id, record);
  writeState(turn, id, record);
  turn.event(EventNumber.Resumed, id, record, core.queues.nameOf(record.queue), serverCause);
}

/** Takes an interaction off hold; the caller writes the state. */
export function resume(core: Core, turn: Turn, id: string, record: StateRecord): void {
  core.queues.leave(turn, id, record);
  deleteResumeDeadline(turn, id, record);
  record.version++;
  record.isHeld = false;
  record.times.HeldAt = undefined;
  record.times.HoldUntil = undefined;
  core.queues.enter(turn, id, record);
}

/** Whether a pull may take it. */
export const isAvailable = (record: StateRecord): boolean =>
  record.state === InteractionState.queued && !record.isHeld;
