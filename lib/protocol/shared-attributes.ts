/** Attributes that several messages carry. */
import {
  boolean,
  bytes,
  identifier,
  integer,
  keyValues,
  name,
  orEmpty,
  record,
  required,
  string,
  timestamp,
  userData,
} from './attribute.js';
import { limits } from '../limits.js';

export const interactionId = required(
  identifier('The interaction. Also the route key of the frame.'),
);

/** Every request that changes something may carry these. */
export const changeAttributes = {
  RequestKey: bytes(
    '16 bytes chosen for this request alone: it is done once, and repeated it gets the same answer, see Retry keys. A repetition MUST have the flag retry.',
    16,
  ),
  RetryAgeMs: integer(
    'Of a repetition: how many milliseconds ago the request was first sent. Absent: ten minutes.',
    0,
    Number.MAX_SAFE_INTEGER,
  ),
  Extension: keyValues('Free data, repeated in the events that the request causes.'),
  ReasonSystemName: name('Why: a name for programs, as Normal or Abandoned.'),
  ReasonDescription: string('Why: a text for people.'),
};

const workbinAgent = 'Of a workbin that an agent owns: which agent.';

/** The owner of a workbin: one of these, as its type says. */
const workbinOwner = {
  WorkbinGroupId: name('Of one that an agent group owns: which group.'),
  WorkbinPlaceId: name('Of one that a place owns: which place.'),
  WorkbinPlaceGroupId: name('Of one that a group of places owns: which group.'),
};

/** The workbin that a request is about. */
export const workbinAttributes = {
  WorkbinTypeId: required(name('The type of the workbin, by its name.')),
  WorkbinAgentId: name(
    `${workbinAgent} Without an owner: that of the agent of this client, or of its place.`,
  ),
  ...workbinOwner,
};

/** The workbin that an interaction is handed in to. */
export const submittedWorkbin = {
  WorkbinTypeId: name(
    'Straight into the workbin of this type: nobody has it then, an agent that submits neither. Queue only says in which partition it is.',
  ),
  WorkbinAgentId: workbinAttributes.WorkbinAgentId,
  ...workbinOwner,
};

/** The workbin that an event is about. */
export const toldWorkbin = {
  WorkbinTypeId: required(name('The type of the workbin.')),
  WorkbinAgentId: name(workbinAgent),
  ...workbinOwner,
};

/** A hold that begins with what is asked for, in the one request. */
export const holdAttributes = {
  Hold: boolean('True: it is on hold from then on, keeps its place, and no pull takes it.'),
  HoldUntil: timestamp(
    'It comes off hold by itself at this time; one that has passed: at once. Only with Hold = true.',
  ),
};

/** The same of what may be on hold before. */
export const holdChange = {
  ...holdAttributes,
  Hold: boolean(
    'True: it is on hold from then on, keeps its place, and no pull takes it. False: it comes off hold. Absent: it stays as it is.',
  ),
};

/** The three change lists. */
export const changeLists = {
  AddedProperties: userData('Attached data to set; a key that exists already is set as well.'),
  ChangedProperties: userData('Attached data to set; a key that is not there is added.'),
  DeletedProperties: userData('Attached data to remove: the keys count, the values do not.'),
};

/** Properties that an update may set (and IsOnline by media servers). */
export const updatableProperties = {
  ExternalId: string('Identifier in the outer system.'),
  ParentId: orEmpty(
    identifier('Parent interaction, which may have ended, and is another one; empty: none.'),
  ),
  InQueues: keyValues(
    'Queues that its router suggests for it next, as keys with empty values; the key __STOP__: the agent may end it. Empty: none.',
  ),
  OutQueues: keyValues(
    'Queues that are proposed for its children, as keys with empty values. Empty: none.',
  ),
  Priority: integer('Greater goes first; absent counts as 0.', -2_147_483_648, 2_147_483_647),
  ServiceObjective: integer('Time objective in seconds.', 0, 2_147_483_647),
  IsOnline: boolean(
    'Whether the customer is there; of medium email always 0, whatever is given. Setting it to false ' +
      'sets AbandonedAt; only a media server may.',
  ),
};

/** Properties of an interaction in an answer or event; those that are not set are absent. */
export const interactionProperties = record(
  'A map of properties by name (see Properties), attached data under UserData.',
);

/** When and where an event was made. */
const placeAttributes = {
  EventTime: required(timestamp('When the change was made, by the clock of the partition.')),
  Partition: required(integer('The partition that made the event.', 0, limits.partitions - 1)),
  Sequence: required(
    integer(
      'Number of the event in its partition; no number is left out.',
      1,
      Number.MAX_SAFE_INTEGER,
    ),
  ),
  SubscriptionId: required(
    integer('The subscription that the event is sent for.', 0, 4_294_967_295),
  ),
};

/** What an interaction is; in all its events with option `events-with-identity`. */
export const identityAttributes = {
  MediaType: name('Medium.'),
  InteractionType: name('Type.'),
  InteractionSubtype: name('Kind within the type.'),
  ExternalId: string('Identifier in the outer system.'),
  ParentId: identifier('Parent interaction.'),
  TenantId: integer('Tenant.', 0, 2_147_483_647),
  SubmittedBy: name('The name under which it was submitted.'),
};

/** Every reporting event about an interaction carries these. */
export const eventAttributes = {
  InteractionId: required(identifier('The interaction that the event is about.')),
  InteractionVersion: required(
    integer(
      'Counts the changes of this interaction from 1; greater is later, whatever the partition. Several events of one change carry the same.',
      1,
      4_294_967_295,
    ),
  ),
  InteractionState: required(
    integer(
      'State after the event: 0 queued, 1 cached, 2 with a router, 3 handled by an agent.',
      0,
      255,
    ),
  ),
  Queue: name('The queue the interaction is in after the event.'),
  ...identityAttributes,
  ...placeAttributes,
  ActorType: integer(
    'Who did it: 1 strategy or router, 2 agent, 3 media server; absent: the server.',
    1,
    3,
  ),
  ActorId: name('ClientName of who did it.'),
  ReasonSystemName: name('Why, as given in the request.'),
  ReasonDescription: string('Why, as given in the request.'),
  Extension: keyValues('The Extension of the request that caused the event.'),
};

/**
 * The same of an event that clients are told besides, without a subscription: then it says neither
 * Sequence nor SubscriptionId.
 */
export const toldAttributes = {
  ...eventAttributes,
  InteractionVersion: integer('As in every reporting event.', 1, 4_294_967_295),
  InteractionState: integer('As in every reporting event.', 0, 255),
  EventTime: timestamp('As in every reporting event.'),
  Partition: integer('As in every reporting event.', 0, limits.partitions - 1),
  Sequence: integer('Only in reports.', 1, Number.MAX_SAFE_INTEGER),
  SubscriptionId: integer('Only in reports.', 0, 4_294_967_295),
};

/** Every event about the server itself carries these. */
export const serverEventAttributes = {
  ...placeAttributes,
  ActorId: string('Who caused it.'),
};

/** Every event about an agent carries these. */
export const agentEventAttributes = {
  AgentId: required(name('The agent that the event is about.')),
  PlaceId: name('Where it is logged in.'),
  TenantId: integer('Its tenant.', 0, 2_147_483_647),
  ...placeAttributes,
  ActorType: integer('Who caused it: 2 an agent; absent: the server.', 1, 3),
  ActorId: name('AgentId, or the ClientName of a supervisor, of who caused it.'),
  ReasonSystemName: name('Why, as given in the request.'),
  ReasonDescription: string('Why, as given in the request.'),
  Extension: keyValues('The Extension of the request that caused the event.'),
};

/** Of an event about one medium of an agent. */
export const agentMediumAttributes = {
  ...agentEventAttributes,
  MediaTypeName: required(name('Which medium.')),
};

export const visibilityMode = integer(
  'How the agent takes part: 1 conference, it has it with others; 2 monitor, it listens; 3 coach, it speaks to its agents. Who monitors or coaches never has it.',
  1,
  3,
);

/** The party of a party event. */
export const partyAttributes = {
  PartyType: integer('1 strategy or router, 2 agent.', 1, 3),
  PartyId: name('ClientName of the party.'),
  Operation: integer(
    '0 unknown, 1 transfer, 2 conference, 3 intrude, 4 route, 5 pull, 6 create, 7 reject, 8 timeout, 9 leave, 10 stop, 11 place in workbin, 12 place in queue, 13 party disconnect.',
    0,
    13,
  ),
  PlaceId: name('Of who joined: where it works.'),
  VisibilityMode: visibilityMode,
};
