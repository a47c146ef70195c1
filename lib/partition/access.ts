/** Finding the interaction of a request, the right to touch it, and remembering what was answered. */
import { limits } from '../limits.js';
import { binaryText } from '../interaction/attached-data-text.js';
import { InteractionState, withRecent, type StateRecord } from '../interaction/state-record.js';
import type { Core } from './core.js';
import { readBody, readRecord } from './interactions.js';
import { readLocation } from './locations.js';
import type { Queue } from './queue-rows.js';
import { packProperties } from '../interaction/properties.js';
import { changeAttributesOf, Refusal, type Answer, type Request, type Session } from './request.js';
import { seesTenant, unknownInteraction } from './tenancy.js';
import type { Turn } from './turn.js';

/** Hops after which a request by identifier is given back: its interaction moves too fast. */
const hopsLimit = 8;
const busyRetryMs = 20;

/**
 * The state of the interaction that a request names, when it lives here. Undefined: the request was
 * passed on, parked until a hand-off ends, or answered from what is remembered of its key.
 * @throws {Refusal} UnknownInteraction, Busy
 */
export function findHere(
  core: Core,
  turn: Turn,
  request: Request,
  id: string,
): StateRecord | undefined {
  const record = readRecord(turn, id);
  if (record !== undefined) {
    if (!seesTenant(request.session, record.tenantId)) throw unknownInteraction(id);
    return answeredBefore(core, turn, request, id, record) ? undefined : record;
  }
  if (core.handOff.park(request, id)) return undefined;
  const at = readLocation(turn, id)?.at;
  if (at !== undefined) passOn(core, request, at);
  else if (core.isHomeOf(id)) throw unknownInteraction(id);
  else passOn(core, request, core.homeOf(id));
  return undefined;
}

/** Partitions where a queue lived before that are asked about a request; the newest of them. */
const formerAsked = 3;

/**
 * The partition that a request by queue belongs to, when it is another one. A request that may have
 * been executed while its queue lived elsewhere goes round by there first, since the answer is kept
 * where it was given; it comes back if nothing is known of it.
 */
export function elsewhereOf(core: Core, request: Request, queue: Queue): number | undefined {
  const { partition, formerly } = queue;
  const isHere = partition === core.partition;
  if (!request.retried || formerly === undefined) return isHere ? undefined : partition;
  const asked = formerly.slice(-formerAsked);
  if (isHere) return request.hops > asked.length ? undefined : asked[0];
  return asked[asked.indexOf(core.partition) + 1] ?? partition;
}

/** Sends a request to where its interaction is. @throws {Refusal} Busy */
export function passOn(core: Core, request: Request, partition: number): void {
  const { waitUntilMs, ...passed } = request;
  const forwarded = { ...passed, hops: request.hops + 1 };
  const waitLeftMs =
    waitUntilMs === undefined ? undefined : Math.max(0, waitUntilMs - core.time.nowMs());
  const sent =
    forwarded.hops <= hopsLimit &&
    core.ports.send(partition, { type: 'forward', request: forwarded, waitLeftMs });
  if (!sent) throw new Refusal('Busy', 'the interaction is on the move', busyRetryMs);
}

/** A key that was answered away from home travels with the interaction. */
function answeredBefore(
  core: Core,
  turn: Turn,
  request: Request,
  id: string,
  record: StateRecord,
): boolean {
  if (record.recent.length === 0) return false;
  const requestKey = requestKeyOf(request);
  const { clientName } = request.session;
  const isKnown = record.recent.some(
    (recent) => recent.requestKey === requestKey && recent.clientName === clientName,
  );
  if (!isKnown) return false;
  if (request.operation.kind === 'pull')
    turn.reply(request, pulledAnswer(core, turn, request, [id]));
  else turn.reply(request, { kind: 'ack' });
  return true;
}

/** The RequestKey as a binary string; empty: none. */
export function requestKeyOf(request: Request): string {
  const key = changeAttributesOf(request).RequestKey;
  return key === undefined ? '' : binaryText(key);
}

/**
 * Remembers the answer of a keyed request: at home with the write set, elsewhere in the record
 * (which the caller writes afterwards), since a repeated request comes by way of home.
 */
export function remember(
  core: Core,
  turn: Turn,
  request: Request,
  id: string,
  record: StateRecord | undefined,
  kind: 'ack' | 'pulled' = 'ack',
): void {
  const requestKey = requestKeyOf(request);
  if (requestKey === '') return;
  const { clientName } = request.session;
  if (record !== undefined && !core.isHomeOf(id)) withRecent(record, { clientName, requestKey });
  else core.retryKeys.keep(turn, { clientName, requestKey, kind, ids: kind === 'ack' ? [] : [id] });
}

/** Bytes of interactions that an answer holds: a frame less its header and the attribute's name. */
export const pulledBytes = limits.frameBytes - 256;

/**
 * The answer of a pull, with the properties as they are now. To a repeated pull, without those that
 * the client no longer has, since another may have them; and without what does not fit a frame, as
 * when interactions have grown.
 */
export function pulledAnswer(
  core: Core,
  turn: Turn,
  { session }: Request,
  ids: readonly string[],
): Answer {
  const interactions: Uint8Array[] = [];
  let bytes = 0;
  for (const id of ids) {
    const record = readRecord(turn, id);
    if (record === undefined || record.holder !== session.sessionKey) continue;
    if (!seesTenant(session, record.tenantId)) continue;
    const queue = core.queues.nameOf(record.queue);
    const properties = packProperties(id, record, queue, readBody(turn, id));
    bytes += properties.length;
    if (bytes > pulledBytes) break;
    interactions.push(properties);
  }
  return { kind: 'pulled', interactions };
}

/**
 * A media server may touch any interaction, and so may who supervises; others one that waits, or
 * that they have themselves.
 * @throws {Refusal} WrongClientType, HeldByAnother
 */
export function checkRight({ session }: Request, record: StateRecord): void {
  if (session.clientType === 'ReportingEngine') throw wrongType(session);
  if (session.clientType === 'MediaServer' || session.supervises === true) return;
  if (record.state === InteractionState.queued || record.holder === session.sessionKey) return;
  throw new Refusal('HeldByAnother', `${record.assignedTo} has this interaction`);
}

/**
 * Only a media server knows whether its customer is there (domain 2.6, note).
 * @throws {Refusal} PropertyReadOnly
 */
export function checkOnline({ session }: Request, isOnline: boolean | undefined): void {
  if (isOnline === undefined || session.clientType === 'MediaServer') return;
  throw new Refusal('PropertyReadOnly', 'IsOnline is set by the media server');
}

/** E-mail is never online, whatever a client says (domain 2.2). */
export const onlineOf = (isOnline: boolean, mediaType: string | undefined): boolean =>
  isOnline && mediaType !== 'email';

export const wrongType = (session: Session): Refusal =>
  new Refusal('WrongClientType', `a ${session.clientType} may not send this request`);
