/** What clients are told of invitations and of what they had in hand. */
import { IxionError } from '../errors.js';
import type { AgentOutcome } from '../interaction/invitation.js';
import { Packed } from '../protocol/encode.js';
import type { Client } from './client.js';
import type { Frames } from './frames.js';
import type { Work } from './work.js';

type Body = Readonly<Record<string, unknown>>;

/** Says something to a client, if it is there. */
export function tell(
  frames: Frames,
  client: Client,
  name: 'EventInvite' | 'EventRevoked' | 'EventRouteUsed',
  body: Body,
): void {
  if (!client.isGone) frames.tell(client.info, name, body);
}

/** Tells clients that they have something no more; nothing if they know. */
export function revoke(frames: Frames, clients: readonly Client[], outcome: AgentOutcome): void {
  const { what, interaction, number } = outcome;
  if (what === 'removed' && interaction === undefined) return;
  const body = {
    InteractionId: outcome.interactionId,
    AgentId: outcome.agentId,
    TicketId: number === 0 ? undefined : number,
    Interaction: interaction && new Packed(interaction),
    ReasonSystemName: outcome.reasonSystemName,
    ReasonDescription: outcome.reasonDescription,
  };
  for (const client of clients) tell(frames, client, 'EventRevoked', body);
}

/** Other clients of the agent need not answer any more. */
export function answeredElsewhere(frames: Frames, { clients }: Work, outcome: AgentOutcome): void {
  const others = clients.filter(({ info }) => info.session !== outcome.session);
  const reasonSystemName = 'AnsweredElsewhere';
  const { interactionId, agentId, number, what } = outcome;
  revoke(frames, others, { interactionId, agentId, number, what, reasonSystemName });
}

/** Who has had it offered hears what became of that. */
export function tellGiver(frames: Frames, { from }: Work, outcome: AgentOutcome): void {
  // A supervisor has invited itself: its clients know.
  if (from === undefined || from.client.isGone || from.kind === 'intrude') return;
  const { client, asker, kind } = from;
  const { what, interactionId, agentId, number } = outcome;
  if (kind === 'deliver') {
    return tell(frames, client, 'EventRouteUsed', {
      InteractionId: interactionId,
      TicketId: number,
      AgentId: agentId,
      Outcome: what,
      ReasonSystemName: outcome.reasonSystemName,
      ReasonDescription: outcome.reasonDescription,
    });
  }
  const { session } = client.info;
  if (what === 'accepted') return frames.ack(session, asker);
  const detail = `agent "${agentId}" has not taken ${interactionId}: ${what}`;
  frames.error(session, asker, new IxionError('InvitationFailed', detail));
}
