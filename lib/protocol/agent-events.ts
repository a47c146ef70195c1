/** What the server tells of agents, and to them. */
import {
  boolean,
  identifier,
  integer,
  name,
  record,
  required,
  string,
  timestamp,
} from './attribute.js';
import { limits } from '../limits.js';
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
    number: 173,
    name: 'EventPlaceAgentState',
    about:
      'The whole state of an agent at its place, for a subscription with FullState: once for each that is logged in, before its events. The events behind Sequence tell what changes.',
    attributes: {
      AgentId: required(name('The agent.')),
      PlaceId: required(name('Where it is logged in.')),
      TenantId: required(integer('Its tenant.', 0, 2_147_483_647)),
      ClientName: required(name('Who logged it in last.')),
      LoggedInAt: required(timestamp('When it logged in.')),
      DoNotDisturb: required(boolean('Nothing is offered to it.')),
      LostAt: timestamp('Its last connection is lost since then; absent: it has one.'),
      ReasonSystemName: name('Its reason.'),
      ReasonDescription: string('Its reason.'),
      Media: required(
        record(
          'Array of maps: Name, State (not-ready, ready or not-ready-after-current), Since, ReasonSystemName, ReasonDescription.',
        ),
      ),
      Interactions: required(
        record(
          'Array of maps, in the order in which it got them: InteractionId, MediaTypeName, Use (offered, inHand or wrapUp). As it is known when the agent is told: events of partitions that follow may be counted in.',
        ),
      ),
      WrapUps: record('As in EventCurrentAgentStatus.'),
      Outside: record('Map of medium to how much it has outside; absent: nothing.'),
      Partition: required(integer('Of the events about agents.', 0, limits.partitions - 1)),
      Sequence: required(
        integer('The last event about agents that is in it.', 0, Number.MAX_SAFE_INTEGER),
      ),
      SubscriptionId: required(integer('The subscription.', 0, 4_294_967_295)),
    },
  },
  {
    number: 176,
    name: 'EventCustomReporting',
    about:
      'What is told beside all else. By the server, without EventId: the wrap-up of an agent, and the disposition code. By RequestCustomReporting: what a client tells of an interaction, which may be over: then InteractionVersion is 0, and there is no Queue.',
    attributes: {
      ...agentMediumAttributes,
      AgentId: name('The agent that the event is about.'),
      MediaTypeName: name('Which medium.'),
      InteractionId: identifier('Of RequestCustomReporting: the interaction.'),
      InteractionVersion: integer(
        'As in every event of an interaction; 0: it is over, or never was.',
        0,
        4_294_967_295,
      ),
      InteractionState: integer('As in every event of an interaction, unless it is over.', 0, 255),
      Queue: name('The queue it is in.'),
      ActorType: integer(
        'Who told it: 1 router, 2 agent, 3 media server; absent: the server.',
        1,
        3,
      ),
      EventId: integer('As the request has it.', 0, 2_147_483_647),
      EventContent: record(
        'As the request has it. Of a wrap-up a map: InteractionId, What (wrapUpBegan, dispositionGiven or wrapUpEnded), Queue, DispositionCode (WrapUpTimeout: the time was over before there was one), End (done, timeout or logout), LastedMs.',
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
