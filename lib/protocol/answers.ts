/** What the server sends: answers and events. */
import {
  boolean,
  identifier,
  integer,
  name,
  record,
  required,
  string,
  strings,
  timestamp,
  userData,
} from './attribute.js';
import { limits } from '../limits.js';
import type { MessageDefinition } from './message.js';
import { agentEventRows } from './agent-events.js';
import { directEventRows } from './direct-messages.js';
import { invitationRows } from './invitation-events.js';
import { snapshotAnswerRows } from './snapshot-answers.js';
import { subscriptionRows } from './subscription-events.js';
import { supervisionRows } from './supervision-answers.js';
import { workbinAnswerRows, workbinEventRows } from './workbin-events.js';
import {
  eventAttributes,
  interactionProperties,
  partyAttributes,
  serverEventAttributes,
  toldAttributes,
} from './shared-attributes.js';

type AnswerRow = Pick<MessageDefinition, 'number' | 'name' | 'attributes' | 'about'>;

const answerRows = [
  {
    number: 125,
    name: 'EventAck',
    about: 'The request was executed; for a request that changes something: and is on disk.',
    attributes: {
      Extension: record(
        'Submit: InteractionId, and Duplicate = 1 when it was known. Register: ProxyClientId, ServerVersion, StoreId and Timeline (what a client remembers of one store, or of one that was not restored, means nothing to another), HeldInteractions, and ClientType if ClientTypeByRole was asked for. Subscribe: SubscriptionId, ResumeToken, Timeline.',
      ),
    },
  },
  {
    number: 126,
    name: 'EventError',
    about: 'The request was refused. See Errors.',
    attributes: {
      ErrorCode: required(integer('Code from the table of errors.', 0, 65_535)),
      ErrorDescription: required(string('What, where and what to do.')),
      RetryAfterMs: integer('For "busy": how long to wait.', 0, 4_294_967_295),
    },
  },
  {
    number: 109,
    name: 'EventPulledInteractions',
    about: 'The interactions taken, in order; empty when nothing was there.',
    attributes: {
      Interactions: required(record('Array of maps of properties, in the order of the queue.')),
    },
  },
  {
    number: 189,
    name: 'EventInteractionProperties',
    about: 'All properties of an interaction.',
    attributes: { Interaction: required(interactionProperties) },
  },
  {
    number: 175,
    name: 'EventPing',
    about: 'Alive. Counters that are off are absent; counts are since start.',
    attributes: {
      Requests: record('Map of request name to count received.'),
      Errors: record('Map of error name to count sent.'),
      EspErrors: record('Map of original request name to ESP errors sent.'),
      Latency: record(
        'Map of NewWork (submit, import), Pull (its wait counts), Read and Other to a map: Count, and P50Us, P90Us, P99Us, P999Us, MaxUs, the times in the server from the frame read to the answer written, in microseconds, at most a sixteenth too long.',
      ),
      ServerTime: required(timestamp('The clock of the server.')),
      ClockSteps: integer(
        'Times that this clock was put back or forward by a second or more, since the start.',
        0,
        Number.MAX_SAFE_INTEGER,
      ),
      PartitionsAheadMs: integer(
        'By how much identifiers and the order of queues, which never go back, are ahead of this clock.',
        0,
        Number.MAX_SAFE_INTEGER,
      ),
    },
  },
  {
    number: 1103,
    name: 'EventQueueStatistics',
    about: 'A page of the durable totals of queues.',
    attributes: {
      Queues: required(
        record(
          'Array of maps: Queue, Partition, Submitted, Entered, Left, Waiting (state 0), Processing (states 1 to 3), Stopped (map of reason to count: the seven reasons of RequestStopProcessing, short ones that clients chose, and `other`), Abandoned (customers who left before an agent had them: IsOnline became false, or a stop with reason Abandoned, whichever came first).',
        ),
      ),
      Next: name('After of the next page; absent: this is the last.'),
    },
  },
  {
    number: 1110,
    name: 'EventInteractionList',
    about: 'A page of the interactions of a partition.',
    attributes: {
      Interactions: required(
        record(
          'A binary that holds a MessagePack array of maps of properties, as in EventInteractionProperties: the reader decides when to decode it.',
        ),
      ),
      Next: identifier('After of the next page; absent: this is the last.'),
      Partitions: required(integer('Partitions of the store.', 1, limits.partitions)),
    },
  },
  {
    number: 1116,
    name: 'EventInteractionsFound',
    about: 'What a part of the search found.',
    attributes: {
      Interactions: required(
        record('Array of maps of properties, as in EventInteractionProperties without UserData.'),
      ),
      Seen: required(
        integer(
          'Interactions that were looked at for it, those of other tenants among them.',
          0,
          Number.MAX_SAFE_INTEGER,
        ),
      ),
      Next: name('After of the next part; absent: everything was looked at.'),
    },
  },
  {
    number: 1117,
    name: 'EventClientList',
    about: 'A page of the clients that are registered.',
    attributes: {
      Clients: required(
        record(
          'Array of maps: ClientNumber, ClientName, ClientType, TenantId, Role (of its application; absent: it has none), Address, RegisteredAt (milliseconds since 1970 UTC), InFlight (requests not answered, pulls that wait among them), Subscriptions, HeldBytes (what the server holds for its connection), IsAsker (true: who asks).',
        ),
      ),
      Next: integer('After of the next page; absent: this is the last.', 0, 2_147_483_647),
    },
  },
  {
    number: 1121,
    name: 'EventAgentList',
    about: 'A page of the agents that are logged in.',
    attributes: {
      Agents: required(
        record(
          'Array of maps: AgentId, PlaceId, TenantId, ClientName (who logged it in last), LoggedInAt, DoNotDisturb, Connections, LostAt (its link is lost since then; absent: it is not), Exceeded (what it was given above its capacity since it logged in), ReasonSystemName, WrapUps as in EventCurrentAgentStatus, ReservedBy (ClientName of the router that has reserved the agent or its place), Outside (map of medium to how much it has outside; absent: nothing), Media as in EventCurrentAgentStatus with, of Current, InHand, Offered and InWrapUp.',
        ),
      ),
      Next: name('After of the next page; absent: this is the last.'),
    },
  },
  ...supervisionRows,
  ...snapshotAnswerRows,
  ...workbinAnswerRows,
] as const satisfies readonly AnswerRow[];

const eventRows = [
  {
    number: 104,
    name: 'EventPropertiesChanged',
    about: 'Properties or attached data changed.',
    attributes: {
      ...eventAttributes,
      Changed: userData('Attached data added or changed.'),
      Deleted: strings(
        'Keys of attached data removed.',
        limits.attachedDataKeys,
        string('A key.', limits.attachedDataKeyBytes),
      ),
      ChangedSystem: record('Map of the properties set, by name.'),
    },
  },
  {
    number: 132,
    name: 'EventPartyAdded',
    about:
      'A party got the interaction, or takes part in it. In reports; and without Sequence and SubscriptionId to the agents that take part already.',
    attributes: { ...toldAttributes, ...partyAttributes },
  },
  {
    number: 133,
    name: 'EventPartyRemoved',
    about:
      'A party no longer has the interaction, or takes part in it. Told as EventPartyAdded, to the agents that still do.',
    attributes: { ...toldAttributes, ...partyAttributes },
  },
  {
    number: 160,
    name: 'EventInteractionSubmitted',
    about:
      'An interaction was accepted. With state 0 it also means the entry into its first queue.',
    attributes: {
      ...eventAttributes,
      ReceivedAt: timestamp('When the media server got it.'),
      IsHeld: boolean('Submitted on hold.'),
      HoldUntil: timestamp('Comes off hold by itself then.'),
    },
  },
  {
    number: 161,
    name: 'EventProcessingStopped',
    about:
      'The interaction no longer exists. In reports; and without Sequence and SubscriptionId to the clients that registered with its SubmittedBy.',
    attributes: {
      ...toldAttributes,
      TenantId: integer('Not in reports: its tenant.', 0, 2_147_483_647),
      SubmittedBy: name('Not in reports: the name under which it was submitted.'),
    },
  },
  {
    number: 162,
    name: 'EventPlacedInQueue',
    about: 'The interaction was placed in a queue.',
    attributes: { ...eventAttributes, OldQueue: name('The queue it was in before.') },
  },
  {
    number: 164,
    name: 'EventLocked',
    about: 'A snapshot has locked the interaction: it waits, and only the client of that takes it.',
    attributes: { ...eventAttributes, SnapshotId: integer('Which one.', 1, 4_294_967_295) },
  },
  {
    number: 165,
    name: 'EventUnlocked',
    about:
      'It is locked no more: freed, or taken, placed or ended, which is told behind it; or its snapshot is over.',
    attributes: { ...eventAttributes, SnapshotId: integer('Of the lock.', 1, 4_294_967_295) },
  },
  {
    number: 177,
    name: 'EventTakenFromQueue',
    about: 'A party took the interaction; its queue stays until the next placing.',
    attributes: { ...eventAttributes, PartyType: integer('2: taken by an agent.', 1, 3) },
  },
  ...agentEventRows,
  ...invitationRows,
  ...directEventRows,
  ...workbinEventRows,
  {
    number: 1104,
    name: 'EventHeld',
    about: 'Put on hold.',
    attributes: {
      ...eventAttributes,
      HoldUntil: timestamp('Resumes by itself then.'),
    },
  },
  {
    number: 1105,
    name: 'EventResumed',
    about: 'Taken off hold.',
    attributes: { ...eventAttributes },
  },
  {
    number: 1138,
    name: 'EventRestored',
    about: 'An interaction that had ended was restored: it is in its queue again.',
    attributes: { ...eventAttributes },
  },
  {
    number: 187,
    name: 'EventForcedDisconnect',
    about: 'This logical client was ended by the server; its connection may follow.',
    attributes: {
      ErrorCode: required(integer('Code from the table of errors.', 0, 65_535)),
      ErrorDescription: required(string('Why.')),
    },
  },
  {
    number: 1119,
    name: 'EventServerStopping',
    about: 'The server was told to stop, and drains.',
    attributes: {
      ...serverEventAttributes,
      DrainMs: required(
        integer('How long it waits for what is unanswered, at most.', 0, Number.MAX_SAFE_INTEGER),
      ),
    },
  },
  {
    number: 1120,
    name: 'EventConfigurationChanged',
    about: 'Another version of the configuration objects counts.',
    attributes: {
      ...serverEventAttributes,
      ObjectsVersion: required(integer('Which one.', 1, Number.MAX_SAFE_INTEGER)),
      Comment: string('Why, as it was given.'),
      Added: required(integer('Objects that are new.', 0, Number.MAX_SAFE_INTEGER)),
      Changed: required(integer('Objects that are others.', 0, Number.MAX_SAFE_INTEGER)),
      Removed: required(integer('Objects that are gone.', 0, Number.MAX_SAFE_INTEGER)),
    },
  },
  {
    number: 1118,
    name: 'EventServerDraining',
    about:
      'The server stops: it answers what is unanswered, refuses what is new with 1044, and then ends the connection.',
    attributes: {
      ReconnectAfterMs: required(
        integer(
          'How long to wait before connecting again: 0, unless there are many clients; those are told different times, so that they do not all come at once.',
          0,
          4_294_967_295,
        ),
      ),
    },
  },
  ...subscriptionRows,
] as const satisfies readonly AnswerRow[];

/** The rows as they are written, for types made from them. */
export type AnswerRows = typeof answerRows;
export type EventRows = typeof eventRows;

const complete = (row: AnswerRow, direction: 'answer' | 'event'): MessageDefinition => ({
  ...row,
  direction,
  origin: row.number < 1000 ? 'original' : 'own',
  routes: [],
  answers: [],
  changes: false,
});

/** All messages that this server sends. */
export const answers: readonly MessageDefinition[] = [
  ...answerRows.map((row) => complete(row, 'answer')),
  ...eventRows.map((row) => complete(row, 'event')),
];
