/** RequestSubmit (domain 1.3 steps 2a and 2b, 1.5, 2.6), and RequestImportInteraction. */
import { packBody } from '../../interaction/body.js';
import {
  ActorType,
  EventNumber,
  PartyOperation,
  encodeEvents,
  interactionEvent,
} from '../../interaction/event.js';
import { isValidIdentifier, isYetToBeMade } from '../../interaction/identifier.js';
import { encodeState, InteractionState, type StateRecord } from '../../interaction/state-record.js';
import { encodeRow, type Body } from '../../interaction/body.js';
import { checkOnline, elsewhereOf, onlineOf, passOn, requestKeyOf, wrongType } from '../access.js';
import { actorTypeOf, causeOf } from '../cause.js';
import type { Core } from '../core.js';
import { putResumeDeadline } from '../deadlines.js';
import { readRecord, submitterOf, writeRow } from '../interactions.js';
import { readLocation } from '../locations.js';
import type { Queue } from '../queues.js';
import { Refusal, type Request, type SubmitAttributes } from '../request.js';
import { checkTenant } from '../tenancy.js';
import type { Turn } from '../turn.js';

/**
 * @throws {Refusal} WrongClientType, PropertyReadOnly, UnknownQueue, InvalidInteractionId,
 *   DuplicateInteractionId, NotPermitted
 */
export function submit(
  core: Core,
  turn: Turn,
  request: Request,
  attributes: SubmitAttributes,
): void {
  const { session } = request;
  if (session.clientType === 'ReportingEngine') throw wrongType(session);
  checkOnline(request, attributes.IsOnline);
  checkTenant(session, attributes.TenantId ?? session.tenantId);
  const queue = core.queues.named(attributes.Queue);
  const chosen = attributes.InteractionId;
  if (chosen === undefined) return submitNew(core, turn, request, attributes, queue);
  if (!isValidIdentifier(chosen)) {
    throw new Refusal('InvalidInteractionId', `"${chosen}" cannot be an identifier`);
  }
  if (!core.isHomeOf(chosen)) return passOn(core, request, core.homeOf(chosen));
  if (isYetToBeMade(chosen, core.partition, turn.nowMs)) {
    throw new Refusal('InvalidInteractionId', `the server itself may yet make ${chosen}`);
  }
  if (isKnown(core, turn, request, attributes, chosen)) return;
  born(core, turn, request, attributes, queue, chosen);
}

function submitNew(
  core: Core,
  turn: Turn,
  request: Request,
  attributes: SubmitAttributes,
  queue: Queue,
): void {
  const elsewhere = elsewhereOf(core, request, queue);
  if (elsewhere !== undefined) return passOn(core, request, elsewhere);
  const id = core.identifiers.next(turn.nowMs);
  born(core, turn, request, attributes, queue, id);
  const requestKey = requestKeyOf(request);
  if (requestKey === '') return;
  const { clientName } = request.session;
  core.retryKeys.keep(turn, { clientName, requestKey, kind: 'ack', ids: [id] });
}

/** Times that an import keeps when there are such. */
const importedTimes = ['DeliveredAt', 'SubmittedToRouterAt', 'AbandonedAt', 'CompletedAt'] as const;

/** Who counts as the submitter: an import keeps the first one. */
const submitterName = ({ session }: Request, attributes: SubmitAttributes): string =>
  attributes.SubmittedBy ?? session.clientName;

/** The same identifier by the same client is answered like the first time. */
function isKnown(
  core: Core,
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
  turn.reply(request, { kind: 'ack', interactionId: id, duplicate: true });
  return true;
}

function born(
  core: Core,
  turn: Turn,
  request: Request,
  attributes: SubmitAttributes,
  queue: Queue,
  id: string,
): void {
  const record = newRecord(core, turn, request, attributes, queue);
  const body = newBody(request, attributes);
  const events = submitEvents(turn, request, attributes, queue, id, record);
  if (queue.partition !== core.partition) {
    record.move = 1;
    core.handOff.depart(
      turn,
      queue.partition,
      {
        type: 'offer',
        id,
        move: 1,
        source: core.partition,
        row: encodeRow(encodeState(record), body),
        events: encodeEvents({ firstSequence: 0, timeMs: turn.nowMs, events }),
        birth: true,
        submittedBy: submitterName(request, attributes),
        asker: {
          session: request.session,
          reference: request.reference,
          proxyClient: request.proxyClient,
        },
        clientName: request.session.clientName,
        requestKey: '',
      },
      [],
    );
    return;
  }
  writeRow(turn, id, record, body, true);
  putResumeDeadline(turn, id, record);
  if (record.holder !== '') core.holdings.take(turn, record.holder, id);
  core.queues.enter(turn, id, record);
  core.queues.totals(turn, queue.number).submitted++;
  core.queues.tenants.of(turn, queue.number, record.tenantId).submitted++;
  turn.events.push(...events);
  turn.reply(request, { kind: 'ack', interactionId: id });
}

/** An agent that submits has the interaction (state 3); others leave it in the queue (state 0). */
function newRecord(
  core: Core,
  turn: Turn,
  { session }: Request,
  attributes: SubmitAttributes,
  queue: Queue,
): StateRecord {
  const isAgent = session.clientType === 'AgentApplication';
  const now = turn.nowMs;
  const times: StateRecord['times'] = {
    ReceivedAt: attributes.ReceivedAt ?? now,
    SubmittedAt: attributes.SubmittedAt ?? now,
    PlacedInQueueAt: attributes.PlacedInQueueAt ?? now,
    MovedToQueueAt: attributes.MovedToQueueAt ?? now,
  };
  if (attributes.Hold === true) {
    times.HeldAt = attributes.HeldAt ?? now;
    if (attributes.HoldUntil !== undefined) times.HoldUntil = attributes.HoldUntil;
  }
  for (const name of importedTimes) {
    if (attributes[name] !== undefined) times[name] = attributes[name];
  }
  if (core.completedQueues.has(queue.name)) times.CompletedAt ??= now;
  if (isAgent) times.AssignedAt = now;
  return {
    state: isAgent ? InteractionState.handled : InteractionState.queued,
    isHeld: attributes.Hold === true,
    isOnline: onlineOf(attributes.IsOnline === true, attributes.MediaType),
    chosenId: attributes.InteractionId !== undefined,
    version: 1,
    move: 0,
    queue: queue.number,
    tenantId: attributes.TenantId ?? session.tenantId,
    priority: attributes.Priority ?? 0,
    times,
    holder: isAgent ? session.sessionKey : '',
    assignedTo: isAgent ? session.clientName : '',
    recent: [],
  };
}

const newBody = (request: Request, attributes: SubmitAttributes): Body =>
  packBody(
    {
      SubmittedBy: submitterName(request, attributes),
      MediaType: attributes.MediaType,
      InteractionType: attributes.InteractionType,
      InteractionSubtype: attributes.InteractionSubtype,
      ExternalId: attributes.ExternalId,
      ParentId: attributes.ParentId,
      ServiceObjective: attributes.ServiceObjective,
      InQueues: attributes.InQueues,
      OutQueues: attributes.OutQueues,
    },
    attributes.UserData,
  );

function submitEvents(
  turn: Turn,
  request: Request,
  attributes: SubmitAttributes,
  queue: Queue,
  id: string,
  record: StateRecord,
) {
  const cause = causeOf(request);
  const { MediaType, InteractionType, InteractionSubtype, ExternalId, ParentId } = attributes;
  const submitted = interactionEvent(
    EventNumber.InteractionSubmitted,
    id,
    record,
    queue.name,
    cause,
    {
      MediaType,
      InteractionType,
      InteractionSubtype,
      ExternalId,
      ParentId,
      TenantId: record.tenantId,
      SubmittedBy: submitterName(request, attributes),
      ReceivedAt: record.times.ReceivedAt ?? turn.nowMs,
      IsHeld: record.isHeld ? true : undefined,
    },
  );
  if (actorTypeOf(request.session) !== ActorType.agent) return [submitted];
  const party = {
    PartyType: ActorType.agent,
    PartyId: request.session.clientName,
    Operation: PartyOperation.create,
  };
  return [
    submitted,
    interactionEvent(EventNumber.PartyAdded, id, record, queue.name, cause, party),
  ];
}
