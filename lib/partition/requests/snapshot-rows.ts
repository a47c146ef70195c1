/** The properties of interactions that a snapshot names, a page at a time. */
import { bodyOfRow, stateNow } from '../../interaction/body.js';
import { packProperties } from '../../interaction/properties.js';
import { InteractionState } from '../../interaction/state-record.js';
import { Table, type Reader } from '../../store/contract.js';
import { readLocation } from '../moves/locations.js';
import type { RequestCore } from './core.js';

/** Which interactions of a snapshot. */
export interface RowsWanted {
  readonly ids: readonly string[];
  /** Only those that wait and have this assignment still; undefined: whatever they are now. */
  readonly assignments: readonly number[] | undefined;
  /** Absent: of all tenants. */
  readonly tenants: readonly number[] | undefined;
}

/**
 * For each, as far as the page goes: its properties (a packed map, alone in its buffer), the
 * partition where it lives, or nothing: it is gone, or not as it was.
 */
export type SnapshotRow = Uint8Array | number | undefined;

/** A page ends behind so many bytes. */
const pageBytes = 262_144;

/** Those at the beginning of the list, at least one. */
export function snapshotRows(core: RequestCore, wanted: RowsWanted): SnapshotRow[] {
  const { ids, assignments } = wanted;
  const rows: SnapshotRow[] = [];
  let bytes = 0;
  for (let index = 0; index < ids.length && bytes < pageBytes; index++) {
    const row = rowOf(core, core.store, ids[index]!, assignments?.[index], wanted.tenants);
    rows.push(row);
    if (row instanceof Uint8Array) bytes += row.length;
  }
  return rows;
}

function rowOf(
  core: RequestCore,
  reader: Reader,
  id: string,
  assignment: number | undefined,
  tenants: readonly number[] | undefined,
): SnapshotRow {
  const row = reader.get(Table.interaction, id);
  if (row === undefined) return whereabouts(core, reader, id);
  const record = stateNow(row, reader.get(Table.state, id));
  if (tenants?.includes(record.tenantId) === false) return undefined;
  if (assignment !== undefined) {
    const isAsBefore = record.assignment === assignment && record.state === InteractionState.queued;
    if (!isAsBefore) return undefined;
  }
  const packed = packProperties(id, record, core.queues.nameOf(record.queue), bodyOfRow(row));
  return Uint8Array.from(packed);
}

/** Where one lives that is not here; undefined: nowhere, or it is on its way. */
export function whereabouts(
  core: RequestCore,
  reader: Pick<Reader, 'get'>,
  id: string,
): number | undefined {
  if (core.handOff.submitterInTransit(id) !== undefined) return undefined;
  if (core.isHomeOf(id)) return readLocation(reader, id)?.at;
  return core.handOff.endedHere(id) === undefined ? core.homeOf(id) : undefined;
}
