/** The requests that the front answers: what is about clients, events and the server. */
import {
  boolean,
  bytes,
  identifier,
  integer,
  integers,
  keyValues,
  name,
  required,
  string,
  strings,
} from './attribute.js';
import { limits } from '../limits.js';
import type { FrontRow } from './message.js';

const noRoute = [{ kind: 'none' }] as const;
/** Characters of the identifier of a timeline. */
const timelineBytes = 16;

/** The rows as they are written, for tables and types made from them. */
export const frontRequests = [
  {
    number: 100,
    name: 'RequestRegisterClient',
    routes: noRoute,
    answers: ['EventAck'],
    does: 'registers',
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
        '16 bytes chosen by the client. A client that comes back with the same key gets back what it owned.',
        16,
      ),
      SubmittedBy: name(
        'Of a media server: the name under which it submits, instead of its ClientName, perhaps with other instances. Each client that gives one is told by EventProcessingStopped of the end of what was submitted under it, whoever ends it.',
      ),
      Credentials: string(
        'Token of the application that ClientName names, where the server wants one.',
      ),
    },
  },
  {
    number: 170,
    name: 'RequestStartPlaceAgentStateReportingAll',
    routes: noRoute,
    answers: ['EventAck'],
    does: 'opens',
    about:
      'Subscribes to events. EventAck carries SubscriptionId, ResumeToken and Timeline in its Extension; the events follow.',
    attributes: {
      TenantList: keyValues(
        'Tenants as keys, as values maps with object kinds as keys, whose values do not count: Agents, Custom, Interactions, Parties, Queues, Workbins, see Events. A map without keys, or another value: all kinds. Absent: the tenant of the client, all kinds.',
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
      ServerEvents: boolean(
        'Also the events about the server itself; not for clients that are limited to tenants.',
      ),
      FullState: boolean(
        'First the state of the objects of these kinds at the position that EventAck tells: EventPlaceAgentState of each agent that is logged in, EventQueueState of each queue; then EventUpToDate of each partition, and EventQueueState again of each queue whose counts have changed. With ResumeToken only EventQueueState. Not with FromStart.',
      ),
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
    does: 'letsGo',
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
    does: 'leaves',
    about: 'Ends a logical client. What it owns goes back to its place at once.',
    attributes: {},
  },
  {
    number: 175,
    name: 'RequestPing',
    routes: noRoute,
    answers: ['EventPing'],
    does: 'looks',
    about:
      'Asks for a sign of life and the KPI counters that are on. The original uses one number for both ways: so do we.',
    attributes: {},
  },
  {
    number: 1003,
    name: 'RequestQueueStatistics',
    routes: noRoute,
    answers: ['EventQueueStatistics'],
    does: 'asks',
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
    does: 'administers',
    about: 'Switches options of section [settings] while the server runs. Not kept over a restart.',
    attributes: {
      Options: required(keyValues('Option name to value, as collect-request-counters to "true".')),
    },
  },
  {
    number: 1010,
    name: 'RequestListInteractions',
    routes: noRoute,
    answers: ['EventInteractionList'],
    does: 'asks',
    about:
      'Reads the interactions that live in one partition, in the order of their identifiers, a page at a time: whatever their state, with all their properties. Pages are read one after the other while work goes on: what moves to another partition meanwhile may be missed or come twice.',
    attributes: {
      Partition: required(integer('Which one.', 0, limits.partitions - 1)),
      Queue: name('Only those of this queue.'),
      After: identifier('Next of the page before; absent: from the first on.'),
    },
  },
  {
    number: 1012,
    name: 'RequestResetStopReasons',
    routes: noRoute,
    answers: ['EventAck'],
    does: 'administers',
    about:
      'Counts what was stopped under reasons that clients chose as `other`, in the totals of a queue; sums stay. Chosen reasons are counted by name anew afterwards. May be repeated.',
    attributes: { Queue: required(name('Which one.')) },
  },
  {
    number: 1016,
    name: 'RequestFindInteractions',
    routes: noRoute,
    answers: ['EventInteractionsFound'],
    does: 'asks',
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
      ParentId: identifier('With this parent.'),
      ContactId: string('With this text under the key ContactId of their attached data.'),
      Condition: string('That this means, see Conditions.', limits.conditionBytes),
      TenantId: integer('Of this tenant.', 0, 2_147_483_647),
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
    does: 'asks',
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
    does: 'administers',
    about:
      'Ends a client as if it had unregistered, and tells it by EventForcedDisconnect. Acknowledged when what it had is back, on disk. Not this client itself.',
    attributes: {
      ClientName: required(
        name('Its name, so that a number of before a restart ends nobody else.'),
      ),
      ClientNumber: required(integer('Its number in EventClientList.', 1, 1_073_741_823)),
    },
  },
] as const satisfies readonly FrontRow[];
