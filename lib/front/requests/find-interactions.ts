/**
 * RequestFindInteractions: the partitions are asked one after the other, for as many rows
 * as one answer may look at. So a search of much is many questions of its client, each of
 * which waits its turn.
 */
import { IxionError } from '../../errors.js';
import { isValidIdentifier } from '../../interaction/identifier.js';
import { limits } from '../../limits.js';
import type { FoundPart, Search } from '../../mail/partition.js';
import { Packed } from '../../protocol/encode.js';
import type { AttributesOf } from '../../protocol/registry.js';
import { isFault, readInteger } from '../../text/index.js';
import type { PartitionLink } from '../partition-link.js';
import type { FrontRequest } from './front-request.js';

export const findInteractions: FrontRequest<'RequestFindInteractions'> = {
  does: 'asks',
  turn: 'asks',
  open:
    ({ links, replies, queues, clock, checkTenant }) =>
    async ({ connection, identity }, asker, body) => {
      if (body.Queue !== undefined && !queues().has(body.Queue)) {
        throw new IxionError('UnknownQueue', `no queue "${body.Queue}"`);
      }
      const tenants = tenantsOf(body.TenantId, identity.tenants);
      // Once for a search: its parts follow each other.
      if (body.TenantId !== undefined && body.After === undefined) await checkTenant(body.TenantId);
      const answer = await searchAnswer(links, body, tenants, Math.floor(clock.nowMs()));
      return () => replies.answer(connection, asker, 'EventInteractionsFound', answer);
    },
};

/** @throws {IxionError} NotPermitted */
function tenantsOf(
  wanted: number | undefined,
  seen: readonly number[] | undefined,
): readonly number[] | undefined {
  if (wanted === undefined) return seen;
  if (seen?.includes(wanted) !== false) return [wanted];
  throw new IxionError('NotPermitted', `tenant ${wanted} is none of the client's`);
}

/** Where a search goes on: in which partition, behind which identifier. */
interface Position {
  readonly partition: number;
  readonly after: string | undefined;
}

/** Bytes of the interactions of one answer, about: above them no further partition is asked. */
const answerBytes = 262_144;
const start: Position = { partition: 0, after: undefined };

const textOf = ({ partition, after = '' }: Position): string => `${partition}:${after}`;

/** @throws {IxionError} WrongAttributeType */
function positionOf(text: string, partitions: number): Position {
  const colon = text.indexOf(':');
  const partition = readInteger(text.slice(0, Math.max(0, colon)), 0, partitions - 1);
  const id = text.slice(colon + 1);
  if (isFault(partition) || (id !== '' && !isValidIdentifier(id))) {
    throw new IxionError('WrongAttributeType', 'After is not the Next of an answer of this server');
  }
  return { partition, after: id === '' ? undefined : id };
}

/** An array of MessagePack that holds these maps. */
function arrayOf(parts: readonly FoundPart[], count: number): Packed {
  const bytes = new Uint8Array(parts.reduce((sum, { packed }) => sum + packed.length, 3));
  bytes.set([0xdc, count >> 8, count & 0xff]);
  let at = 3;
  for (const { packed } of parts) {
    bytes.set(packed, at);
    at += packed.length;
  }
  return new Packed(bytes);
}

/**
 * The body of the answer.
 * @param tenants whose interactions may be told; undefined: of all
 * @param atMs the time that the condition goes by
 * @throws {IxionError} (as a rejection) WrongAttributeType, and what a partition says
 */
async function searchAnswer(
  links: readonly PartitionLink[],
  wanted: AttributesOf<'RequestFindInteractions'>,
  tenants: readonly number[] | undefined,
  atMs: number,
): Promise<Readonly<Record<string, unknown>>> {
  const most = wanted.Count ?? limits.interactionsPerSearch;
  const parts: FoundPart[] = [];
  let [count, seen, bytes] = [0, 0, 0];
  let at: Position | undefined =
    wanted.After === undefined ? start : positionOf(wanted.After, links.length);
  do {
    const search: Search = {
      queue: wanted.Queue,
      state: wanted.InteractionState,
      isHeld: wanted.IsHeld,
      assignedTo: wanted.AssignedTo,
      externalId: wanted.ExternalId,
      parentId: wanted.ParentId,
      contactId: wanted.ContactId,
      condition: wanted.Condition,
      atMs,
      tenants,
      count: most - count,
      after: at.after,
    };
    const part: FoundPart = await links[at.partition]!.ask({ type: 'find-interactions', search });
    parts.push(part);
    count += part.count;
    seen += part.seen;
    bytes += part.packed.length;
    at = nextOf(at.partition, part, links.length);
    // Behind a part that did not come to its end the partition has had its share of this answer.
    if (part.next !== undefined || bytes >= answerBytes) break;
  } while (at !== undefined && count < most && seen < limits.interactionsLookedAt);
  return { Interactions: arrayOf(parts, count), Seen: seen, Next: at && textOf(at) };
}

function nextOf(partition: number, { next }: FoundPart, partitions: number): Position | undefined {
  if (next !== undefined) return { partition, after: next };
  return partition + 1 < partitions ? { partition: partition + 1, after: undefined } : undefined;
}
