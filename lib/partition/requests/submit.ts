/** RequestSubmit, and RequestImportInteraction. */
import type { QueueEntry } from '../../queue/entry.js';
import { submittedDetails } from '../../interaction/event.js';
import { isValidIdentifier, isYetToBeMade } from '../../interaction/identifier.js';
import { KeyedKind } from '../../interaction/keyed-result.js';
import { transitions } from '../../interaction/lifecycle.js';
import { InteractionState, noResults, type StateRecord } from '../../interaction/state-record.js';
import { filed, type Workbin } from '../../interaction/state-sections.js';
import { keyOfQuestion } from '../../interaction/workbin-rights.js';
import { noTimes } from '../../interaction/times.js';
import { privateQueueOf, workbinTypeOf } from '../../text/index.js';
import { unlessEmpty } from '../../interaction/attached-data.js';
import { noBytes } from '../../pack/sections.js';
import { packBody, packIdentity, type BodyProperties } from '../../interaction/body.js';
import { passOn } from '../moves/pass-on.js';
import { checkHold } from './hold.js';
import { checkOnline, checkParent, elsewhereOf, onlineOf, wrongType } from './find.js';
import { causeOf } from '../ledger/cause.js';
import type { RequestCore } from './core.js';
import { addAgent, holderKeyOf, holderNameOf } from '../ledger/holders.js';
import { readRecord, submitterOf } from '../ledger/interactions.js';
import { sendAway } from '../moves/departure.js';
import { readLocation } from '../moves/locations.js';
import { refuseForgotten, resultOf } from './repetition.js';
import { Refusal, type Request, type SubmitAttributes } from '../request.js';
import { checkTenant } from '../ledger/tenancy.js';
import type { Turn } from '../turn.js';
import { namedWorkbin } from './workbins.js';

/**
 * @throws {Refusal} WrongClientType, PropertyReadOnly, UnknownQueue, PrivateQueue,
 *   InvalidInteractionId, DuplicateInteractionId, NotPermitted, MissingAttribute, UnknownWorkbin,
 *   UnknownWorkbinOwner, Unavailable
 */
export function submit(
  core: RequestCore,
  turn: Turn,
  request: Request,
  attributes: SubmitAttributes,
): void {
  const { session } = request;
  // An import is the affair of a role, whatever type it registers as, and says what was so before.
  if (session.clientType === 'ReportingEngine' && !isImport(attributes)) throw wrongType(session);
  if (attributes.IsOnline !== undefined && !isImport(attributes)) {
    checkOnline(request, attributes.IsOnline);
  }
  if (attributes.HoldUntil !== undefined) checkHold(attributes.Hold, attributes.HoldUntil);
  if (attributes.ParentId !== undefined) checkParent(attributes.ParentId, attributes.InteractionId);
  checkTenant(session, attributes.TenantId ?? session.tenantId);
  const queue = isImport(attributes)
    ? queueOfImport(core, attributes)
    : core.queues.ordinary(attributes.Queue);
  const chosen = attributes.InteractionId;
  if (chosen === undefined) return submitNew(core, turn, request, attributes, queue);
  if (!isValidIdentifier(chosen)) {
    throw new Refusal('InvalidInteractionId', `"${chosen}" cannot be an identifier`);
  }
  if (!core.isHomeOf(chosen)) return passOn(core, request, core.homeOf(chosen));
  if (isYetToBeMade(chosen, core.partition, turn.orderMs)) {
    throw new Refusal('InvalidInteractionId', `the server itself may yet make ${chosen}`);
  }
  if (isKnown(core, turn, request, attributes, chosen)) return;
  refuseForgotten(request);
  const filing = filingOf(core, request, attributes, chosen);
  if (filing === 'waits') return;
  born(core, turn, request, attributes, filing?.queue ?? queue, chosen, filing?.inside);
  keep(core, turn, request, chosen, KeyedKind.submit);
}

function submitNew(
  core: RequestCore,
  turn: Turn,
  request: Request,
  attributes: SubmitAttributes,
  queue: QueueEntry,
): void {
  const elsewhere = elsewhereOf(core, request, queue);
  if (elsewhere !== undefined) return passOn(core, request, elsewhere);
  refuseForgotten(request);
  const filing = filingOf(core, request, attributes, undefined);
  if (filing === 'waits') return;
  const id = core.identifiers.next(turn.orderMs);
  born(core, turn, request, attributes, filing?.queue ?? queue, id, filing?.inside);
  keep(core, turn, request, id, KeyedKind.submit);
}

/**
 * A submit is remembered where it was executed: of an identifier that a client
 * chose, that is its home.
 */
function keep(core: RequestCore, turn: Turn, request: Request, id: string, kind: KeyedKind): void {
  const result = resultOf(request, [id], kind);
  if (result !== undefined) core.retryKeys.keep(turn, result);
}

/** Who counts as the submitter: an import keeps the first one. */
const submitterName = ({ session }: Request, attributes: SubmitAttributes): string =>
  attributes.SubmittedBy ?? session.submitter?.name ?? session.clientName;

/** The same identifier by the same client is answered like the first time. */
function isKnown(
  core: RequestCore,
  turn: Turn,
  request: Request,
  attributes: SubmitAttributes,
  id: string,
): boolean {
  const isHere = readRecord(turn, id) !== undefined;
  const submittedBy = isHere
    ? submitterOf(turn, id)
    : (core.handOff.submitterInTransit(id) ?? readLocation(turn, id)?.submittedBy);
  if (submittedBy === undefined) return false;
  if (submittedBy !== submitterName(request, attributes)) {
    const by = request.session.tenants === undefined ? submittedBy : 'another client';
    throw new Refusal('DuplicateInteractionId', `${by} submitted ${id} before`);
  }
  if (!isHere && core.handOff.park(request, id)) return true;
  keep(core, turn, request, id, KeyedKind.duplicate);
  turn.reply(request, { kind: 'ack', interactionId: id, duplicate: true });
  return true;
}

function born(
  core: RequestCore,
  turn: Turn,
  request: Request,
  attributes: SubmitAttributes,
  queue: QueueEntry,
  id: string,
  inside: Workbin | undefined,
): void {
  const record = newRecord(core, turn, request, attributes, queue);
  if (inside !== undefined) filed.put(record, inside);
  else if (queue.kind === 'private') putIntoWorkbin(record, queue, request, attributes);
  core.queues.tenants.admit(attributes.TenantId ?? request.session.tenantId);
  const properties = propertiesOf(request, attributes);
  const identity = packIdentity(properties);
  const body = packBody(properties, attributes.UserData, identity);
  const details = submittedDetails(identity, record);
  if (queue.kind === undefined && queue.partition !== core.partition) {
    const asker = {
      session: request.session,
      reference: request.reference,
      proxyClient: request.proxyClient,
    };
    const transition = isOwned(record) ? transitions.createElsewhere : transitions.submitElsewhere;
    const change = core.ledger.open(turn, id, record, transition, causeOf(request));
    if (core.ledger.tellsIdentity) change.identity = identity;
    addAgent(record, request.session, turn.wallMs);
    const submittedBy = submitterName(request, attributes);
    return sendAway(core, change, queue.partition, body, { asker }, details, submittedBy);
  }
  const transition = isOwned(record) ? transitions.create : transitions.submit;
  const change = core.ledger.open(turn, id, record, transition, causeOf(request));
  if (core.ledger.tellsIdentity) change.identity = identity;
  if (inside === undefined && addAgent(record, request.session, turn.wallMs)) {
    core.invitations.arrived(turn, id, record, body);
  }
  core.ledger.close(change, body, details);
  turn.reply(request, { kind: 'ack', interactionId: id });
}

const isOwned = (record: StateRecord): boolean => record.state !== InteractionState.queued;

/** Whether they are those of an import, which has these names, whatever is given. */
const isImport = (attributes: SubmitAttributes): boolean => 'SubmittedBy' in attributes;

/**
 * The queue of an import, which may be that under a workbin.
 * @throws {Refusal} UnknownQueue, PrivateQueue
 */
function queueOfImport(core: RequestCore, { Queue, Workbin }: SubmitAttributes): QueueEntry {
  if (Workbin === undefined || Queue !== privateQueueOf(Workbin))
    return core.queues.ordinary(Queue);
  return core.queues.named(Queue);
}

/** A workbin that something is handed in to, and the queue under it. */
interface Filing {
  readonly queue: QueueEntry;
  readonly inside: Workbin;
}

/**
 * The workbin that is named; undefined: none is. `waits`: the request waits until it is known
 * whether there is such an owner.
 * @param id chosen by the client; undefined: it has none as yet
 * @throws {Refusal} MissingAttribute, UnknownWorkbin, UnknownWorkbinOwner, Busy, Unavailable
 */
function filingOf(
  core: RequestCore,
  request: Request,
  attributes: SubmitAttributes,
  id: string | undefined,
): Filing | 'waits' | undefined {
  const { WorkbinTypeId: type } = attributes;
  if (type === undefined) {
    if (namesOwner(attributes)) throw new Refusal('MissingAttribute', 'WorkbinTypeId is missing');
    return undefined;
  }
  const { session } = request;
  const queue = core.queues.find(privateQueueOf(type));
  const inside = namedWorkbin(type, queue, attributes, session);
  const { ownerKind, owner } = inside;
  const tenantId = attributes.TenantId ?? session.tenantId;
  const question = { about: 'place', type, ownerKind, owner, tenantId } as const;
  // Without an identifier those wait together that ask the same.
  const key = id ?? `\0${keyOfQuestion(question)}`;
  return core.workbins.mayGoOn(request, key, question) ? { queue: queue!, inside } : 'waits';
}

/** Whether an owner of a workbin is named; an import names them otherwise. */
const namesOwner = (attributes: SubmitAttributes): boolean =>
  (attributes.WorkbinAgentId !== undefined ||
    attributes.WorkbinGroupId !== undefined ||
    attributes.WorkbinPlaceId !== undefined ||
    attributes.WorkbinPlaceGroupId !== undefined) &&
  !isImport(attributes);

/** It is where it was, also if nobody has that workbin any more. */
function putIntoWorkbin(
  record: StateRecord,
  queue: QueueEntry,
  { session }: Request,
  attributes: SubmitAttributes,
): void {
  const { WorkbinAgentGroupId: WorkbinGroupId, ...named } = attributes;
  const type = workbinTypeOf(queue.name);
  filed.put(record, namedWorkbin(type, queue, { ...named, WorkbinGroupId }, session));
}

/**
 * An agent that submits has the interaction (state 3), unless it goes straight into a workbin;
 * others leave it in the queue (state 0).
 */
function newRecord(
  core: RequestCore,
  turn: Turn,
  { session }: Request,
  attributes: SubmitAttributes,
  queue: QueueEntry,
): StateRecord {
  const isAgent = session.clientType === 'AgentApplication' && queue.kind !== 'private';
  const now = turn.wallMs;
  const times = noTimes();
  times.ReceivedAt = attributes.ReceivedAt ?? now;
  times.SubmittedAt = attributes.SubmittedAt ?? now;
  times.PlacedInQueueAt = attributes.PlacedInQueueAt ?? now;
  times.MovedToQueueAt = attributes.MovedToQueueAt ?? now;
  if (attributes.Hold === true) {
    times.HeldAt = attributes.HeldAt ?? now;
    times.HoldUntil = attributes.HoldUntil;
  }
  // What an import brings along.
  times.DeliveredAt = attributes.DeliveredAt;
  times.SubmittedToRouterAt = attributes.SubmittedToRouterAt;
  times.AbandonedAt = attributes.AbandonedAt;
  times.AssignedAt = attributes.AssignedAt;
  times.CompletedAt = attributes.CompletedAt;
  if (core.completedQueues.has(queue.name) && !isImport(attributes)) times.CompletedAt ??= now;
  if (isAgent) {
    times.AssignedAt = now;
    times.DeliveredAt ??= now;
  }
  return {
    state: isAgent ? InteractionState.handled : InteractionState.queued,
    isHeld: attributes.Hold === true,
    isLocked: false,
    isOnline: onlineOf(attributes.IsOnline === true, attributes.MediaType),
    chosenId: attributes.InteractionId !== undefined,
    version: attributes.InteractionVersion ?? 1,
    assignment: 1,
    move: 0,
    queue: queue.number,
    tenantId: attributes.TenantId ?? session.tenantId,
    priority: attributes.Priority ?? 0,
    // Given by the ledger.
    submitSeq: 0,
    placeSeq: 0,
    times,
    orderAt: attributes.ReceivedAt === undefined ? core.time.orderOf(turn) : undefined,
    owner: isAgent ? holderKeyOf(session) : '',
    assignedTo: isAgent ? holderNameOf(session) : '',
    results: noResults,
    sections: noBytes,
    hasRow: false,
  };
}

/** What it is, as its body and its event say it. */
const propertiesOf = (request: Request, attributes: SubmitAttributes): BodyProperties => ({
  SubmittedBy: submitterName(request, attributes),
  MediaType: attributes.MediaType,
  InteractionType: attributes.InteractionType,
  InteractionSubtype: attributes.InteractionSubtype,
  ExternalId: attributes.ExternalId,
  ParentId: attributes.ParentId,
  ServiceObjective: attributes.ServiceObjective,
  InQueues: unlessEmpty(attributes.InQueues),
  OutQueues: unlessEmpty(attributes.OutQueues),
});
