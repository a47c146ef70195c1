/** What events about an invitation say of it. */
import { ActorType, PartyOperation } from '../../interaction/event.js';
import { VisibilityMode, type InvitationOrder } from '../../interaction/invitation.js';
import type { AgentOffer } from '../../interaction/state-sections.js';
import { packPairs, type PackedPairs } from '../../pack/pairs.js';

/** Details of the events about an invitation. */
export const invitedDetails = (
  { agent, place, number }: AgentOffer,
  order: InvitationOrder | undefined,
): PackedPairs =>
  packPairs({
    PartyType: ActorType.agent,
    PartyId: agent,
    PlaceId: place,
    TicketId: number,
    Operation: order && operationOf[order.kind],
    VisibilityMode: order && (order.mode ?? VisibilityMode.conference),
  });

const operationOf = {
  deliver: PartyOperation.route,
  transfer: PartyOperation.transfer,
  conference: PartyOperation.conference,
  intrude: PartyOperation.intrude,
} as const;
