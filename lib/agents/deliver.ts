/**
 * RequestDeliver and RequestTransfer: an interaction is offered to an agent. RequestConference and
 * RequestIntrude: an agent is invited to take part.
 */
import type { Agent } from '../desk/index.js';
import { IxionError } from '../errors.js';
import { VisibilityMode } from '../interaction/invitation.js';
import { audited, supervises } from './audited.js';
import type { Handler } from './handler.js';
import type { DeskParts } from './parts.js';
import { checkReserved } from './reserve.js';
import { checkSeen } from './supervise.js';
import { targetOf } from './target.js';
import type { Giver, Wanted } from './work.js';

/** Offers it; of a supervisor, who may give away what others have, the audit log is told. */
function offer(parts: DeskParts, agent: Agent, body: Wanted, from: Giver): Promise<number> {
  const { client, kind, mode } = from;
  const invite = (): Promise<number> => parts.invitations.invite(agent, body, from);
  if (kind !== 'intrude' && !supervises(client)) return invite();
  const { InteractionId: interaction, ReasonSystemName: reason } = body;
  const event = kind === 'intrude' ? 'interaction intruded' : 'interaction offered';
  const entry = { event, act: kind, agent: agent.agentId, interaction, mode, reason };
  return audited(parts.audit, client, entry, invite);
}

export const deliver: Handler<'RequestDeliver'> = async (parts, client, body, asker) => {
  const agent = targetOf(parts, client, body);
  checkReserved(parts, agent, client.info.session);
  const from = { client, asker, kind: 'deliver' } as const;
  const TicketId = await offer(parts, agent, body, from);
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
  await offer(parts, agent, body, { client, asker, kind: 'transfer' });
};

/** It is answered when the invitation is. */
export const conference: Handler<'RequestConference'> = async (parts, client, body, asker) => {
  if (client.agentId === undefined) throw new IxionError('AgentNotLoggedIn');
  const agent = targetOf(parts, client, body);
  const mode = (body.VisibilityMode ?? VisibilityMode.conference) as VisibilityMode;
  await offer(parts, agent, body, { client, asker, kind: 'conference', mode });
};

/** A supervisor invites itself. */
export const intrude: Handler<'RequestIntrude'> = async (parts, client, body, asker) => {
  const { agentId, info } = client;
  const agent = agentId === undefined ? undefined : parts.desk.loggedIn(agentId);
  if (agent === undefined) throw new IxionError('AgentNotLoggedIn');
  const mode = body.VisibilityMode as VisibilityMode;
  await checkSeen(parts, client, body.InteractionId);
  const from = { client, asker, kind: 'intrude', mode } as const;
  const TicketId = await offer(parts, agent, body, from);
  parts.frames.ack(info.session, asker, { TicketId });
};
