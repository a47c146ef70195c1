/** What is in a workbin here, a page at a time, in the order in which it came there. */
import { packedBytesMax, packProperties } from '../../interaction/properties.js';
import { bodyOfRow, stateNow } from '../../interaction/body.js';
import type { WorkbinName } from '../../interaction/workbin-news.js';
import { limits } from '../../limits.js';
import { prefixEnd } from '../../store/keys.js';
import { Table } from '../../store/contract.js';
import { privateQueueOf } from '../../text/index.js';
import { readWorkbinKey, workbinPlace, workbinPrefix } from '../rows/workbin-key.js';
import type { RequestCore } from './core.js';

/** Where something is in a workbin. */
export interface WorkbinPlace {
  /** PlacedInQueueAt. */
  readonly atMs: number;
  readonly id: string;
}

/** Which part of which workbin. */
export interface WorkbinListing {
  readonly workbin: WorkbinName;
  /** Behind this place; undefined: from the first on. */
  readonly after: WorkbinPlace | undefined;
  readonly count: number;
  /** Absent: of all tenants. */
  readonly tenants: readonly number[] | undefined;
}

/** One of what is in it. */
export interface WorkbinItem extends WorkbinPlace {
  /** All properties, packed; alone in their buffer. */
  readonly properties: Uint8Array;
}

export interface WorkbinPart {
  readonly items: readonly WorkbinItem[];
  /** `after` of the next part; undefined: there is nothing more here. */
  readonly next: WorkbinPlace | undefined;
}

/** A part ends behind so many bytes. */
const partBytes = 262_144;
const rowsPerRead = 64;

/** What there is behind `after`; rows of other tenants are passed over. */
export function workbinContent(
  { store, queues }: RequestCore,
  { workbin, after, count, tenants }: WorkbinListing,
): WorkbinPart {
  const queue = privateQueueOf(workbin.type);
  const number = queues.find(queue)?.number;
  if (number === undefined) return { items: [], next: undefined };
  const prefix = workbinPrefix({ ...workbin, type: number });
  const to = prefixEnd(prefix);
  const items: WorkbinItem[] = [];
  let from = after === undefined ? prefix : `${prefix}${workbinPlace(after.atMs, after.id)}\0`;
  let next = after;
  let [bytes, seen] = [0, 0];
  for (let read = rowsPerRead; read === rowsPerRead;) {
    const rows = store.range(Table.party, { from, to, limit: rowsPerRead });
    read = rows.length;
    for (const [key] of rows) {
      if (++seen > limits.interactionsLookedAt) return { items, next };
      const { atMs, id } = readWorkbinKey(key);
      const row = store.get(Table.interaction, id)!;
      const record = stateNow(row, store.get(Table.state, id));
      const isSeen = tenants?.includes(record.tenantId) !== false;
      const body = bodyOfRow(row);
      const isFull = items.length >= count || bytes + packedBytesMax(body) > partBytes;
      if (isSeen && isFull && items.length > 0) return { items, next };
      if (isSeen) {
        const properties = Uint8Array.from(packProperties(id, record, queue, body));
        items.push({ atMs, id, properties });
        bytes += properties.length;
      }
      next = { atMs, id };
      from = `${key}\0`;
    }
  }
  return { items, next: undefined };
}
