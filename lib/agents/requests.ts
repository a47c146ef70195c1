/** The requests that the desk answers: the one place that knows all of them. */
import type { Agent, Command, Desk, Reason } from '../desk/index.js';
import { IxionError } from '../errors.js';
import { limits } from '../limits.js';
import type { AttributesOf } from '../protocol/registry.js';
import type { Asker } from '../protocol/replies.js';
import type { Client } from './client.js';
import { conference, deliver, intrude, transfer } from './deliver.js';
import { forceState, forceStates } from './force-state.js';
import { agentRow, bytesMaxOf } from './frames.js';
import { actorOf, reasonOf, type DeskRequests, type Handler, type Why } from './handler.js';
import { checkMediaCount, logIn } from './log-in.js';
import { notLoggedIn } from './logins.js';
import type { DeskParts } from './parts.js';
import { reserveAgent, reserver } from './reserve.js';
import { seesAgent } from './scope.js';
import { publish, subscribe, unsubscribe } from './topic-requests.js';
import { setOutsideLoad } from './set-outside-load.js';
import { moveInteractions, stopInteractions } from './snapshot-acts.js';
import {
  getSnapshotInteractions,
  lockInteraction,
  releaseSnapshot,
  takeSnapshot,
  unlockInteraction,
} from './snapshot-requests.js';
import { restoreInteractions, superviseInteractions } from './supervise.js';
import { workbinRequests } from './workbin-requests.js';

/** @throws {IxionError} AgentNotLoggedIn */
function agentOf({ desk }: DeskParts, { agentId }: Client): string {
  if (agentId === undefined) throw new IxionError('AgentNotLoggedIn');
  if (desk.loggedIn(agentId) === undefined) throw notLoggedIn(agentId);
  return agentId;
}

/** A request that changes the agent of the client that sends it. */
const changing =
  <Body extends Why>(commandOf: (body: Body, reason: Reason | undefined) => Command) =>
  async (parts: DeskParts, client: Client, body: Body, asker: Asker): Promise<void> => {
    const agentId = agentOf(parts, client);
    const reason = reasonOf(body);
    await parts.logins.change(agentId, commandOf(body, reason), actorOf(agentId, body));
    parts.frames.ack(client.info.session, asker);
  };

const listOf = (medium: string | undefined): readonly string[] | undefined =>
  medium === undefined ? undefined : [medium];

const logOut: Handler<'RequestAgentLogout'> = async (parts, client, body, asker) => {
  const agentId = agentOf(parts, client);
  await parts.leave(client, actorOf(agentId, body), true);
  parts.frames.ack(client.info.session, asker);
};

const endWrapUp: Handler<'RequestEndWrapUp'> = async (parts, client, body, asker) => {
  const agentId = agentOf(parts, client);
  const { InteractionId: interactionId, DispositionCode: code, Done: isDone = true } = body;
  await parts.wrapUps.said(agentId, { interactionId, code, isDone }, actorOf(agentId, body));
  parts.frames.ack(client.info.session, asker);
};

/** A server knows its own agents only; that others tell it of theirs does no harm. */
const acknowledge = async (
  { frames }: DeskParts,
  { info }: Client,
  _body: unknown,
  asker: Asker,
): Promise<void> => frames.ack(info.session, asker);

const addMedia: Handler<'RequestAddMedia'> = async (parts, client, body, asker) => {
  const agentId = agentOf(parts, client);
  const { MediaTypeName: medium, IsReady } = body;
  await parts.directory.checkMedia([medium]);
  const { media } = parts.desk.loggedIn(agentId)?.login ?? { media: [] };
  if (!media.some(({ name }) => name === medium)) checkMediaCount(media.length + 1);
  const input = IsReady === true ? 'addReady' : 'addNotReady';
  const command = { do: 'medium', input, media: [medium], reason: reasonOf(body) } as const;
  await parts.logins.change(agentId, command, actorOf(agentId, body));
  parts.shows(client, medium);
  parts.frames.ack(client.info.session, asker);
};

const notReady: Handler<'RequestNotReadyForMedia'> = async (parts, client, body, asker) => {
  const agentId = agentOf(parts, client);
  await parts.directory.checkReason(body.ReasonSystemName);
  const input = body.AfterCurrent === true ? 'afterCurrent' : 'notReady';
  const media = listOf(body.MediaTypeName);
  const command = { do: 'medium', input, media, reason: reasonOf(body) } as const;
  await parts.logins.change(agentId, command, actorOf(agentId, body));
  parts.frames.ack(client.info.session, asker);
};

/** The agent of a name, or at a place, or both. */
function oneOf(desk: Desk, { AgentId, PlaceId }: AttributesOf<'RequestListAgents'>): Agent[] {
  const agent = AgentId === undefined ? desk.atPlace(PlaceId!) : desk.loggedIn(AgentId);
  const isIt = PlaceId === undefined || agent?.login?.placeId === PlaceId;
  return agent === undefined || !isIt ? [] : [agent];
}

/** Each in a round of its own: anybody who watches may ask for many. */
const listAgents: Handler<'RequestListAgents'> = async (parts, client, body, asker) => {
  const { desk, frames, rounds, scopes } = parts;
  const scope = await scopes.of(client);
  const { AgentId, PlaceId, After = '', Count = limits.agentsPerList } = body;
  const { tenants, session } = client.info;
  const isSeen = ({ agentId, login }: Agent): boolean =>
    tenants?.includes(login!.tenantId) !== false && seesAgent(scope, agentId);
  await rounds.own();
  if (client.isGone) return;
  const rows: Readonly<Record<string, unknown>>[] = [];
  let bytes = 0;
  let next: string | undefined;
  const isOne = AgentId !== undefined || PlaceId !== undefined;
  for (const agent of isOne ? oneOf(desk, body) : desk.listed(After, isSeen)) {
    if (agent.agentId <= After || !isSeen(agent)) continue;
    const row = agentRow(desk, agent, reserver(parts, agent));
    bytes += bytesMaxOf(row);
    // One at least, and the rest is another page.
    if (rows.length === Count || (rows.length > 0 && bytes > limits.answerShareBytes)) {
      next = rows.at(-1)!['AgentId'] as string;
      break;
    }
    rows.push(row);
  }
  frames.answer(session, asker, 'EventAgentList', { Agents: rows, Next: next });
};

export const deskRequests: DeskRequests = {
  RequestAgentLogin: logIn,
  RequestAgentLogout: logOut,
  RequestDoNotDisturbOn: changing((_, reason) => ({ do: 'doNotDisturb', on: true, reason })),
  RequestDoNotDisturbOff: changing((_, reason) => ({ do: 'doNotDisturb', on: false, reason })),
  RequestAddMedia: addMedia,
  RequestRemoveMedia: changing(({ MediaTypeName }, reason) => ({
    do: 'medium',
    input: 'remove',
    media: [MediaTypeName],
    reason,
  })),
  RequestNotReadyForMedia: notReady,
  RequestCancelNotReadyForMedia: changing(({ MediaTypeName }, reason) => ({
    do: 'medium',
    input: 'ready',
    media: listOf(MediaTypeName),
    reason,
  })),
  RequestChangeAgentStateReason: changing((_, reason) => ({ do: 'reason', reason })),
  RequestChangeMediaStateReason: changing(({ MediaTypeName: medium }, reason) => ({
    do: 'mediumReason',
    medium,
    reason,
  })),
  RequestAgentAvailable: acknowledge,
  RequestAgentNotAvailable: acknowledge,
  RequestDeliver: deliver,
  RequestReserveAgent: reserveAgent,
  RequestTransfer: transfer,
  RequestEndWrapUp: endWrapUp,
  RequestConference: conference,
  RequestIntrude: intrude,
  RequestForceAgentState: forceState,
  RequestForceAgentStates: forceStates,
  RequestSuperviseInteractions: superviseInteractions,
  RequestSetOutsideLoad: setOutsideLoad,
  RequestRestoreInteractions: restoreInteractions,
  RequestSubscribe: subscribe,
  RequestUnsubscribe: unsubscribe,
  RequestPublish: publish,
  RequestTakeSnapshot: takeSnapshot,
  RequestGetSnapshotInteractions: getSnapshotInteractions,
  RequestReleaseSnapshot: releaseSnapshot,
  RequestLockInteraction: lockInteraction,
  RequestUnlockInteraction: unlockInteraction,
  RequestMoveInteractions: moveInteractions,
  RequestStopInteractions: stopInteractions,
  RequestListAgents: listAgents,
  ...workbinRequests,
};
