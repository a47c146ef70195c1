/** Looks for interactions of a partition by what they are; nothing is indexed for it. */
import { bodyOfRow, stateNow, unpackProperties } from '../../interaction/body.js';
import { packProperties } from '../../interaction/properties.js';
import { assignedToOf } from '../../interaction/workbin.js';
import type { RequestCore } from './core.js';
import { walkInteractions } from './row-walk.js';
import { Table } from '../../store/contract.js';

/** What they have to be, all of it; undefined: whatever it is. */
export interface Search {
  /** Its name. */
  readonly queue: string | undefined;
  readonly state: number | undefined;
  readonly isHeld: boolean | undefined;
  /** ClientName of who has them. */
  readonly assignedTo: string | undefined;
  readonly externalId: string | undefined;
  /** Absent: of all tenants. */
  readonly tenants: readonly number[] | undefined;
  /** Most that are wanted. */
  readonly count: number;
  /** Behind this identifier; undefined: from the first on. */
  readonly after: string | undefined;
}

/** What was found in a part of a partition. */
export interface FoundPart {
  /** MessagePack maps one behind the other; alone in their buffer. */
  readonly packed: Uint8Array;
  /** How many they are. */
  readonly count: number;
  /** Interactions that were looked at. */
  readonly seen: number;
  /** `after` of the next part; undefined: there is nothing more here. */
  readonly next: string | undefined;
}

/** A part ends behind so many bytes. */
const partBytes = 262_144;
const noUserData = new Uint8Array(0);

/** What there is behind `after`, as far as one look goes. */
export function findInteractions(core: RequestCore, search: Search): FoundPart {
  const { queue, state, isHeld, assignedTo, externalId, tenants, count, after } = search;
  const number = queue === undefined ? undefined : (core.queues.find(queue)?.number ?? -1);
  const found: Uint8Array[] = [];
  let bytes = 0;
  const { seen, next } = walkInteractions(core, after, (id, row) => {
    if (found.length >= count || bytes > partBytes) return false;
    const record = stateNow(row, core.store.get(Table.state, id));
    if (number !== undefined && record.queue !== number) return true;
    if (state !== undefined && record.state !== state) return true;
    if (isHeld !== undefined && record.isHeld !== isHeld) return true;
    if (assignedTo !== undefined && assignedToOf(record) !== assignedTo) return true;
    if (tenants?.includes(record.tenantId) === false) return true;
    const { properties } = bodyOfRow(row);
    const body = { properties, userData: noUserData };
    if (externalId !== undefined && unpackProperties(body).ExternalId !== externalId) return true;
    const packed = packProperties(id, record, core.queues.nameOf(record.queue), body);
    found.push(packed);
    bytes += packed.length;
    return true;
  });
  return { packed: joined(found, bytes), count: found.length, seen, next };
}

function joined(parts: readonly Uint8Array[], bytes: number): Uint8Array {
  const whole = new Uint8Array(bytes);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
