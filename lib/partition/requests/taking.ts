/**
 * Taking interactions for who pulls: giving them to the client, answering, and letting a pull wait
 * where nothing is there.
 */
import { assert } from '../../assert.js';
import { limits } from '../../limits.js';
import { packedBytesMax, packProperties } from '../../interaction/properties.js';
import { transitions } from '../../interaction/lifecycle.js';
import { assign, isAvailable } from '../../interaction/record-changes.js';
import { InteractionState, type StateRecord } from '../../interaction/state-record.js';
import { causeOf } from '../ledger/cause.js';
import { addAgent, holderKeyOf, holderNameOf } from '../ledger/holders.js';
import { readBody, readInteraction } from '../ledger/interactions.js';
import { Refusal, withWaitEnd, type Request } from '../request.js';
import type { Turn } from '../turn.js';
import type { RequestCore } from './core.js';
import { remember } from './find.js';
import { pulledBytes } from './pulled-answer.js';
import { resultOf } from './repetition.js';
import type { PullTarget } from './waiting-pulls.js';

const busyRetryMs = 100;

/** Lets the pull wait, or answers that nothing is there. */
export function letWait(core: RequestCore, turn: Turn, request: Request, target: PullTarget): void {
  const { waitUntilMs = 0 } = withWaitEnd(request, turn.nowMs);
  if (waitUntilMs <= turn.nowMs || !core.waitingPulls.mayWait(request.session.number))
    return turn.reply(request, { kind: 'pulled', interactions: [] });
  if (core.waitingPulls.isFull) throw new Refusal('Busy', 'too many pulls wait here', busyRetryMs);
  core.waitingPulls.add({ request, deadlineMs: waitUntilMs, target });
  if (typeof target === 'object') core.views.checks.begins(target, turn.nowMs);
}

/** The most that a pull may take. */
export const countOf = ({ operation }: Request): number =>
  operation.kind === 'pull' ? (operation.attributes.Count ?? 1) : 1;

/** What a pull has got: identifiers, and the properties as they are from then on. */
export interface Taken {
  readonly ids: string[];
  readonly interactions: Uint8Array[];
}

/**
 * Takes the first of a queue: at most `count`, no more than fit one answer and one write set.
 * @param seen which of it, in order; undefined: whatever is first
 * @param before told of each before it is taken
 */
export function takeFromQueue(
  core: RequestCore,
  turn: Turn,
  request: Request,
  queue: number,
  count: number,
  seen: readonly string[] | undefined,
  before: ((id: string, record: StateRecord) => void) | undefined = undefined,
): Taken {
  const taken: Taken = { ids: [], interactions: [] };
  const { ids, interactions } = taken;
  let bytes = 0;
  const fullAt = count > 1 ? turn.weigh() + limits.requestWriteBytes / 2 : 0;
  while (ids.length < count) {
    const id = seen === undefined ? core.queues.first(queue) : seen[ids.length];
    if (id === undefined) break;
    const { record, body } = readInteraction(turn, id);
    assert(isAvailable(record) && record.queue === queue, 'what is listed cannot be pulled');
    bytes += packedBytesMax(body);
    if (ids.length > 0 && (bytes > pulledBytes || turn.weigh() > fullAt)) break;
    before?.(id, record);
    take(core, turn, request, id, record, false);
    ids.push(id);
    interactions.push(packProperties(id, record, core.queues.nameOf(queue), body));
  }
  return taken;
}

/** Answers a pull with what it has got. */
export function answer(
  core: RequestCore,
  turn: Turn,
  request: Request,
  { ids, interactions }: Taken,
): void {
  const result = resultOf(request, ids);
  if (result !== undefined) core.retryKeys.keep(turn, result);
  turn.reply(request, { kind: 'pulled', interactions });
}

/** Gives it to who pulls. */
export function take(
  core: RequestCore,
  turn: Turn,
  request: Request,
  id: string,
  record: StateRecord,
  isKeyed = true,
): void {
  const { session } = request;
  const isAgent = session.clientType === 'AgentApplication';
  const transition = isAgent ? transitions.pull : transitions.route;
  const change = core.ledger.open(turn, id, record, transition, causeOf(request));
  const state = isAgent ? InteractionState.handled : InteractionState.routed;
  assign(record, state, holderKeyOf(session), holderNameOf(session), turn.wallMs);
  if (session.agent !== undefined && addAgent(record, session, turn.wallMs)) {
    core.invitations.arrived(turn, id, record, readBody(turn, id));
  }
  if (isKeyed) remember(core, turn, request, id, record);
  core.ledger.close(change);
}
