/** Reads a page of a snapshot: its interactions as they are now, wherever they live. */
import type { PartitionMessage, SnapshotRow } from '../mail/partition.js';
import { askPartition, type Asking } from './ask.js';
import type { Found } from './gathering.js';
import type { Snapshot } from './snapshot.js';

/** A page ends behind so many bytes. */
const pageBytes = 262_144;
/** Interactions that are asked for at once. */
const step = 50;
/** Partitions that an interaction is looked for in: where it was, home, and where home says. */
const tries = 4;

/** A page. */
export interface Page {
  /** Properties as packed maps. */
  readonly interactions: readonly Uint8Array[];
  /** Interactions that it is about. */
  readonly count: number;
}

/**
 * The interactions of a snapshot from `start` on, at most `count`; fewer where they are long.
 * @throws {IxionError} (as a rejection) what partitions say
 */
export async function readPage(
  options: Asking,
  snapshot: Snapshot,
  start: number,
  count: number,
): Promise<Page> {
  const end = Math.min(snapshot.entries.length, start + count);
  const interactions: Uint8Array[] = [];
  let bytes = 0;
  let at = start;
  while (at < end && bytes < pageBytes) {
    const part = snapshot.entries.slice(at, Math.min(end, at + step));
    const rows = await readSome(options, snapshot, part);
    for (const row of rows) {
      at++;
      if (row === undefined) continue;
      interactions.push(row);
      bytes += row.length;
      if (bytes >= pageBytes) break;
    }
  }
  return { interactions, count: at - start };
}

/** Those at the beginning of a list, at least one. Undefined: it is gone, or not as it was. */
async function readSome(
  options: Asking,
  { of: { isChecked, tenants } }: Snapshot,
  part: readonly Found[],
): Promise<(Uint8Array | undefined)[]> {
  const rows = new Map<Found, Uint8Array | undefined>();
  let asked = new Map(part.map((one) => [one, one.partition]));
  for (let round = 0; round < tries && asked.size > 0; round++) {
    const moved = new Map<Found, number>();
    const partitions = [...new Set(asked.values())];
    await Promise.all(
      partitions.map(async (partition) => {
        const all = [...asked.keys()].filter((one) => asked.get(one) === partition);
        const ids = all.map(({ id }) => id);
        const assignments = isChecked ? all.map(({ assignment }) => assignment) : undefined;
        const found = await askRows(options, partition, { ids, assignments, tenants });
        for (const [at, row] of found.entries()) {
          if (typeof row === 'number') moved.set(all[at]!, row);
          else rows.set(all[at]!, row);
        }
      }),
    );
    asked = moved;
  }
  for (const one of asked.keys()) rows.set(one, undefined);
  const missing = part.findIndex((one) => !rows.has(one));
  const whole = missing < 0 ? part : part.slice(0, missing);
  return whole.map((one) => rows.get(one));
}

type Rows = Extract<PartitionMessage, { type: 'snapshot-rows' }>['wanted'];

const askRows = (options: Asking, partition: number, wanted: Rows): Promise<SnapshotRow[]> =>
  askPartition(options, partition, { type: 'snapshot-rows', wanted }, wanted.ids.length * 96);
