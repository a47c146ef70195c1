/** What the server tells of invitations: to agents, to who routes, and in reports. */
import { identifier, integer, keyValues, name, required, string, timestamp } from './attribute.js';
import {
  eventAttributes,
  interactionId,
  interactionProperties,
  toldAttributes,
  visibilityMode,
} from './shared-attributes.js';

const agentId = required(name('The agent.'));
const ticket = integer('The ticket of the invitation.', 0, 4_294_967_295);
const why = { ReasonSystemName: name('Why.'), ReasonDescription: string('Why.') };

/** The agent that a reporting event is about. */
const invitedParty = {
  PartyType: integer('2: an agent.', 1, 3),
  PartyId: name('The agent.'),
  PlaceId: name('Where it works.'),
  TicketId: ticket,
  Operation: integer('Why: 1 a transfer, 2 a conference, 3 an intrusion, 4 it was routed.', 0, 13),
  VisibilityMode: visibilityMode,
};

/** A part of the rows of `answers.ts`. */
export const invitationRows = [
  {
    number: 127,
    name: 'EventInvite',
    about:
      'To the clients of an agent: an interaction is offered. Answer by RequestAccept or RequestReject with InteractionId and TicketId before ExpiresAt.',
    attributes: {
      InteractionId: interactionId,
      TicketId: required(ticket),
      AgentId: agentId,
      PlaceId: name('Where it works.'),
      ExpiresAt: required(timestamp('When the invitation ends if nobody answers.')),
      Interaction: required(interactionProperties),
      VisibilityMode: visibilityMode,
      Operation: integer(
        'Why: 1 a transfer, 2 a conference, 3 an intrusion, 4 it was routed.',
        0,
        13,
      ),
      ActorId: name('ClientName, or AgentId, of who offers it.'),
      Extension: keyValues('The Extension of the request.'),
      ...why,
    },
  },
  {
    number: 134,
    name: 'EventRevoked',
    about:
      'An invitation is taken back, or an interaction that an agent had in hand. To the clients of the agent with InteractionId, AgentId and Interaction alone; in reports, of an invitation, as a reporting event.',
    attributes: {
      ...toldAttributes,
      ...invitedParty,
      AgentId: name('To the agent: which one.'),
      Interaction: interactionProperties,
    },
  },
  {
    number: 1136,
    name: 'EventAssigned',
    about:
      'To the clients of an agent: a supervisor has given it an interaction, which it has in hand from now on.',
    attributes: {
      InteractionId: interactionId,
      AgentId: agentId,
      PlaceId: name('Where it works.'),
      Interaction: required(interactionProperties),
      ActorId: name('ClientName of the supervisor.'),
      Extension: keyValues('The Extension of the request.'),
      ...why,
    },
  },
  {
    number: 166,
    name: 'EventAgentInvited',
    about: 'An interaction is offered to an agent.',
    attributes: { ...eventAttributes, ...invitedParty },
  },
  {
    number: 168,
    name: 'EventRejected',
    about: 'An agent has refused an invitation.',
    attributes: { ...eventAttributes, ...invitedParty },
  },
  {
    number: 1130,
    name: 'EventRouteUsed',
    about:
      'To the client that sent RequestDeliver, once for each that was acknowledged: what became of the invitation.',
    attributes: {
      InteractionId: required(identifier('The interaction.')),
      TicketId: required(ticket),
      AgentId: agentId,
      Outcome: required(name('accepted, rejected, expired or taken-back.')),
      ...why,
    },
  },
] as const;
