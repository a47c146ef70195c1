/** What the server tells of agents, and to them. */
import { boolean, name, record, required, string } from './attribute.js';
import { agentEventAttributes, agentMediumAttributes } from './shared-attributes.js';

/** A part of the rows of `answers.ts`. */
export const agentEventRows = [
  {
    number: 137,
    name: 'EventAgentLogin',
    about: 'An agent logged in, or is back after its link was lost.',
    attributes: {
      ...agentEventAttributes,
      ClientName: name('Who logged it in.'),
      MediaList: record('Map of medium to 1 (ready) or 0.'),
      Resumed: boolean('It is back: the login before goes on.'),
    },
  },
  {
    number: 138,
    name: 'EventAgentLogout',
    about:
      'An agent logged out, was logged out, or did not come back in time after its link was lost.',
    attributes: { ...agentEventAttributes },
  },
  {
    number: 141,
    name: 'EventDoNotDisturbOn',
    about: 'Nothing is offered to the agent.',
    attributes: { ...agentEventAttributes },
  },
  {
    number: 142,
    name: 'EventDoNotDisturbOff',
    about: 'It may be disturbed again.',
    attributes: { ...agentEventAttributes },
  },
  {
    number: 145,
    name: 'EventMediaAdded',
    about: 'The agent has a medium more.',
    attributes: { ...agentMediumAttributes, IsReady: boolean('It is ready for it.') },
  },
  {
    number: 146,
    name: 'EventMediaRemoved',
    about: 'It has one less.',
    attributes: { ...agentMediumAttributes },
  },
  {
    number: 149,
    name: 'EventNotReadyForMedia',
    about: 'The agent is not ready for a medium any more.',
    attributes: { ...agentMediumAttributes },
  },
  {
    number: 150,
    name: 'EventReadyForMedia',
    about: 'The agent is ready for a medium.',
    attributes: { ...agentMediumAttributes },
  },
  {
    number: 152,
    name: 'EventAgentStateReasonChanged',
    about: 'The agent gives another reason.',
    attributes: { ...agentEventAttributes },
  },
  {
    number: 154,
    name: 'EventMediaStateReasonChanged',
    about: 'It gives another reason why it is not ready for a medium.',
    attributes: { ...agentMediumAttributes },
  },
  {
    number: 176,
    name: 'EventCustomReporting',
    about:
      'What is told of an agent and an interaction beside all else: its wrap-up, and the disposition code. The interaction may be gone.',
    attributes: {
      ...agentMediumAttributes,
      EventContent: required(
        record(
          'Map: InteractionId, What (wrapUpBegan, dispositionGiven or wrapUpEnded), Queue, DispositionCode (WrapUpTimeout: the time was over before there was one), End (done, timeout or logout), LastedMs.',
        ),
      ),
    },
  },
  {
    number: 195,
    name: 'EventAgentConnectionClosed',
    about:
      'The last connection of an agent was lost. It is still logged in: EventAgentLogin follows if it is back in time, else EventAgentLogout.',
    attributes: { ...agentEventAttributes },
  },
  {
    number: 155,
    name: 'EventCurrentAgentStatus',
    about:
      'What the agent that this client speaks for can take: after its login, and whenever that changes.',
    attributes: {
      AgentId: required(name('The agent.')),
      PlaceId: name('Where it is logged in.'),
      DoNotDisturb: required(boolean('Nothing is offered to it.')),
      MediaStateList: required(record('Map of medium to 1 (ready) or 0.')),
      MediaCapacityList: required(record('Map of medium to how many more may be offered.')),
      Media: required(
        record(
          'Array of maps: Name, State (not-ready, ready or not-ready-after-current), Ready (it is offered, as long as there is room), Current (in hand, offered, in wrap-up and outside), Greatest (how many there could be without anything else), Free (how many more may be offered), ReasonSystemName.',
        ),
      ),
      WrapUps: record(
        'Array of maps, what is to be done after interactions that are over for the agent: InteractionId, MediaTypeName, Queue, Mode (until-done, at-most or exactly), NeedsCode (it is not done without a DispositionCode), Since, Until (milliseconds since 1970 UTC; absent: until it is done), DispositionCode. Absent: nothing.',
      ),
      ReasonSystemName: name('Its reason.'),
      ReasonDescription: string('Its reason.'),
    },
  },
  {
    number: 190,
    name: 'EventForcedAgentStateChange',
    about: 'Somebody else changed what the agent is ready for, or logged it out.',
    attributes: {
      AgentId: required(name('The agent.')),
      AgentState: required(name('ready, not-ready, not-ready-after-current or logged-out.')),
      MediaTypeName: name('Which medium; absent: all.'),
      MediaList: required(record('Map of medium to 1 (ready) or 0, as it is now.')),
      ActorId: name('ClientName of who did it; absent: the server.'),
      ReasonSystemName: name('Why.'),
      ReasonDescription: string('Why.'),
    },
  },
] as const;
