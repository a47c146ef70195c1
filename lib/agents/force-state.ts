/**
 * RequestForceAgentState: what a supervisor does to an agent. It never refuses for work in hand.
 */
import type { Client } from './client.js';
import { mediaList, type Actor } from './events.js';
import type { Agent, Command } from '../desk/index.js';
import { IxionError } from '../errors.js';
import { reasonOf, type Handler } from './handler.js';
import { notLoggedIn } from './logins.js';
import type { DeskParts } from './parts.js';

const inputs = {
  ready: 'ready',
  'not-ready': 'notReady',
  'not-ready-after-current': 'afterCurrent',
} as const;
const loggedOut = 'logged-out';

export const forceState: Handler<'RequestForceAgentState'> = async (parts, client, body, asker) => {
  const { desk, audit, frames } = parts;
  const { AgentId: agentId, AgentState: state, MediaTypeName: medium } = body;
  const { info } = client;
  const agent = desk.loggedIn(agentId);
  const isSeen = info.tenants?.includes(agent?.login?.tenantId ?? 0) !== false;
  if (agent === undefined || !isSeen) throw notLoggedIn(agentId);
  const isKnown = state === loggedOut || Object.hasOwn(inputs, state);
  if (!isKnown) {
    const known = [...Object.keys(inputs), loggedOut].join(', ');
    throw new IxionError('WrongAttributeType', `AgentState "${state}" is none of ${known}`);
  }
  const reason = reasonOf(body);
  const actor = { id: info.clientName, reason, extension: body.Extension };
  audit.note({
    event: 'agent state forced',
    who: info.clientName,
    role: info.role,
    address: info.address,
    agent: agentId,
    state,
    medium,
    reason: reason?.name,
  });
  if (state === loggedOut) await forceOut(parts, agent, actor);
  else {
    const media = medium === undefined ? undefined : [medium];
    const input = inputs[state as keyof typeof inputs];
    await force(parts, agentId, { do: 'medium', input, media, reason }, state, actor);
  }
  frames.ack(info.session, asker);
};

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
  await parts.logins.logOut(agent.agentId, actor, false);
  for (const client of clients) {
    client.agentId = undefined;
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
