/** The requests of the protocol (domain 5.2); numbers up to 195 are the original's. */
import {
  boolean,
  bytes,
  identifier,
  integer,
  integers,
  keyValues,
  name,
  orEmpty,
  required,
  string,
  strings,
  timestamp,
  userData,
} from './attribute.js';
import { limits } from '../limits.js';
import type { MessageDefinition } from './message.js';
import {
  changeAttributes,
  changeLists,
  interactionId,
  updatableProperties,
} from './shared-attributes.js';

/** Characters of the identifier of a timeline. */
const timelineBytes = 16;

type RequestRow = Omit<MessageDefinition, 'direction' | 'origin'>;

const byId = [{ kind: 'id', attribute: 'InteractionId' }] as const;
const noRoute = [{ kind: 'none' }] as const;

/** What an interaction is handed in with. */
const submission = {
  Queue: required(name('Where it is to wait.')),
  TenantId: integer('Tenant; absent: that of the client.', 0, 2_147_483_647),
  MediaType: required(name('Medium, as email or chat.')),
  InteractionType: required(name('Inbound, Outbound or Internal.')),
  InteractionSubtype: orEmpty(name('Kind within the type; empty: none.')),
  ReceivedAt: timestamp('When the media server got it; absent: now. Part of the order of a queue.'),
  Hold: boolean('Submit on hold.'),
  InQueues: string('Suggested destination queues.'),
  OutQueues: keyValues('Queues proposed for a child interaction.'),
  UserData: userData('Attached data.'),
};

const rows = [
  {
    number: 100,
    name: 'RequestRegisterClient',
    routes: noRoute,
    answers: ['EventAck'],
    changes: false,
    about: 'Makes a logical client known. The first request of every ProxyClientId.',
    attributes: {
      ClientName: required(name('Application name.')),
      ClientType: required(
        name('MediaServer, AgentApplication, RoutingEngine or ReportingEngine.'),
      ),
      ClientTypeByRole: boolean(
        "Where the role of the application does not allow ClientType: register as the role's own type, which the answer tells as ClientType. Absent: refuse.",
      ),
      ProtocolVersion: required(
        integer('Version of the protocol that the client speaks: 1.', 0, 65_535),
      ),
      TenantId: integer('Tenant; absent: 1.', 0, 2_147_483_647),
      SessionKey: bytes(
        '16 bytes chosen by the client. A client that comes back with the same key gets back what it held.',
        16,
      ),
      Credentials: string(
        'Token of the application that ClientName names, where the server wants one.',
      ),
    },
  },
  {
    number: 101,
    name: 'RequestSubmit',
    routes: [
      { kind: 'queue', attribute: 'Queue' },
      { kind: 'id', attribute: 'InteractionId' },
    ],
    answers: ['EventAck'],
    changes: true,
    about:
      'Hands an interaction in. Routed by id when the client chooses the identifier, else by queue. While an identifier is known (ten minutes after the end, or longer by option identifierRetentionMinutes), submitting it again by the same client is acknowledged with Extension.Duplicate = 1.',
    attributes: {
      InteractionId: identifier('Chosen by the client; absent: the server makes one.'),
      ...submission,
      ...updatableProperties,
      ...changeAttributes,
    },
  },
  {
    number: 102,
    name: 'RequestStopProcessing',
    routes: byId,
    answers: ['EventAck'],
    changes: true,
    about:
      'Ends an interaction. ReasonSystemName is one of Normal (default), AutoResponded, Forwarded, Redirected, Sent, Terminated, Abandoned, or any other name.',
    attributes: { InteractionId: interactionId, ...changeAttributes },
  },
  {
    number: 103,
    name: 'RequestChangeProperties',
    routes: byId,
    answers: ['EventAck'],
    changes: true,
    about: 'Changes attached data and the properties that may be changed.',
    attributes: {
      InteractionId: interactionId,
      ...updatableProperties,
      ...changeLists,
      ...changeAttributes,
    },
  },
  {
    number: 105,
    name: 'RequestPlaceInQueue',
    routes: byId,
    answers: ['EventAck'],
    changes: true,
    about:
      'Places an interaction in a queue, of this or another partition, and changes properties on the way.',
    attributes: {
      InteractionId: interactionId,
      Queue: required(name('Where it is to wait.')),
      ...changeLists,
      ...changeAttributes,
    },
  },
  {
    number: 108,
    name: 'RequestPull',
    routes: [{ kind: 'queue', attribute: 'ViewId' }, { kind: 'id' }],
    answers: ['EventPulledInteractions'],
    changes: true,
    about:
      'Takes interactions: from a queue in its order (ViewId = name of the queue, route queue), or one known interaction (ViewId = _system_, its identifier as the only key of PullParameters, route id).',
    attributes: {
      ViewId: required(name('Name of a queue, or _system_.')),
      PullParameters: keyValues('With _system_: the identifier of the interaction as key.'),
      Count: integer('Most interactions to take; absent: 1.', 1, limits.pullCount),
      IgnoreHold: boolean('Take interactions that are on hold too; only with _system_.'),
      WaitTimeoutMs: integer(
        'Hold the pull until something is there, at most so long; absent: 0.',
        0,
        limits.pullWaitMs,
      ),
      ...changeAttributes,
    },
  },
  {
    number: 170,
    name: 'RequestStartPlaceAgentStateReportingAll',
    routes: noRoute,
    answers: ['EventAck'],
    changes: false,
    about:
      'Subscribes to events. EventAck carries SubscriptionId, ResumeToken and Timeline in its Extension; the events follow.',
    attributes: {
      TenantList: keyValues(
        'Tenants as keys, a map of object kinds as values; absent: the tenant of the client, all kinds.',
      ),
      ResumeToken: integers(
        'The last Sequence seen, per partition; absent: from now on.',
        limits.partitions,
      ),
      Timeline: string(
        'The Timeline that ResumeToken was given out in, as EventAck told it; only with ResumeToken.',
        timelineBytes,
      ),
      FromStart: boolean('From the oldest event kept; only without ResumeToken.'),
      TellUpToDate: boolean(
        'Send EventUpToDate of each partition once all events are sent that were there when it was asked.',
      ),
    },
  },
  {
    number: 172,
    name: 'RequestStopPlaceAgentStateReportingAll',
    routes: noRoute,
    answers: ['EventAck'],
    changes: false,
    about: 'Ends an event subscription.',
    attributes: {
      SubscriptionId: required(integer('As given by the answer to 170.', 0, 4_294_967_295)),
    },
  },
  {
    number: 174,
    name: 'RequestUnregisterClient',
    routes: noRoute,
    answers: ['EventAck'],
    changes: false,
    about: 'Ends a logical client. What it holds goes back to its place at once.',
    attributes: {},
  },
  {
    number: 175,
    name: 'RequestPing',
    routes: noRoute,
    answers: ['EventPing'],
    changes: false,
    about:
      'Asks for a sign of life and the KPI counters that are on. The original uses one number for both ways: so do we.',
    attributes: {},
  },
  {
    number: 188,
    name: 'RequestGetInteractionProperties',
    routes: byId,
    answers: ['EventInteractionProperties'],
    changes: false,
    about: 'Reads all properties of an interaction.',
    attributes: { InteractionId: interactionId },
  },
  {
    number: 1001,
    name: 'RequestHold',
    routes: byId,
    answers: ['EventAck'],
    changes: true,
    about: 'Puts an interaction on hold: it keeps its place but no pull takes it.',
    attributes: {
      InteractionId: interactionId,
      HoldUntil: timestamp('Resume by itself at this time; absent: only by request.'),
      ...changeAttributes,
    },
  },
  {
    number: 1002,
    name: 'RequestResume',
    routes: byId,
    answers: ['EventAck'],
    changes: true,
    about: 'Takes an interaction off hold.',
    attributes: { InteractionId: interactionId, ...changeAttributes },
  },
  {
    number: 1003,
    name: 'RequestQueueStatistics',
    routes: noRoute,
    answers: ['EventQueueStatistics'],
    changes: false,
    about:
      'Reads the durable totals of queues, a page at a time: of a client that is limited to tenants, what these have in them. All are told in the order of their names (by their UTF-16), those that are named in the order of the request. While an answer has Next, the rest is got by the same request with After.',
    attributes: {
      Queues: strings('Names; absent: all.', limits.queuesPerStatistics, name('Of a queue.')),
      After: name('Next of the page before; absent: from the first on.'),
    },
  },
  {
    number: 1004,
    name: 'RequestChangeOptions',
    routes: noRoute,
    answers: ['EventAck'],
    changes: false,
    about: 'Switches options of section [settings] while the server runs. Not kept over a restart.',
    attributes: {
      Options: required(keyValues('Option name to value, as collect-request-counters to "true".')),
    },
  },
  {
    number: 1012,
    name: 'RequestResetStopReasons',
    routes: noRoute,
    answers: ['EventAck'],
    changes: false,
    about:
      'Counts what was stopped under reasons that clients chose as `other`, in the totals of a queue; sums stay. Chosen reasons are counted by name anew afterwards. May be repeated.',
    attributes: { Queue: required(name('Which one.')) },
  },
  {
    number: 1010,
    name: 'RequestListInteractions',
    routes: noRoute,
    answers: ['EventInteractionList'],
    changes: false,
    about:
      'Reads the interactions that live in one partition, in the order of their identifiers, a page at a time: whatever their state, with all their properties. Pages are read one after the other while work goes on: what moves to another partition meanwhile may be missed or come twice.',
    attributes: {
      Partition: required(integer('Which one.', 0, limits.partitions - 1)),
      Queue: name('Only those of this queue.'),
      After: identifier('Next of the page before; absent: from the first on.'),
    },
  },
  {
    number: 1016,
    name: 'RequestFindInteractions',
    routes: noRoute,
    answers: ['EventInteractionsFound'],
    changes: false,
    about:
      'Looks for interactions that are as all that is given says, without their attached data, in the order of partitions and identifiers. One answer looks at a bounded number of them and may hold none though there are some: while it has Next, the rest is looked at by the same request with After. Of a client that is limited to tenants only theirs are found. What moves to another partition meanwhile may be missed or come twice.',
    attributes: {
      Queue: name('In this queue, or taken from it.'),
      InteractionState: integer(
        'In this state: 0 queued, 1 cached, 2 with a router, 3 handled by an agent.',
        0,
        3,
      ),
      IsHeld: boolean('On hold, or not.'),
      AssignedTo: name('With the client of this ClientName.'),
      ExternalId: string('With this identifier in the outer system.'),
      Count: integer(
        'Most interactions of the answer; absent: as many as there may be.',
        1,
        limits.interactionsPerSearch,
      ),
      After: name('Next of the answer before; absent: from the first on.'),
    },
  },
  {
    number: 1017,
    name: 'RequestListClients',
    routes: noRoute,
    answers: ['EventClientList'],
    changes: false,
    about:
      'Reads who is registered, in the order of registration, a page at a time. Of a client that is limited to tenants only those that register as one of these.',
    attributes: {
      ClientName: name('Only those of this name.'),
      ClientType: name('Only those of this type.'),
      After: integer('Next of the page before; absent: from the first on.', 0, 2_147_483_647),
    },
  },
  {
    number: 1018,
    name: 'RequestDisconnectClient',
    routes: noRoute,
    answers: ['EventAck'],
    changes: false,
    about:
      'Ends a client as if it had unregistered, and tells it by EventForcedDisconnect. Acknowledged when what it had is back, on disk. Not this client itself.',
    attributes: {
      ClientName: required(
        name('Its name, so that a number of before a restart ends nobody else.'),
      ),
      ClientNumber: required(integer('Its number in EventClientList.', 1, 2_147_483_647)),
    },
  },
  {
    number: 1011,
    name: 'RequestImportInteraction',
    routes: byId,
    answers: ['EventAck'],
    changes: true,
    about:
      'Hands in an interaction that has been listed before, here or elsewhere. It waits in its queue, whoever had it. Answered as a submit: an identifier that the same submitter has here already, or that ended not long ago, is answered with Extension.Duplicate = 1.',
    attributes: {
      InteractionId: interactionId,
      ...submission,
      SubmittedBy: name('Who handed it in first; absent: this client.'),
      SubmittedAt: timestamp('When that was; absent: now.'),
      PlacedInQueueAt: timestamp('When it was placed in its queue; absent: now.'),
      MovedToQueueAt: timestamp('When it first came to its queue; absent: now.'),
      HeldAt: timestamp('When it was put on hold; absent: now. Only with Hold.'),
      HoldUntil: timestamp('Comes off hold by itself at this time. Only with Hold.'),
      DeliveredAt: timestamp('When it was last given to an agent.'),
      SubmittedToRouterAt: timestamp('When it was last given to a router.'),
      AbandonedAt: timestamp('When its customer left.'),
      AssignedAt: timestamp('When it was last given to anybody.'),
      CompletedAt: timestamp(
        'When work on it was completed; absent: it was not, whatever its queue.',
      ),
      InteractionVersion: integer(
        'How many changes it has had; absent: 1. Those that follow count on.',
        1,
        limits.importedVersion,
      ),
      ...updatableProperties,
      ...changeAttributes,
    },
  },
] as const satisfies readonly RequestRow[];

/** The rows as they are written, for types made from them. */
export type RequestRows = typeof rows;

/** All requests that this server answers. */
export const requests: readonly MessageDefinition[] = rows.map((row) => ({
  ...row,
  direction: 'request',
  origin: row.number < 1000 ? 'original' : 'own',
}));
