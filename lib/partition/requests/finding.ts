/** Looks for interactions of a partition by what they are; nothing is indexed for it. */
import { textOfKey } from '../../interaction/attached-data.js';
import { packProperties } from '../../interaction/properties.js';
import { assignedToOf } from '../../interaction/workbin.js';
import { Subject } from '../../search/index.js';
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
  readonly parentId: string | undefined;
  /** ContactId in their attached data. */
  readonly contactId: string | undefined;
  /** In the language of conditions. */
  readonly condition: string | undefined;
  /** The time that the condition goes by, milliseconds since 1970 UTC. */
  readonly atMs: number;
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

/**
 * What there is behind `after`, as far as one look goes.
 * @throws {IxionError} InvalidCondition and its like
 */
export function findInteractions(core: RequestCore, search: Search): FoundPart {
  const { queue, state, isHeld, assignedTo, tenants, count, after } = search;
  const condition =
    search.condition === undefined ? undefined : core.language.read(search.condition).condition;
  const subject = new Subject((one) => core.queues.nameOf(one));
  const number = queue === undefined ? undefined : (core.queues.find(queue)?.number ?? -1);
  const found: Uint8Array[] = [];
  let bytes = 0;
  const { seen, next } = walkInteractions(core, after, (id, row) => {
    if (found.length >= count || bytes > partBytes) return false;
    subject.take(id, row, core.store.get(Table.state, id));
    const { record } = subject;
    if (number !== undefined && record.queue !== number) return true;
    if (state !== undefined && record.state !== state) return true;
    if (isHeld !== undefined && record.isHeld !== isHeld) return true;
    if (assignedTo !== undefined && assignedToOf(record) !== assignedTo) return true;
    if (tenants?.includes(record.tenantId) === false) return true;
    if (!isBy(search, subject)) return true;
    if (condition?.holds(subject, search.atMs) === false) return true;
    const body = { properties: subject.body.properties, userData: noUserData };
    const packed = packProperties(id, record, core.queues.nameOf(record.queue), body);
    found.push(packed);
    bytes += packed.length;
    return true;
  });
  return { packed: joined(found, bytes), count: found.length, seen, next };
}

/** Whether it has the identifiers that are wanted. */
function isBy({ externalId, parentId, contactId }: Search, subject: Subject): boolean {
  if (externalId !== undefined && subject.text('ExternalId') !== externalId) return false;
  if (parentId !== undefined && subject.text('ParentId') !== parentId) return false;
  return contactId === undefined || textOfKey(subject.body.userData, 'ContactId') === contactId;
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
