/**
 * Things that happen at a time: rows in the same write set as what causes them, so that a restart goes on
 * without a scan. Ends that a client names follow the wall clock; what is kept for a time follows the steady
 * one. Only the next of each is known in memory.
 */
import { transitions } from '../../interaction/lifecycle.js';
import { takeOffHold } from '../../interaction/record-changes.js';
import { readRecord } from './interactions.js';
import {
  DeadlineKind,
  readDeadlineKey,
  steadyDeadlineKey,
  steadyDeadlinesFrom,
  steadyDeadlinesTo,
  wallDeadlinesEnd,
  wallDeadlinesTo,
} from '../rows/keys.js';
import type { Ledger } from './ledger.js';
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
export function workDeadlines(ledger: Ledger, turn: Turn): void {
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
      if (kind === DeadlineKind.resume) resumeByTime(ledger, turn, id);
      else if (readRecord(turn, id) === undefined) turn.delete(Table.location, id);
    }
  }
}

/** Puts the deadline of a tombstone; `atMs` by the steady clock (`Turn.nowMs`). */
export function putTombstoneDeadline(turn: Turn, id: string, atMs: number): void {
  turn.hasNewDeadlines = true;
  turn.put(Table.deadline, steadyDeadlineKey(atMs, DeadlineKind.tombstone, id), noValue);
}

function resumeByTime(ledger: Ledger, turn: Turn, id: string): void {
  const record = readRecord(turn, id);
  const until = record?.times.HoldUntil;
  if (record === undefined || !record.isHeld || until === undefined) return;
  if (until > turn.wallMs) return;
  const change = ledger.open(turn, id, record, transitions.holdEnds);
  takeOffHold(record);
  ledger.close(change);
}
