/**
 * Finding the interaction of a request, the right to touch it, and remembering what was answered.
 */
import type { QueueEntry } from '../../queue/entry.js';
import { InteractionState, type StateRecord } from '../../interaction/state-record.js';
import { isValidIdentifier } from '../../interaction/identifier.js';
import { keepAway } from '../moves/away-results.js';
import type { RequestCore } from './core.js';
import { has, hasInHand } from '../ledger/holders.js';
import { readRecord } from '../ledger/interactions.js';
import { seesTenant, unknownInteraction } from '../ledger/tenancy.js';
import { readLocation } from '../moves/locations.js';
import { passOn } from '../moves/pass-on.js';
import { answerEnded, isAnsweredAsEnded, isAnsweredByRecord, resultOf } from './repetition.js';
import { Refusal, type Request, type SessionInfo } from '../request.js';
import type { Turn } from '../turn.js';

const noIds: readonly string[] = [];

/**
 * The state of the interaction that a request names, when it lives here. Undefined: the request was
 * passed on, parked until a hand-off ends, or answered from what is remembered of its key.
 * @throws {Refusal} UnknownInteraction, Busy, RequestKeyReused, UnknownOutcome, InteractionLocked,
 *   NotWorkbinOwner
 */
export function findHere(
  core: RequestCore,
  turn: Turn,
  request: Request,
  id: string,
): StateRecord | undefined {
  if (core.homeOrder.makesWait(request, id)) return undefined;
  const record = readRecord(turn, id);
  if (record !== undefined) {
    if (!seesTenant(request.session, record.tenantId)) throw unknownInteraction(id);
    if (isAnsweredByRecord(core, turn, request, id, record)) return undefined;
    if (record.isLocked) checkLock(core, request, record, id);
    if (record.sections.length > 0) {
      if (!core.workbins.mayUse(request, id, record)) return undefined;
      if (hasInHand(request.session, record)) core.invitations.touched(turn, id);
    }
    return record;
  }
  if (isElsewhere(core, turn, request, id)) return undefined;
  answerEnded(core, turn, request, id);
  return undefined;
}

/** Whether a request for what does not live here was parked, or passed on to where it may live. */
function isElsewhere(core: RequestCore, turn: Turn, request: Request, id: string): boolean {
  if (core.handOff.park(request, id)) return true;
  const at = core.isHomeOf(id) ? readLocation(turn, id)?.at : homeUnlessEnded(core, id);
  if (at === undefined) return false;
  passOn(core, request, at);
  return true;
}

/**
 * The same for a request that only tells something of it: whoever has it or has locked it; `gone`:
 * it is nowhere.
 * @throws {Refusal} UnknownInteraction, Busy, RequestKeyReused, UnknownOutcome
 */
export function findOrGone(
  core: RequestCore,
  turn: Turn,
  request: Request,
  id: string,
): StateRecord | 'gone' | undefined {
  if (core.homeOrder.makesWait(request, id)) return undefined;
  const record = readRecord(turn, id);
  if (record === undefined) {
    if (isElsewhere(core, turn, request, id)) return undefined;
    return isAnsweredAsEnded(core, turn, request, id) ? undefined : 'gone';
  }
  if (!seesTenant(request.session, record.tenantId)) throw unknownInteraction(id);
  if (isAnsweredByRecord(core, turn, request, id, record)) return undefined;
  const isTaken = record.sections.length > 0 && hasInHand(request.session, record);
  if (isTaken) core.invitations.touched(turn, id);
  return record;
}

/**
 * What a snapshot has locked is read by anybody, and a media server goes on with it: its customer
 * does not know of locks.
 * @throws {Refusal} InteractionLocked
 */
function checkLock(
  core: RequestCore,
  { session, operation }: Request,
  record: StateRecord,
  id: string,
): void {
  if (operation.kind === 'get' || session.clientType === 'MediaServer') return;
  core.locks.check(session, record, id);
}

/** Home knows where everything is; but of what has ended here, it may not have been told yet. */
const homeUnlessEnded = (core: RequestCore, id: string): number | undefined =>
  core.handOff.endedHere(id) === undefined ? core.homeOf(id) : undefined;

/**
 * The partition that a request by queue belongs to, when it is another one. A request that may have
 * been executed while its queue lived elsewhere goes round by there first, since the answer is kept
 * where it was given; it comes back if nothing is known of it.
 */
export function elsewhereOf(
  core: RequestCore,
  request: Request,
  queue: QueueEntry,
): number | undefined {
  const { partition, formerly } = queue;
  const isHere = partition === core.partition;
  if (!request.retried || formerly === undefined) return isHere ? undefined : partition;
  if (isHere) return request.hops > formerly.length ? undefined : formerly[0];
  return formerly[formerly.indexOf(core.partition) + 1] ?? partition;
}

/**
 * Remembers the answer of a keyed request by identifier: at home with the write set, elsewhere in
 * the record, which the caller writes afterwards.
 */
export function remember(
  core: RequestCore,
  turn: Turn,
  request: Request,
  id: string,
  record: StateRecord,
): void {
  const isPull = request.operation.kind === 'pull';
  const result = resultOf(request, isPull ? [id] : noIds);
  if (result === undefined) return;
  if (core.isHomeOf(id)) core.retryKeys.keep(turn, result);
  else keepAway(core, turn, id, record, result);
}

/**
 * A media server may touch any interaction, and so may who supervises; others one that waits, or
 * that they have themselves, alone or with others.
 * @throws {Refusal} WrongClientType, HeldByAnother
 */
export function checkRight({ session }: Request, record: StateRecord): void {
  if (session.clientType === 'ReportingEngine') throw wrongType(session);
  if (session.clientType === 'MediaServer' || session.supervises === true) return;
  if (record.state === InteractionState.queued || has(session, record.owner)) return;
  if (hasInHand(session, record)) return;
  throw new Refusal('HeldByAnother', `${record.assignedTo} has this interaction`);
}

/**
 * Only a media server knows whether its customer is there.
 * @throws {Refusal} PropertyReadOnly
 */
export function checkOnline({ session }: Request, isOnline: boolean | undefined): void {
  if (isOnline === undefined || session.clientType === 'MediaServer') return;
  throw new Refusal('PropertyReadOnly', 'IsOnline is set by the media server');
}

/**
 * A parent may have ended, long ago and anywhere; but it is another interaction, or none.
 * @throws {Refusal} InvalidInteractionId
 */
export function checkParent(parent: string, id: string | undefined): void {
  if (parent === '') return;
  if (!isValidIdentifier(parent)) {
    throw new Refusal('InvalidInteractionId', `ParentId: "${parent}" cannot be an identifier`);
  }
  if (parent !== id) return;
  throw new Refusal('InvalidInteractionId', `ParentId: ${parent} is not its own parent`);
}

/** E-mail is never online, whatever a client says. */
export const onlineOf = (isOnline: boolean, mediaType: string | undefined): boolean =>
  isOnline && mediaType !== 'email';

export const wrongType = (session: SessionInfo): Refusal =>
  new Refusal('WrongClientType', `a ${session.clientType} may not send this request`);
