/** Agents that take part in an interaction are told who came and who went. */
import type { AgentOutcome } from '../interaction/invitation.js';
import type { InvitationParts } from './work.js';

/** Tells the clients of each of them. */
export function tellParties(parts: InvitationParts, outcome: AgentOutcome): void {
  const { desk, frames } = parts;
  const name = outcome.what === 'party-added' ? 'EventPartyAdded' : 'EventPartyRemoved';
  const { interactionId, agentId, actorId, operation, mode, tell = [] } = outcome;
  const body = {
    InteractionId: interactionId,
    PartyType: 2,
    PartyId: agentId,
    Operation: operation,
    VisibilityMode: mode,
    ActorId: actorId === '' ? undefined : actorId,
    ReasonSystemName: outcome.reasonSystemName,
    ReasonDescription: outcome.reasonDescription,
  };
  for (const one of tell) {
    const agent = desk.loggedIn(one);
    const clients = agent === undefined ? [] : parts.clientsOf(agent);
    for (const { info, isGone } of clients) if (!isGone) frames.tell(info, name, body);
  }
}
