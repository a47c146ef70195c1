/**
 * The public types of the client SDK. Names of attributes are as on the wire (`docs/PROTOCOL.md`)
 * where a whole record is handed through, and in camel case where the SDK builds the message.
 */
import type { ObjectKind } from '../interaction/object-kinds.js';
import type {
  ConnectedClient,
  Interaction,
  Pong,
  QueueTotals,
  ReportingEvent,
  SearchPart,
  SearchRequest,
  ServerEvent,
} from './records.js';
import type { Agent, AgentLogin, ListedAgent } from './agent-types.js';
import type { CallOptions } from './call-options.js';
import type {
  ChangeableProperties,
  CustomReport,
  DataChanges,
  Submission,
  WantedHold,
} from './interaction-types.js';
import type { Delivery, DeliveryTarget } from './delivery-types.js';
import type {
  OutsideLoad,
  OutsideLoadReport,
  Reservation,
  ReservationRequest,
  StoppedInteraction,
} from './desk-types.js';
import type {
  AgentForcing,
  ForcedAgent,
  Restoring,
  SupervisedInteraction,
  Supervision,
  SupervisionResult,
} from './supervision-types.js';
import type { StateEvent } from './state-types.js';
import type { Snapshot, SnapshotRequest } from './snapshot-types.js';
import type { Topics } from './topic-types.js';
import type { WorkbinName, Workbins } from './workbin-types.js';
import type { TransportFactory } from './transport.js';

export type { KeyValue, KeyValues } from '../interaction/attached-data.js';
export type { ObjectKind } from '../interaction/object-kinds.js';
export type * from './records.js';
export type * from './agent-types.js';
export type * from './delivery-types.js';
export type * from './desk-types.js';
export type * from './interaction-types.js';
export type * from './party-types.js';
export type * from './snapshot-types.js';
export type * from './topic-types.js';
export type * from './state-types.js';
export type * from './workbin-types.js';
export type * from './supervision-types.js';
export type { CallOptions } from './call-options.js';

/** What a client registers as; decides which requests it may send. */
export type ClientType = 'MediaServer' | 'AgentApplication' | 'RoutingEngine' | 'ReportingEngine';

/** Waits between attempts to reconnect: exponential from `minMs` to `maxMs`, with full jitter. */
export interface ReconnectOptions {
  readonly minMs: number;
  readonly maxMs: number;
  /** Ends the client after so long without a connection; absent: never. */
  readonly giveUpMs?: number | undefined;
}

/** A logical client: what one registration says about itself. */
export interface ClientIdentity {
  readonly clientName: string;
  readonly clientType: ClientType;
  /**
   * Where the application's role does not allow `clientType`: be what the role is. Absent: refuse.
   */
  readonly clientTypeByRole?: boolean | undefined;
  /** Absent: 1. */
  readonly tenantId?: number | undefined;
  /** The token of the application whose name `clientName` is. */
  readonly credentials?: string | undefined;
  /**
   * Of a media server: the name under which it submits, perhaps with other instances, instead of
   * its `clientName`; see `stopped`.
   */
  readonly submittedBy?: string | undefined;
  /** 16 bytes that name this client over reconnects and restarts; absent: random. */
  readonly sessionKey?: Uint8Array | undefined;
}

/** How a client trusts a server, and shows who it is. All are PEM texts but the name. */
export interface ClientTlsOptions {
  /** Whom to trust; absent: the authorities of the system. */
  readonly certificateAuthority?: string | undefined;
  /** The client's own certificate, where the server wants one, and its key. */
  readonly certificate?: string | undefined;
  readonly key?: string | undefined;
  /** The name that the server's certificate must have; absent: the host of `server`. */
  readonly serverName?: string | undefined;
}

/** Options of `connect`. */
export interface ConnectOptions extends ClientIdentity {
  /** HOST:PORT; absent: 127.0.0.1:7488. */
  readonly server?: string | undefined;
  /** Deadline of a request that names none; absent: 30,000 ms. */
  readonly requestTimeoutMs?: number | undefined;
  /**
   * `false`: end with the first connection. Absent: 50 to 5,000 ms, for ever. Holds for the first
   * connection too, which however fails after `requestTimeoutMs`.
   */
  readonly reconnect?: false | ReconnectOptions | undefined;
  /**
   * A connection from which nothing came for so long, although the client asked for a sign of life,
   * is lost, and another is made. In milliseconds; absent: 30,000; 0: only the system decides.
   */
  readonly keepAliveMs?: number | undefined;
  /** Closes the client, without draining, when aborted. */
  readonly signal?: AbortSignal | undefined;
  /** TLS, version 1.2 or later; absent or false: plain TCP. Not with `transport`. */
  readonly tls?: boolean | ClientTlsOptions | undefined;
  /** How bytes travel; absent: TCP of Node. */
  readonly transport?: TransportFactory | undefined;
}

/** Answer to a submit; `duplicate`: this client had submitted the identifier before. */
export interface SubmitResult {
  readonly interactionId: string;
  readonly duplicate: boolean;
}

/**
 * Events in the order of each partition. Leaving a `for await` loop ends the subscription, and so
 * does the signal: then, and when the client is closed, the iterator just ends. A reader that is
 * slow makes the server wait (the client ends the subscription and goes on later from what has
 * arrived), and nothing else: it may await calls, and events of other streams, between two events.
 */
export interface EventStream<Event = ReportingEvent> extends AsyncIterableIterator<Event> {
  /**
   * Where this reader is: the timeline of the store and the last Sequence handed out, per
   * partition; give it to `events` to go on after it. Undefined until the server has said where
   * the stream begins.
   */
  readonly resumeToken: string | undefined;
  /** Ends the subscription and the iterator. */
  close(): Promise<void>;
}

/** Where a subscription starts; with neither: with the next event. */
export interface EventOptions {
  /**
   * As a stream told it. One of another store, or of what happened before the store was
   * restored from a backup, ends the stream with InvalidResumeToken. An array of sequences is a
   * token of an older version.
   */
  readonly resumeToken?: string | readonly number[] | undefined;
  readonly fromStart?: boolean | undefined;
  /** Also events about the server itself; not for clients that are limited to tenants. */
  readonly serverEvents?: boolean | undefined;
  /**
   * True: the stream ends after the events that are there now; its token then is
   * behind all of them.
   */
  readonly untilNow?: boolean | undefined;
  /** Absent: the tenant of the client. */
  readonly tenants?: readonly number[] | undefined;
  /** Which objects the events are about, as `Agents` and `Queues`; absent: all. */
  readonly kinds?: readonly ObjectKind[] | undefined;
  /**
   * First the state of these objects at the point behind which the events begin, and the counts of
   * each queue again when they have changed. A stream that lost its connection goes on as one that
   * is resumed; if the state was not complete, it begins anew. Not with `fromStart`.
   */
  readonly state?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * What happens to the connection; `closed` is the last. `serverDraining`: the server stops; calls
 * wait here until there is another one to connect to. `draining`: this client is being closed.
 */
export type ClientStatus = 'connected' | 'serverDraining' | 'reconnecting' | 'draining' | 'closed';

/** Which interactions to list: those of one partition, from an identifier on. */
export interface ListRequest {
  readonly partition: number;
  /** Only those of this queue. */
  readonly queue?: string | undefined;
  /** `next` of the page before. */
  readonly after?: string | undefined;
}

/** Some interactions of a partition. */
export interface InteractionPage {
  /** Unpacked when it is read first. */
  readonly interactions: readonly Interaction[];
  /** The same as it came, a MessagePack array of maps: for who passes it on. */
  readonly packed: Uint8Array;
  /** Absent: this was the last page of the partition. */
  readonly next: string | undefined;
  /** Partitions of the store. */
  readonly partitions: number;
}

/** A pull from a queue in its order. */
export interface PullRequest {
  readonly queue: string;
  /** Most interactions to take; absent: 1. */
  readonly count?: number | undefined;
  /** Waits so long until something is there; absent: 0. The call's deadline is extended by it. */
  readonly waitMs?: number | undefined;
}

/**
 * A logical client. Every promise rejects with `IxionError`. Answers "busy", "unavailable",
 * "shutting down" and "unknown outcome" are tried again with the same RequestKey until the deadline
 * of the call; after a lost connection all that is unanswered is sent again likewise.
 */
export interface Client extends AsyncDisposable {
  readonly clientName: string;
  /** The number of this logical client on its connection. */
  readonly proxyClientId: number;
  /** What this session key owned when it registered last. */
  readonly heldInteractions: readonly string[];
  /**
   * The store that answered when it registered last, and its timeline, which changes with a
   * restore. What is remembered of one, as how far something is, means nothing to another.
   * Undefined before, and with servers that do not say.
   */
  readonly store: { readonly id: string; readonly timeline: string } | undefined;

  submit(submission: Submission, options?: CallOptions): Promise<SubmitResult>;
  changeProperties(
    id: string,
    changes: DataChanges & ChangeableProperties,
    options?: CallOptions,
  ): Promise<void>;
  /**
   * The customer has left: it is offered to nobody until `isOnline` is true again. What an agent
   * has in hand stays there. For a media server.
   */
  customerLeft(id: string, options?: CallOptions): Promise<void>;
  getProperties(id: string, options?: CallOptions): Promise<Interaction>;
  /** `__BACK__` as queue: where it was taken from, and in its place there. */
  placeInQueue(
    id: string,
    queue: string,
    changes?: DataChanges & WantedHold,
    options?: CallOptions,
  ): Promise<void>;
  /** `until`: milliseconds since 1970 UTC, or a Date; absent: until resumed. */
  hold(
    id: string,
    hold?: { readonly until?: number | Date | undefined },
    options?: CallOptions,
  ): Promise<void>;
  resume(id: string, options?: CallOptions): Promise<void>;
  /** Tells reporting clients something of an interaction, by EventCustomReporting. */
  report(id: string, report: CustomReport, options?: CallOptions): Promise<void>;
  pull(pull: PullRequest, options?: CallOptions): Promise<Interaction[]>;
  /**
   * Takes one known interaction.
   * @throws {IxionError} UnknownInteraction, NotInRequiredState, HeldByAnother
   */
  pullById(
    id: string,
    pull?: { readonly ignoreHold?: boolean | undefined; readonly waitMs?: number | undefined },
    options?: CallOptions,
  ): Promise<Interaction>;
  /** Ends an interaction; the reason is in `options.reason`. */
  stop(id: string, options?: CallOptions): Promise<void>;
  /**
   * A page of all interactions of a partition, whatever their state, in the order of
   * their identifiers.
   */
  listInteractions(list: ListRequest, options?: CallOptions): Promise<InteractionPage>;
  /**
   * Hands in an interaction that has been listed before. `packed`: the attributes of message 1011
   * as `encodeBody` of `ixion/protocol` packs them. The identifier makes it idempotent.
   */
  importInteraction(id: string, packed: Uint8Array, options?: CallOptions): Promise<SubmitResult>;
  /** A part of a search for interactions; go on with its `next`. */
  findInteractions(search?: SearchRequest, options?: CallOptions): Promise<SearchPart>;
  /**
   * Notes which interactions a condition means now, for reading them page by page.
   * @throws {IxionError} InvalidCondition, UnknownConditionName, ConditionTypeMismatch,
   *   TooManySnapshots
   */
  takeSnapshot(snapshot?: SnapshotRequest, options?: CallOptions): Promise<Snapshot>;
  /**
   * Places an interaction in a workbin, where its owner finds it.
   * @throws {IxionError} UnknownWorkbin, UnknownWorkbinOwner, NotWorkbinOwner, UnknownInteraction,
   *   HeldByAnother
   */
  placeInWorkbin(
    id: string,
    workbin: WorkbinName,
    changes?: DataChanges & WantedHold,
    options?: CallOptions,
  ): Promise<void>;
  /** What is in workbins, and what changes in them. */
  readonly workbins: Workbins;
  /** Direct messages. */
  readonly topics: Topics;
  /** Who is registered; `name`: only those of this name. For an administrator or operator. */
  listClients(name?: string, options?: CallOptions): Promise<ConnectedClient[]>;
  /**
   * Ends a client; resolves when what it had is back, on disk. For an administrator or operator.
   * @throws {IxionError} UnknownClient, NotPermitted, ReturnPending
   */
  disconnectClient(
    client: Pick<ConnectedClient, 'name' | 'number'>,
    options?: CallOptions,
  ): Promise<void>;
  /**
   * Logs an agent in: this client speaks for it from now on. A client speaks for one agent.
   * @throws {IxionError} UnknownAgent, UnknownPlace, UnknownMedium, AgentLoggedIn, PlaceTaken
   */
  login(login: AgentLogin, options?: CallOptions): Promise<Agent>;
  /**
   * Offers an interaction to an agent: one that this client has pulled, or one that waits, which is
   * pulled with that. Resolves when the invitation is on disk. When the connection is lost before
   * the answer it rejects with ConnectionLost and is not repeated.
   * @throws {IxionError} AgentNotLoggedIn, AgentNotAvailable, AgentRests, InteractionOffered,
   *   UnknownInteraction, HeldByAnother, NotInRequiredState, CustomerLeft
   */
  deliver(id: string, to: DeliveryTarget, options?: CallOptions): Promise<Delivery>;
  /**
   * Reserves an agent, a place or both for a time: `deliver` of others is refused meanwhile.
   * Resolves when it is granted, which takes the time in which requests are gathered (option
   * `request-collection-time`). It ends with its time, by `cancel`, or with the connection; when
   * that is lost before the answer it rejects with ConnectionLost and is not repeated.
   * @throws {IxionError} AgentReserved, AgentNotLoggedIn, MissingAttribute
   */
  reserve(reservation: ReservationRequest, options?: CallOptions): Promise<Reservation>;
  /**
   * Says once how much an agent has outside of the server, for a lease. For a telephony adapter.
   * @throws {IxionError} AgentNotLoggedIn, UnknownMedium, NotPermitted
   */
  setOutsideLoad(report: OutsideLoadReport, options?: CallOptions): Promise<void>;
  /** The same, said again until it is ended. Rejects when it is refused the first time. */
  keepOutsideLoad(report: OutsideLoadReport): Promise<OutsideLoad>;
  /** Who is logged in, by AgentId; `agentId`: only this one. Not for agents. */
  listAgents(agentId?: string, options?: CallOptions): Promise<ListedAgent[]>;
  /**
   * Does the same to many interactions, whoever has them; what cannot be done to one is told of
   * that one. For an admin or supervisor; `options.reason` must have a `systemName`.
   * @throws {IxionError} NotPermitted, AgentNotLoggedIn, MissingAttribute: nothing was done
   */
  supervise(
    supervision: Supervision,
    options: CallOptions,
  ): Promise<SupervisionResult<SupervisedInteraction>>;
  /**
   * Takes back the end of interactions that a supervisor has ended: each is where it was.
   * @throws {IxionError} NotPermitted, InteractionNotKept, MissingAttribute: nothing was done
   */
  restore(
    restoring: Restoring,
    options: CallOptions,
  ): Promise<SupervisionResult<SupervisedInteraction>>;
  /** Makes agents ready or not, or logs them out; as `supervise`. */
  forceAgents(forcing: AgentForcing, options: CallOptions): Promise<SupervisionResult<ForcedAgent>>;
  queueStatistics(queues?: readonly string[], options?: CallOptions): Promise<QueueTotals[]>;

  /**
   * Counts what was stopped in a queue under reasons that clients chose as `other`; the sum stays.
   * For an administrator or operator.
   * @throws {IxionError} UnknownQueue, NotPermitted
   */
  resetStopReasons(queue: string, options?: CallOptions): Promise<void>;
  ping(options?: CallOptions): Promise<Pong>;
  /** Switches options of section [settings] while the server runs. */
  changeOptions(options: Readonly<Record<string, string>>, call?: CallOptions): Promise<void>;
  events(
    options: EventOptions & { readonly serverEvents: true },
  ): EventStream<ReportingEvent | ServerEvent>;
  events(
    options: EventOptions & { readonly state: true },
  ): EventStream<ReportingEvent | StateEvent>;
  events(options?: EventOptions): EventStream;

  /**
   * What was submitted under this client's `submittedBy`, by whomever, and has ended since this was
   * called; nothing without that name. Of what ends while there is no connection nothing is told.
   * Ends with the client.
   */
  stopped(): AsyncIterableIterator<StoppedInteraction>;

  /** Another logical client on the same connection. Closing it leaves the others. */
  addClient(identity: ClientIdentity, options?: CallOptions): Promise<Client>;
  /** Starts with the present status and ends after `closed`. */
  status(): AsyncIterableIterator<ClientStatus>;
  /** Waits for what is unanswered, unregisters, and closes the connection if it was the last. */
  close(): Promise<void>;
}
