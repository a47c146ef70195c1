/**
 * Goes over the interactions that live in a partition, by identifier, a bounded piece at a time:
 * bounded by rows, wanted or not, and by their bytes, so that a turn takes no longer for it
 * whatever is stored.
 */
import { limits } from '../../limits.js';
import type { RequestCore } from './core.js';
import { Table } from '../../store/contract.js';

/** Rows of one read: few at first, since they may be long. */
const rowsPerRead = { min: 4, max: 64 } as const;
/** A read of more than so many bytes is followed by a small one. */
const readBytes = 262_144;
/** No further read after so many bytes. */
const walkBytes = 2_097_152;

/** How far a walk came. */
export interface Walked {
  /** Rows that were visited and taken. */
  readonly seen: number;
  /** `after` of the next walk; undefined: there is nothing more. */
  readonly next: string | undefined;
}

/**
 * Visits rows behind `after`.
 * @param visit returns false to stop before this row; it must take the first one
 * @param rowsMost rows of one walk
 */
export function walkInteractions(
  { store }: RequestCore,
  after: string | undefined,
  visit: (id: string, row: Uint8Array) => boolean,
  rowsMost: number = limits.interactionsLookedAt,
): Walked {
  let [last, seen, bytes] = [after, 0, 0];
  let limit: number = Math.min(rowsPerRead.min, rowsMost);
  for (;;) {
    const from = last === undefined ? undefined : `${last}\0`;
    const rows = store.range(Table.interaction, { from, limit });
    let read = 0;
    for (const [id, row] of rows) {
      if (!visit(id, row)) return { seen, next: last };
      last = id;
      seen++;
      read += row.length;
    }
    if (rows.length < limit) return { seen, next: undefined };
    bytes += read;
    if (seen >= rowsMost || bytes >= walkBytes) return { seen, next: last };
    const most = Math.min(rowsPerRead.max, rowsMost - seen);
    limit = Math.min(most, read > readBytes ? rowsPerRead.min : limit * 2);
  }
}
