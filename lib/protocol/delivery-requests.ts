/** The requests by which interactions are given to agents; the desk answers them. */
import { identifier, integer, keyValues, name, required, string } from './attribute.js';
import type { DeskRow } from './message.js';
import { holdChange, visibilityMode } from './shared-attributes.js';

const dayMs = 86_400_000;

const target = {
  InteractionId: required(identifier('The interaction.')),
  AgentId: name('The agent; absent: the one at the place.'),
  PlaceId: name('Where it is logged in; absent: wherever that is.'),
  MediaTypeName: name(
    'The medium of the interaction, if the client knows it: it saves the server a question.',
  ),
  DeliveringTimeoutMs: integer(
    'How long the agent may think, whatever the interaction, its medium and the options say.',
    1_000,
    dayMs,
  ),
  HandlingTimeoutMs: integer(
    'How long it may do nothing about it afterwards, likewise.',
    60_000,
    dayMs,
  ),
  Extension: keyValues('Free data, repeated in the events that the request causes.'),
  ReasonSystemName: name('Why: a name for programs.'),
  ReasonDescription: string('Why: a text for people.'),
};

/** The rows as they are written, for tables and types made from them. */
export const deliveryRequests = [
  {
    number: 107,
    name: 'RequestDeliver',
    routes: [{ kind: 'agent' }],
    answers: ['EventAck'],
    does: 'delivers',
    about:
      'Offers an interaction to an agent: one that the client has pulled, or one that waits, which is pulled with that. The route key is empty or the AgentId. EventAck comes when the invitation is on disk and has the ticket in Extension.TicketId; what becomes of it is told by EventRouteUsed.',
    attributes: target,
  },
  {
    number: 1139,
    name: 'RequestReserveAgent',
    routes: [{ kind: 'agent' }],
    answers: ['EventAck'],
    does: 'delivers',
    about:
      'Reserves an agent, a place or both for a time: RequestDeliver of other clients is refused (1106) meanwhile. Requests are gathered for a time (option request-collection-time); of those that compete the one with the greatest Priority is granted, then the first. EventAck has ReservationTimeMs in its Extension. The route key is empty or the AgentId.',
    attributes: {
      AgentId: name('The agent.'),
      PlaceId: name('The place.'),
      Priority: integer('The greatest goes first; absent: 0.', -2_147_483_648, 2_147_483_647),
      ReservationTimeMs: integer(
        'For how long; 0: cancels what this client has reserved; absent: as the option reservation-time says.',
        0,
        3_600_000,
      ),
    },
  },
  {
    number: 110,
    name: 'RequestTransfer',
    routes: [{ kind: 'agent' }],
    answers: ['EventAck'],
    does: 'delivers',
    about:
      'Offers an interaction that the agent of this client has in hand to another agent. EventAck comes when that has accepted it; EventError when it has not, and then nothing has changed. A hold begins or ends with the acceptance. The route key is empty or the AgentId.',
    attributes: { ...target, ...holdChange },
  },
  {
    number: 111,
    name: 'RequestConference',
    routes: [{ kind: 'agent' }],
    answers: ['EventAck'],
    does: 'delivers',
    about:
      'Invites an agent to take part in an interaction that the agent of this client has in hand. EventAck comes when that has accepted it, and EventPartyAdded to all that take part; EventError when it has not, and then nothing has changed. The route key is empty or the AgentId.',
    attributes: { ...target, VisibilityMode: visibilityMode },
  },
  {
    number: 130,
    name: 'RequestIntrude',
    routes: [{ kind: 'agent' }],
    answers: ['EventAck'],
    does: 'supervises',
    about:
      'Invites the agent of this client to take part in what others have in hand. EventAck has the ticket in Extension.TicketId; EventInvite follows, and RequestAccept takes part. It goes into the audit log. The route key is empty or the AgentId of this client.',
    attributes: {
      InteractionId: required(identifier('The interaction.')),
      VisibilityMode: required(visibilityMode),
      MediaTypeName: target.MediaTypeName,
      Extension: target.Extension,
      ReasonSystemName: target.ReasonSystemName,
      ReasonDescription: target.ReasonDescription,
    },
  },
] as const satisfies readonly DeskRow[];
