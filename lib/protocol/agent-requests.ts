/** The requests that the desk answers: what is about agents. They are routed to it by `agent`. */
import { boolean, integer, keyValues, name, required, string } from './attribute.js';
import { limits } from '../limits.js';
import type { DeskRow } from './message.js';

/** Of an agent that the frame is about. */
const byAgent = [{ kind: 'agent', attribute: 'AgentId' }] as const;
/** Of the agent that the client that sends it speaks for. */
const ofClient = [{ kind: 'agent' }] as const;

const agentId = name('The agent. Also the route key of the frame.');

/** Why, and what goes into the events. */
const why = {
  Extension: keyValues('Free data, repeated in the events that the request causes.'),
  ReasonSystemName: name('Why: a name for programs, as that of a not-ready reason.'),
  ReasonDescription: string('Why: a text for people.'),
};
const mediumOrAll = {
  MediaTypeName: name('Which medium; absent: all that the agent has.'),
};

/** The rows as they are written, for tables and types made from them. */
export const agentRequests = [
  {
    number: 135,
    name: 'RequestAgentLogin',
    routes: byAgent,
    answers: ['EventAck'],
    does: 'attends',
    about:
      'Logs an agent in: from now on this client speaks for it. EventAck comes when it is on disk, EventCurrentAgentStatus follows. Of an agent that is logged in already, this client is one more connection, or (its link was lost) the one it is back by: it has all that it had, ready as before. `HeldInteractions` in the Extension of EventAck is what it has in hand; after a start of the server, as far as partitions have said it.',
    attributes: {
      AgentId: required(agentId),
      TenantId: integer('Tenant; absent: that of the client.', 0, 2_147_483_647),
      PlaceId: name('Where the agent works; absent: the place of its object.'),
      MediaList: keyValues(
        'Media as keys; as values 1 for ready, 0 for not ready. Of media that the agent has already only the names count.',
      ),
      ...why,
    },
  },
  {
    number: 136,
    name: 'RequestAgentLogout',
    routes: ofClient,
    answers: ['EventAck'],
    does: 'attends',
    about:
      'This client speaks for its agent no more. When it is the last that does, the agent is logged out; acknowledged when that is on disk. Work in hand is a reason to refuse (1097), or goes back to its queue or into a workbin, as `onLogout` of its medium says.',
    attributes: { ...why },
  },
  {
    number: 139,
    name: 'RequestDoNotDisturbOn',
    routes: ofClient,
    answers: ['EventAck'],
    does: 'attends',
    about: 'Nothing of any medium is offered to the agent.',
    attributes: { ...why },
  },
  {
    number: 140,
    name: 'RequestDoNotDisturbOff',
    routes: ofClient,
    answers: ['EventAck'],
    does: 'attends',
    about: 'Takes that back; media are ready or not as they were.',
    attributes: { ...why },
  },
  {
    number: 143,
    name: 'RequestAddMedia',
    routes: ofClient,
    answers: ['EventAck'],
    does: 'attends',
    about: 'Adds a medium. One that the agent has already stays as it is.',
    attributes: {
      MediaTypeName: required(name('Which medium.')),
      IsReady: boolean('The agent is ready for it; absent: not ready.'),
      ...why,
    },
  },
  {
    number: 144,
    name: 'RequestRemoveMedia',
    routes: ofClient,
    answers: ['EventAck'],
    does: 'attends',
    about: 'Takes a medium away. What is in hand of it stays in hand.',
    attributes: { MediaTypeName: required(name('Which medium.')), ...why },
  },
  {
    number: 147,
    name: 'RequestNotReadyForMedia',
    routes: ofClient,
    answers: ['EventAck'],
    does: 'attends',
    about: 'Nothing more of a medium is offered; what is in hand or offered stays valid.',
    attributes: {
      ...mediumOrAll,
      AfterCurrent: boolean(
        'Not ready when the last that is in hand has gone; at once if nothing is. Until then nothing more is offered.',
      ),
      ...why,
    },
  },
  {
    number: 148,
    name: 'RequestCancelNotReadyForMedia',
    routes: ofClient,
    answers: ['EventAck'],
    does: 'attends',
    about: 'The agent is ready for a medium.',
    attributes: { ...mediumOrAll, ...why },
  },
  {
    number: 151,
    name: 'RequestChangeAgentStateReason',
    routes: ofClient,
    answers: ['EventAck'],
    does: 'attends',
    about: 'Another reason of the agent as a whole; without one it has none.',
    attributes: { ...why },
  },
  {
    number: 153,
    name: 'RequestChangeMediaStateReason',
    routes: ofClient,
    answers: ['EventAck'],
    does: 'attends',
    about: 'Another reason why a medium is not ready; without one it has none.',
    attributes: { MediaTypeName: required(name('Which medium.')), ...why },
  },
  {
    number: 156,
    name: 'RequestAgentAvailable',
    routes: byAgent,
    answers: ['EventAck'],
    does: 'attends',
    about:
      'Tells one server that an agent has logged in at another. Acknowledged and nothing else: a server knows its own agents only.',
    attributes: {
      AgentId: required(agentId),
      TenantId: integer('Tenant.', 0, 2_147_483_647),
      PlaceId: name('Where the agent works.'),
      MediaList: keyValues('Media as keys.'),
      ...why,
    },
  },
  {
    number: 157,
    name: 'RequestAgentNotAvailable',
    routes: byAgent,
    answers: ['EventAck'],
    does: 'attends',
    about: 'Tells one server that an agent has logged out at another; as 156.',
    attributes: {
      AgentId: required(agentId),
      TenantId: integer('Tenant.', 0, 2_147_483_647),
      PlaceId: name('Where the agent works.'),
      ...why,
    },
  },
  {
    number: 1040,
    name: 'RequestEndWrapUp',
    routes: ofClient,
    answers: ['EventAck'],
    does: 'attends',
    about:
      'The agent has done what was to be done after an interaction, which may be gone; or (Done is 0) gives its disposition code and goes on. Told by EventCustomReporting.',
    attributes: {
      InteractionId: required(string('The interaction.')),
      DispositionCode: name('How it came out; one that its business process knows.'),
      Done: boolean('The agent has done it; absent: 1. What lasts exactly a time ends with that.'),
      ...why,
    },
  },
  {
    number: 1020,
    name: 'RequestForceAgentState',
    routes: byAgent,
    answers: ['EventAck'],
    does: 'supervises',
    about:
      'Makes another agent ready or not ready, or logs it out, whatever it does. Its clients are told by EventForcedAgentStateChange.',
    attributes: {
      AgentId: required(agentId),
      AgentState: required(name('ready, not-ready, not-ready-after-current or logged-out.')),
      ...mediumOrAll,
      ...why,
    },
  },
  {
    number: 1021,
    name: 'RequestListAgents',
    routes: ofClient,
    answers: ['EventAgentList'],
    does: 'watches',
    about:
      'Reads who is logged in, in the order of the AgentIds (by their UTF-16), a page at a time, with what each can take. Of a client that is limited to tenants only their agents.',
    attributes: {
      AgentId: name('Only this one.'),
      PlaceId: name('Only the one at this place.'),
      After: name('Next of the page before; absent: from the first on.'),
      Count: integer(
        'Most agents of the answer; absent: as many as there may be.',
        1,
        limits.agentsPerList,
      ),
    },
  },
] as const satisfies readonly DeskRow[];
