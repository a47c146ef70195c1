/** Lists the interactions that live in a partition, by identifier, a page at a time. */
import { bodyOfRow, stateNow } from '../../interaction/body.js';
import { packedBytesMax, packProperties } from '../../interaction/properties.js';
import { limits } from '../../limits.js';
import type { RequestCore } from './core.js';
import { walkInteractions } from './row-walk.js';
import { Table } from '../../store/contract.js';

/** Which interactions, from where on. */
export interface Listing {
  readonly queue: string | undefined;
  readonly after: string | undefined;
  /** Absent: of all tenants. */
  readonly tenants: readonly number[] | undefined;
}

export interface Page {
  /** A MessagePack array of maps; alone in its buffer. */
  readonly packed: Uint8Array;
  /** `after` of the next page; absent: there is nothing more. */
  readonly next: string | undefined;
}

/** A page ends behind so many bytes, so that other answers do not wait long behind it. */
const pageBytes = 262_144;

/** The page after `after`. */
export function listInteractions(core: RequestCore, { queue, after, tenants }: Listing): Page {
  const wanted = queue === undefined ? undefined : (core.queues.find(queue)?.number ?? -1);
  const found: Uint8Array[] = [];
  let bytes = 0;
  const { next } = walkInteractions(core, after, (id, row) => {
    if (bytes > pageBytes) return false;
    const record = stateNow(row, core.store.get(Table.state, id));
    if (wanted !== undefined && record.queue !== wanted) return true;
    if (tenants?.includes(record.tenantId) === false) return true;
    const body = bodyOfRow(row);
    const most = bytes + packedBytesMax(body);
    if (found.length > 0 && most > limits.frameBytes / 2) return false;
    const packed = packProperties(id, record, core.queues.nameOf(record.queue), body);
    found.push(packed);
    bytes += packed.length;
    return true;
  });
  return pageOf(found, next);
}

function pageOf(found: readonly Uint8Array[], next: string | undefined): Page {
  const head = Uint8Array.of(0xdc, found.length >> 8, found.length & 0xff);
  const packed = new Uint8Array(found.reduce((sum, one) => sum + one.length, head.length));
  packed.set(head);
  let at = head.length;
  for (const one of found) {
    packed.set(one, at);
    at += one.length;
  }
  return { packed, next };
}
