/**
 * What a home knows of interactions that do not live with it: where each one is, or that it ended.
 *
 * A tombstone guards an identifier that a client chose, or that has moved, so that a late submit or
 * a late message of a hand-off cannot bring it back. It expires by a deadline.
 */
import { assert } from '../../assert.js';
import { packItem, unpackItem } from '../../pack/items.js';
import { PackReader } from '../../pack/reader.js';
import { PackWriter } from '../../pack/writer.js';
import { putTombstoneDeadline } from '../ledger/deadlines.js';
import type { Turn } from '../turn.js';
import { Table, type Reader } from '../../store/contract.js';

/** `at` undefined: it ended. `move` is the newest hand-off known. */
export interface Location {
  readonly at: number | undefined;
  readonly move: number;
  readonly submittedBy: string;
}

const codecVersion = 1;
const tombstoneAt = -1;
const writer = new PackWriter();
const reader = new PackReader();

/** The row of an interaction that is elsewhere or ended; undefined: none. */
export function readLocation(rows: Pick<Reader, 'get'>, id: string): Location | undefined {
  const row = rows.get(Table.location, id);
  return row === undefined ? undefined : unpackLocation(row);
}

/**
 * Reads the row of a location.
 * @throws {AssertionError} for a version that this code does not know
 */
export function unpackLocation(row: Uint8Array): Location {
  const values = unpackItem(reader.reset(row, 0, row.length)) as [number, number, number, string];
  const [version, at, move, submittedBy] = values;
  assert(version === codecVersion, `location row of unknown version ${version}`);
  return { at: at === tombstoneAt ? undefined : at, move, submittedBy };
}

/** Notes where an interaction is, unless something newer is known. */
export function noteLocation(turn: Turn, id: string, location: Location): void {
  const known = readLocation(turn, id);
  if (known !== undefined && known.move >= location.move) return;
  putLocation(turn, id, location);
}

/**
 * Notes that an interaction ended, unless that was noted before, or it was restored and has moved
 * on since; stays for `keptMs`.
 * @returns whether it was noted now
 */
export function noteEnd(
  turn: Turn,
  id: string,
  move: number,
  submittedBy: string,
  keptMs: number,
): boolean {
  const known = readLocation(turn, id);
  if (known !== undefined && (known.at === undefined || known.move > move)) return false;
  putLocation(turn, id, { at: undefined, move, submittedBy });
  // By the clock that never jumps: what was promised is a time, and no moment of the wall clock.
  putTombstoneDeadline(turn, id, turn.nowMs + keptMs);
  return true;
}

/** Nothing is known any more of an identifier, unless an interaction has it again, somewhere. */
export function forgetByTime(_ledger: unknown, turn: Turn, id: string): void {
  const known = readLocation(turn, id);
  if (known !== undefined && known.at === undefined) turn.delete(Table.location, id);
}

/** Forgets where it is: it lives here again, or its tombstone expired. */
export function forgetLocation(turn: Turn, id: string): void {
  if (turn.get(Table.location, id) !== undefined) turn.delete(Table.location, id);
}

function putLocation(turn: Turn, id: string, { at, move, submittedBy }: Location): void {
  packItem(writer, [codecVersion, at ?? tombstoneAt, move, submittedBy]);
  turn.put(Table.location, id, writer.take());
}
