/**
 * RequestForceAgentState: what a supervisor does to an agent. It never refuses for work in hand.
 */
import { audited } from './audited.js';
import type { Client } from './client.js';
import { mediaList, type Actor } from './events.js';
import { bulkAnswer, inBulk } from './bulk.js';
import { mediumOf, type Agent, type Command } from '../desk/index.js';
import { IxionError } from '../errors.js';
import { actorOf, reasonOf, type Handler } from './handler.js';
import { notLoggedIn, unknownMedium } from './logins.js';
import type { DeskParts } from './parts.js';
import { seesAgent, type Scope } from './scope.js';

const inputs = {
  ready: 'ready',
  'not-ready': 'notReady',
  'not-ready-after-current': 'afterCurrent',
} as const;
const loggedOut = 'logged-out';

export const forceState: Handler<'RequestForceAgentState'> = async (parts, client, body, asker) => {
  const { audit, frames } = parts;
  const { AgentId: agentId, AgentState: state, MediaTypeName: medium } = body;
  const { info } = client;
  const agent = seenAgent(parts, client, agentId, await parts.scopes.of(client));
  checkState(state);
  const reason = reasonOf(body);
  const actor = { id: info.clientName, reason, extension: body.Extension };
  const entry = { event: 'agent state forced', agent: agentId, state, medium };
  await audited(audit, client, { ...entry, reason: reason?.name }, () =>
    forceTo(parts, agent, state, medium, actor),
  );
  frames.ack(info.session, asker);
};

/** The same to many. */
export const forceStates: Handler<'RequestForceAgentStates'> = async (
  parts,
  client,
  body,
  asker,
) => {
  const { AgentIds, AgentState: state, MediaTypeName: medium, Preview } = body;
  checkState(state);
  const scope = await parts.scopes.of(client);
  const actor = actorOf(client.info.clientName, body);
  const entry = { event: 'agent states forced', kind: 'agents', state, medium } as const;
  const outcome = await inBulk(parts, client, body, AgentIds, entry, async (agentId) => {
    const agent = seenAgent(parts, client, agentId, scope);
    const login = agent.login!;
    if (medium !== undefined && mediumOf(login, medium) === undefined) {
      throw unknownMedium(agentId, medium);
    }
    if (Preview !== true) await forceTo(parts, agent, state, medium, actor);
    return { MediaList: mediaList(login) };
  });
  const answer = bulkAnswer(outcome, 'AgentId', 'Agents');
  parts.frames.answer(client.info.session, asker, 'EventAgentStatesForced', answer);
};

/** @throws {IxionError} AgentNotLoggedIn */
function seenAgent(
  { desk }: DeskParts,
  { info }: Client,
  agentId: string,
  scope: Scope | undefined,
): Agent {
  const agent = desk.loggedIn(agentId);
  const isSeen = info.tenants?.includes(agent?.login?.tenantId ?? 0) !== false;
  if (agent === undefined || !isSeen || !seesAgent(scope, agentId)) throw notLoggedIn(agentId);
  return agent;
}

/** @throws {IxionError} WrongAttributeType */
function checkState(state: string): void {
  if (state === loggedOut || Object.hasOwn(inputs, state)) return;
  const known = [...Object.keys(inputs), loggedOut].join(', ');
  throw new IxionError('WrongAttributeType', `AgentState "${state}" is none of ${known}`);
}

/** @throws {IxionError} as `Logins.change` */
async function forceTo(
  parts: DeskParts,
  agent: Agent,
  state: string,
  medium: string | undefined,
  actor: Actor,
): Promise<void> {
  if (state === loggedOut) return forceOut(parts, agent, actor);
  const media = medium === undefined ? undefined : [medium];
  const input = inputs[state as keyof typeof inputs];
  const command = { do: 'medium', input, media, reason: actor.reason } as const;
  return force(parts, agent.agentId, command, state, actor);
}

/**
 * Changes an agent as somebody else wants it, and tells its clients.
 * @throws {IxionError} as `Logins.change`
 */
export async function force(
  parts: DeskParts,
  agentId: string,
  command: Extract<Command, { do: 'medium' }>,
  state: string,
  actor: Actor,
): Promise<void> {
  await parts.logins.change(agentId, command, actor);
  const agent = parts.desk.loggedIn(agentId);
  if (agent === undefined) return;
  const medium = command.media?.[0];
  for (const one of parts.clientsOf(agent)) tell(parts, one, agent, state, medium, actor);
}

async function forceOut(parts: DeskParts, agent: Agent, actor: Actor): Promise<void> {
  const login = agent.login!;
  const clients = parts.clientsOf(agent);
  await parts.logins.logOut(agent.agentId, actor);
  for (const client of clients) {
    client.agentId = undefined;
    parts.frames.speaksFor(client.info.session, undefined);
    tellOf(parts, client, login.agentId, loggedOut, {}, undefined, actor);
  }
}

function tell(
  parts: DeskParts,
  client: Client,
  agent: Agent,
  state: string,
  medium: string | undefined,
  actor: Actor,
): void {
  tellOf(parts, client, agent.agentId, state, mediaList(agent.login!), medium, actor);
}

function tellOf(
  { frames }: DeskParts,
  client: Client,
  agentId: string,
  state: string,
  media: Readonly<Record<string, number>>,
  medium: string | undefined,
  { id, reason }: Actor,
): void {
  if (client.isGone) return;
  frames.tell(client.info, 'EventForcedAgentStateChange', {
    AgentId: agentId,
    AgentState: state,
    MediaTypeName: medium,
    MediaList: media,
    ActorId: id,
    ReasonSystemName: reason?.name,
    ReasonDescription: reason?.description,
  });
}
