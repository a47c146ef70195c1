/**
 * RequestDeliver and RequestTransfer: an interaction is offered to an agent. RequestConference and
 * RequestIntrude: an agent is invited to take part.
 */
import { IxionError } from '../errors.js';
import { VisibilityMode } from '../interaction/invitation.js';
import type { Handler } from './handler.js';
import { checkReserved } from './reserve.js';
import { targetOf } from './target.js';

export const deliver: Handler<'RequestDeliver'> = async (parts, client, body, asker) => {
  const agent = targetOf(parts, client, body);
  checkReserved(parts, agent, client.info.session);
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
