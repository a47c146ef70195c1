/**
 * Fills a new column for the interactions that are here already, and takes a dropped one out of
 * them: in the background, in steps that are small and apart in time. How far it has come is in the
 * row of the column, written with what the step did, so that a kill costs one step at most.
 *
 *   filling  -> live      all interactions were seen
 *   dropping -> (no row)  none has it any more
 *
 * A column that is new meets others on the way and goes on with them.
 */
import { bodyOfRow, stateNow } from '../../interaction/body.js';
import { transitions } from '../../interaction/lifecycle.js';
import {
  columns as columnsSection,
  type Columns as Values,
} from '../../interaction/state-sections.js';
import { Table } from '../../store/contract.js';
import type { LastChore, May } from '../chore.js';
import { ColumnState, putColumn, type ColumnRow } from '../rows/column-row.js';
import { turnBytes, type Turn } from '../turn.js';
import type { Columns } from './columns.js';
import type { Ledger } from './ledger.js';
import type { PartitionTime } from './partition-time.js';

/** Interactions of one step: few at first and where they are long. */
const rowsPerStep = { min: 4, max: 128 } as const;
const longBytes = 262_144;
/** From one step to the next; the rest is so many times as long as the step was, at least. */
const stepMs = 4;
const restPerWork = 4;
/** A turn that is heavier has no room for a step. */
const heavyTurnBytes = turnBytes / 2;
/** Until the first step: a start has more urgent things to do. */
const beginMs = 250;
/** Until it is tried again when the disk has no room. */
const idleMs = 1_000;

export class ColumnFilling implements LastChore {
  readonly #columns: Columns;
  readonly #ledger: Ledger;
  readonly #time: PartitionTime;
  #dueMs = Number.POSITIVE_INFINITY;
  #rows: number = rowsPerStep.min;

  constructor(columns: Columns, ledger: Ledger, time: PartitionTime) {
    this.#columns = columns;
    this.#ledger = ledger;
    this.#time = time;
    this.columnsChanged();
  }

  get dueMs(): number {
    return this.#dueMs;
  }

  /** There may be something to do. */
  columnsChanged(): void {
    if (this.#pending().length > 0) {
      this.#dueMs = Math.min(this.#dueMs, this.#time.nowMs() + beginMs);
    }
  }

  #pending(): ColumnRow[] {
    return this.#columns.all.filter(({ state }) => state !== ColumnState.live);
  }

  /** A step is due, and this turn has no room for it. */
  wantsOtherTurn(turn: Turn): boolean {
    return turn.nowMs >= this.#dueMs && turn.weigh() > heavyTurnBytes;
  }

  /** Takes a step if it is time for one. */
  work(turn: Turn, may: May): void {
    if (turn.nowMs < this.#dueMs) return;
    if (!may.spare) {
      this.#dueMs = turn.nowMs + idleMs;
      return;
    }
    const beganMs = this.#time.nowMs();
    const pending = this.#pending();
    if (pending.length > 0) this.#step(turn, pending);
    const endedMs = this.#time.nowMs();
    const restMs = Math.max(stepMs, (endedMs - beganMs) * restPerWork);
    this.#dueMs = this.#pending().length > 0 ? endedMs + restMs : Number.POSITIVE_INFINITY;
  }

  /** Those that are behind all others go on, up to where the next ones are. */
  #step(turn: Turn, pending: readonly ColumnRow[]): void {
    const least = pending.reduce(
      (first, { cursor }) => (cursor < first ? cursor : first),
      '\uffff',
    );
    const group = pending.filter(({ cursor }) => cursor === least);
    const ahead = pending.map(({ cursor }) => cursor).filter((cursor) => cursor > least);
    const next = ahead.length === 0 ? undefined : ahead.reduce((a, b) => (a < b ? a : b));
    const limit = this.#rows;
    const range = { from: least === '' ? '' : `${least}\0`, to: next && `${next}\0`, limit };
    const rows = turn.range(Table.interaction, range);
    const isFilling = group.some(({ state }) => state === ColumnState.filling);
    let bytes = 0;
    for (const [id, row] of rows) {
      this.#visit(turn, id, row, group, isFilling);
      bytes += row.length;
    }
    this.#rows = bytes > longBytes ? rowsPerStep.min : Math.min(limit * 2, rowsPerStep.max);
    const isAtEnd = rows.length < limit;
    for (const one of group) {
      one.seen += rows.length;
      if (isAtEnd && next === undefined) this.#columns.ended(turn, one);
      else {
        one.cursor = isAtEnd ? next! : rows.at(-1)![0];
        putColumn(turn, one);
      }
    }
  }

  /** Gives the interaction the columns that it should have. */
  #visit(
    turn: Turn,
    id: string,
    row: Uint8Array,
    group: readonly ColumnRow[],
    isFilling: boolean,
  ): void {
    const record = stateNow(row, turn.get(Table.state, id));
    const before = columnsSection.of(record);
    if (before === undefined && !isFilling) return;
    const { keys } = this.#columns;
    const after = keys.columnsOf(record.tenantId, bodyOfRow(row).userData);
    for (const one of group) {
      if (one.state === ColumnState.filling && after?.get(one.number) === null) one.unfit++;
    }
    if (isSame(before, after)) return;
    const change = this.#ledger.open(turn, id, record, transitions.note);
    columnsSection.put(record, after);
    this.#ledger.close(change);
  }
}

function isSame(left: Values | undefined, right: Values | undefined): boolean {
  if (left === undefined || right === undefined) return left === right;
  if (left.size !== right.size) return false;
  for (const [number, value] of left) {
    const other = right.get(number);
    const isEqual =
      typeof value === 'object' && value !== null && typeof other === 'object' && other !== null
        ? Object.is(value.timeMs, other.timeMs)
        : Object.is(value, other);
    if (!isEqual) return false;
  }
  return true;
}
