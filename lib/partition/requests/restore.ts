/**
 * Takes back the end of an interaction: it is where it was, with a new version. The desk asks its
 * home for it.
 */
import { bodyOfRow, identityOf, stateOfRow } from '../../interaction/body.js';
import { transitions } from '../../interaction/lifecycle.js';
import type { KeptPage, RestoreOrder, SuperviseAnswer } from '../../interaction/supervision.js';
import { prefixEnd } from '../../store/keys.js';
import { Table } from '../../store/contract.js';
import { readAside, removeAside } from '../ledger/aside.js';
import { causeOfSession } from '../ledger/cause.js';
import { readRecord } from '../ledger/interactions.js';
import { seesTenant } from '../ledger/tenancy.js';
import { sendAway } from '../moves/departure.js';
import { forgetLocation, readLocation } from '../moves/locations.js';
import { Refusal, type SessionInfo } from '../request.js';
import { actPrefix, readActKey } from '../rows/aside.js';
import type { Turn } from '../turn.js';
import type { RequestCore } from './core.js';

/**
 * Does it, or (a preview) only says whether it would be done.
 * @throws {Refusal} InteractionNotKept, NotInRequiredState, UnknownQueue, NotPermitted
 */
export function restore(
  core: RequestCore,
  turn: Turn,
  order: RestoreOrder,
  asker: SessionInfo,
): SuperviseAnswer {
  const { interactionId: id } = order;
  const isThere =
    readRecord(turn, id) !== undefined ||
    core.handOff.submitterInTransit(id) !== undefined ||
    readLocation(turn, id)?.at !== undefined;
  if (isThere) throw new Refusal('NotInRequiredState', `${id} has not ended, or is back`);
  const aside = readAside(turn, id);
  const record = aside && stateOfRow(aside.row);
  if (record === undefined || !seesTenant(asker, record.tenantId)) {
    throw new Refusal('InteractionNotKept', `nothing is kept of ${id}`);
  }
  const queue = core.queues.named(core.queues.nameOf(record.queue));
  core.queues.tenants.admit(record.tenantId);
  const { state, version } = record;
  const was = { queue: queue.name, state, assignedTo: '', version, agents: [] };
  if (order.isPreview) return { result: 'done', was };
  removeAside(turn, id);
  // Of one that has moved a late word of its end may come again, which its tombstone meets.
  if (record.move === 0) forgetLocation(turn, id);
  const body = bodyOfRow(aside!.row);
  const isHere = queue.kind === 'private' || queue.partition === core.partition;
  const transition = isHere ? transitions.restore : transitions.restoreElsewhere;
  const change = core.ledger.open(turn, id, record, transition, causeOfSession(asker, order));
  if (core.ledger.tellsIdentity) change.identity = identityOf(body);
  if (isHere) core.ledger.close(change, body);
  else sendAway(core, change, queue.partition, body, { asker: undefined });
  return { result: 'done', was };
}

/** What is kept here of an act, a page at a time. */
export function keptOf(
  turn: Turn,
  operation: number,
  after: string | undefined,
  limit: number,
): KeptPage {
  const prefix = actPrefix(operation);
  const from = after === undefined ? prefix : `${prefix}${after}\0`;
  const rows = turn.range(Table.aside, { from, to: prefixEnd(prefix), limit });
  const ids = rows.map(([key]) => readActKey(key)!.id);
  return { ids, next: rows.length < limit ? undefined : ids.at(-1) };
}
