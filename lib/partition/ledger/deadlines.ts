/**
 * Things that happen at a time: rows in the same write set as what causes them, so that a restart
 * goes on without a scan. Ends that a client names follow the wall clock; what is kept for a time
 * follows the steady one. Only the next of each is known in memory.
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
import type { Chore, May } from '../chore.js';
import type { Ledger } from './ledger.js';
import type { PartitionTime } from './partition-time.js';
import type { Turn } from '../turn.js';
import { Table, type Reader } from '../../store/contract.js';
import { assert } from '../../assert.js';

const stepSize = 256;

/**
 * Does what a deadline is for, which may have become needless meanwhile. Its row has gone.
 * `number`: of the offer that it is of, 0: of none.
 */
export type DeadlineHandler = (ledger: Ledger, turn: Turn, id: string, number: number) => void;

/** What each kind of deadline is for. */
export type DeadlineHandlers = Readonly<Record<DeadlineKind, DeadlineHandler>>;

/** When the next deadlines are, in milliseconds of their clocks; infinite: none. */
interface NextDeadlines {
  wallMs: number;
  steadyMs: number;
}

export class Deadlines implements Chore {
  readonly #store: Reader;
  readonly #time: PartitionTime;
  readonly #ledger: Ledger;
  readonly #handlers: DeadlineHandlers;
  /** Undefined: to be looked up. */
  #next: NextDeadlines | undefined;

  constructor(store: Reader, time: PartitionTime, ledger: Ledger, handlers: DeadlineHandlers) {
    this.#store = store;
    this.#time = time;
    this.#ledger = ledger;
    this.#handlers = handlers;
  }

  /**
   * Some were put, by a turn that has ended. What was removed may be the next one still: then
   * nothing is due when its time comes, and the next is looked up.
   */
  noteThoseOf({ firstWallDeadline, firstSteadyDeadline }: Turn): void {
    const next = this.#next;
    if (next === undefined) return;
    if (firstWallDeadline !== undefined) {
      next.wallMs = Math.min(next.wallMs, timeOf(firstWallDeadline));
    }
    if (firstSteadyDeadline !== undefined) {
      next.steadyMs = Math.min(next.steadyMs, timeOf(firstSteadyDeadline));
    }
  }

  get dueMs(): number {
    const { wallMs, steadyMs } = (this.#next ??= this.#lookUp());
    return Math.min(this.#time.fromWallMs(wallMs), steadyMs);
  }

  #lookUp(): NextDeadlines {
    const [wall] = this.#store.range(Table.deadline, { to: wallDeadlinesEnd, limit: 1 });
    const [steady] = this.#store.range(Table.deadline, { from: steadyDeadlinesFrom, limit: 1 });
    return { wallMs: timeOf(wall?.[0]), steadyMs: timeOf(steady?.[0]) };
  }

  /** Does what is due, a bounded number at a time; the rest is due at once. */
  work(turn: Turn, may: May): void {
    if (!may.write) return;
    const byWall = { to: wallDeadlinesTo(turn.wallMs), limit: stepSize };
    const bySteady = {
      from: steadyDeadlinesFrom,
      to: steadyDeadlinesTo(turn.nowMs),
      limit: stepSize,
    };
    for (const range of [byWall, bySteady]) {
      for (const [key] of turn.range(Table.deadline, range)) {
        const { kind, number, id } = readDeadlineKey(key);
        turn.delete(Table.deadline, key);
        const handler = this.#handlers[kind as DeadlineKind] as DeadlineHandler | undefined;
        assert(handler !== undefined, `no deadline is of kind ${kind}`);
        handler(this.#ledger, turn, id, number);
      }
    }
    // Time alone has brought this about, and the clock may have been set: it is looked up anew.
    this.#next = undefined;
  }
}

const timeOf = (key: string | undefined): number =>
  key === undefined ? Number.POSITIVE_INFINITY : readDeadlineKey(key).atMs;

/** Puts the deadline of a tombstone; `atMs` by the steady clock (`Turn.nowMs`). */
export function putTombstoneDeadline(turn: Turn, id: string, atMs: number): void {
  turn.putDeadline(steadyDeadlineKey(atMs, DeadlineKind.tombstone, id));
}

/** Takes an interaction off hold, if it still is, up to now. */
export function resumeByTime(ledger: Ledger, turn: Turn, id: string): void {
  const record = readRecord(turn, id);
  const until = record?.times.HoldUntil;
  if (record === undefined || !record.isHeld || until === undefined) return;
  if (until > turn.wallMs) return;
  const change = ledger.open(turn, id, record, transitions.holdEnds);
  takeOffHold(record);
  ledger.close(change);
}
