/**
 * RequestDeliver and RequestTransfer: an interaction is offered to an agent. RequestConference and
 * RequestIntrude: an agent is invited to take part.
 */
import type { Agent } from '../desk/index.js';
import { IxionError } from '../errors.js';
import { VisibilityMode } from '../interaction/invitation.js';
import type { Client } from './client.js';
import type { Handler } from './handler.js';
import { notLoggedIn } from './logins.js';
import type { DeskParts } from './parts.js';

/** The agent that a request means. @throws {IxionError} UnknownAgent, AgentNotLoggedIn */
export function targetOf(
  { desk }: DeskParts,
  { info }: Client,
  {
    AgentId,
    PlaceId,
  }: { readonly AgentId?: string | undefined; readonly PlaceId?: string | undefined },
): Agent {
  if (AgentId === undefined && PlaceId === undefined) {
    throw new IxionError('MissingAttribute', 'AgentId or PlaceId is missing');
  }
  const agent = AgentId === undefined ? desk.atPlace(PlaceId!) : desk.loggedIn(AgentId);
  const isSeen = info.tenants?.includes(agent?.login?.tenantId ?? 0) !== false;
  if (agent !== undefined && isSeen) {
    if (PlaceId === undefined || agent.login?.placeId === PlaceId) return agent;
    throw new IxionError(
      'AgentNotLoggedIn',
      `agent "${AgentId}" is logged in at "${agent.login?.placeId}", not at "${PlaceId}"`,
    );
  }
  if (AgentId !== undefined) throw notLoggedIn(AgentId);
  throw new IxionError('AgentNotLoggedIn', `no agent is logged in at place "${PlaceId}"`);
}

export const deliver: Handler<'RequestDeliver'> = async (parts, client, body, asker) => {
  const agent = targetOf(parts, client, body);
  const from = { client, asker, kind: 'deliver' } as const;
  const TicketId = await parts.invitations.invite(agent, body, from);
  parts.frames.ack(client.info.session, asker, { TicketId });
};

/** It is answered when the invitation is. */
export const transfer: Handler<'RequestTransfer'> = async (parts, client, body, asker) => {
  const { agentId } = client;
  if (agentId === undefined) throw new IxionError('AgentNotLoggedIn');
  if (body.HoldUntil !== undefined && body.Hold !== true) {
    throw new IxionError('MissingAttribute', 'HoldUntil is given without Hold = true');
  }
  const agent = targetOf(parts, client, body);
  if (agent.agentId === agentId) {
    throw new IxionError('NotInRequiredState', `agent "${agentId}" has it already`);
  }
  await parts.invitations.invite(agent, body, { client, asker, kind: 'transfer' });
};

/** It is answered when the invitation is. */
export const conference: Handler<'RequestConference'> = async (parts, client, body, asker) => {
  if (client.agentId === undefined) throw new IxionError('AgentNotLoggedIn');
  const agent = targetOf(parts, client, body);
  const mode = (body.VisibilityMode ?? VisibilityMode.conference) as VisibilityMode;
  await parts.invitations.invite(agent, body, { client, asker, kind: 'conference', mode });
};

/** A supervisor invites itself. */
export const intrude: Handler<'RequestIntrude'> = async (parts, client, body, asker) => {
  const { agentId, info } = client;
  const agent = agentId === undefined ? undefined : parts.desk.loggedIn(agentId);
  if (agent === undefined) throw new IxionError('AgentNotLoggedIn');
  const mode = body.VisibilityMode as VisibilityMode;
  parts.audit.note({
    event: 'interaction intruded',
    who: info.clientName,
    role: info.role,
    address: info.address,
    agent: agentId,
    interaction: body.InteractionId,
    mode,
    reason: body.ReasonSystemName,
  });
  const from = { client, asker, kind: 'intrude', mode } as const;
  const TicketId = await parts.invitations.invite(agent, body, from);
  parts.frames.ack(info.session, asker, { TicketId });
};
