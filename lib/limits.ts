/**
 * Every limit of the server in one place. `docs/LIMITATIONS.md` is made from this table and from
 * the error table; a test fails when it is not current. Units are last in each name.
 */
import { assert } from './assert.js';

export const limits = {
  /**
   * Bytes of one frame, header included. Longer: the connection is closed, framing is not trusted.
   */
  frameBytes: 1_048_576,
  /**
   * Bytes of one frame that a client sends; less, so that an event that repeats it fits a frame.
   */
  requestFrameBytes: 1_032_192,
  /** Bytes of a route key in a frame's header. */
  routeKeyBytes: 255,
  /** Open connections to the protocol listener: 10,000 agents with one each, and all others. */
  connections: 12_000,
  /** Logical clients (ProxyClientId) on one connection. */
  clientsPerConnection: 10_000,
  /** Logical clients of all connections together. */
  sessions: 65_536,
  /** Requests that one connection may have unanswered. */
  requestsInFlightPerConnection: 4_096,
  /**
   * Bytes of requests of one connection that wait for earlier ones to be
   * answered; above it, "busy".
   */
  waitingBytesPerConnection: 2_097_152,
  /** Bytes of requests that one partition actor may have unanswered; above it, "busy". */
  partitionCreditBytes: 16_777_216,
  /** The same of all partitions together: each has an equal share. */
  requestCreditBytes: 67_108_864,
  /**
   * Bytes of answers to reads and pulls, as they are expected, that a partition is
   * asked for at a time.
   */
  answerShareBytes: 524_288,
  /** Bytes of requests of more than 32,768 that a partition is given at a time. */
  longFrameShareBytes: 4_194_304,
  /**
   * Submits that one partition may have unfinished before it counts as overloaded and takes fewer.
   */
  burstRequestsPerPartition: 2_560,
  /** Messages that may wait for the credit of one partition before new clients are refused. */
  messagesWaitingPerPartition: 16_384,
  /** Bytes that a reader may leave unread before its connection is closed. */
  unreadBytesPerConnection: 33_554_432,
  /**
   * Bytes that the server may buffer for all clients together; the default of option
   * `heldMegabytes`.
   */
  bufferedBytes: 268_435_456,
  /**
   * Bytes of it that a request without an answer counts as; a longer pull or question with its own.
   */
  requestOverheadBytes: 1_536,
  /** Bytes that a client or subscription counts as, in each partition and in the main thread. */
  clientOverheadBytes: 512,
  /** Time within which a new connection must register its first client. */
  registrationTimeoutMs: 10_000,
  /** Time within which a frame that has begun must be there wholly. */
  frameTimeoutMs: 30_000,
  /** Time for which a reader may take nothing of what waits for it. */
  readerStallMs: 60_000,
  /** Questions that the partitions are asked for clients at once: totals, lists, subscriptions. */
  asksAtOnce: 4,
  /** Such questions of one client that may wait for its first. */
  asksWaitingPerClient: 16,
  /** Time for which, in a stop, a reader may take nothing of what waits for it. */
  drainStallMs: 2_000,
  /** A server that stops asks its clients to come back no faster: of many, some are to wait. */
  reconnectsPerSecond: 2_000,
  /** Open connections to the admin listener; a quarter is kept for this machine. */
  adminConnections: 64,
  /** Of these, connections from one address beyond this machine (of IPv6: 64 bits of it). */
  adminConnectionsPerAddress: 16,
  /** Time within which the head of a request to the admin listener must be there wholly. */
  adminHeadTimeoutMs: 10_000,
  /** Time within which its body must be there; an operator's only has to go on coming. */
  adminBodyTimeoutMs: 30_000,
  /** Interactions that a client is told it still owns when it registers again. */
  ownedInteractionsReported: 1_000,

  /** Bytes of an interaction identifier chosen by a client. */
  interactionIdBytes: 64,
  /** UTF-8 bytes of the name of a queue, client, medium and of any other name. */
  nameBytes: 255,
  /** UTF-8 bytes of any other string property. */
  stringPropertyBytes: 4_096,
  /** Keys of attached data that may have a column: custom properties. */
  columns: 64,
  /** UTF-8 bytes of a text in a column; the row that has it is written at each change. */
  columnTextBytes: 256,
  /** Packed bytes of all attached data of one interaction. */
  attachedDataBytes: 524_288,
  /** Packed bytes of Extension and of every other map in a request that is not attached data. */
  extensionBytes: 65_536,
  /** Levels of attached data: itself and the lists nested in it. */
  attachedDataDepth: 16,
  /** Keys in attached data, nested ones included. */
  attachedDataKeys: 4_096,
  /** UTF-8 bytes of one key of attached data. */
  attachedDataKeyBytes: 1_024,

  /** Greatest InteractionVersion with which an import may begin, so that it can count on. */
  importedVersion: 2_147_483_647,

  /** Interactions that one pull may take. */
  pullCount: 100,
  /** Longest time that a pull may wait until something is there. */
  pullWaitMs: 600_000,
  /** Pulls that may wait at one partition. */
  waitingPullsPerPartition: 65_536,
  /** Interactions of other tenants that one pull looks past. */
  foreignInteractionsPassed: 1_000,
  /**
   * Tenants besides 1 of which a partition takes in work: it counts what each has in each queue.
   */
  tenantsPerPartition: 1_000,
  /** Queues of one server. */
  queues: 10_000,
  /**
   * UTF-8 bytes of all applications among the configuration objects, as JSON of
   * what admission needs.
   */
  applicationsBytes: 524_288,
  /** UTF-8 bytes of one configuration object, as JSON. */
  configurationObjectBytes: 524_288,
  /** Bytes of a file of configuration objects. */
  configurationFileBytes: 67_108_864,
  /** Bytes of one file of the audit log, about. */
  auditFileBytes: 16_777_216,
  /** Files of the audit log that are kept. */
  auditFiles: 64,
  /** Bytes of entries of the audit log that may wait for a disk that does not take them. */
  auditBufferBytes: 8_388_608,
  /** Bytes of log lines that may wait for a slow reader or a full disk. */
  logBufferBytes: 1_048_576,
  /** Partitions of one store. */
  partitions: 64,
  /**
   * Timelines before the present one that a store remembers; a position in an older one is refused.
   */
  timelinesRemembered: 64,
  /** Reasons of stops that are counted by name in one queue; all others count as `other`. */
  stopReasonsPerQueue: 64,
  /** UTF-8 bytes of a reason of a stop that is counted by name. */
  stopReasonBytes: 64,
  /** UTF-8 bytes of all reasons that are counted by name in one queue. */
  stopReasonsBytesPerQueue: 2_048,
  /** Queues in one answer to RequestQueueStatistics, and names in one such request. */
  queuesPerStatistics: 250,
  /** Rows of interactions that one answer to a list or a search looks at, wanted or not. */
  interactionsLookedAt: 512,
  /** Interactions in one answer to RequestFindInteractions. */
  interactionsPerSearch: 250,
  /** Topics of direct messages that one client has subscribed to. */
  topicsPerClient: 64,
  /** Clients that have subscribed to one topic in a tenant. */
  subscribersPerTopic: 1_000,
  /** Snapshots of one client. */
  snapshotsPerClient: 256,
  /** Interactions of one snapshot. */
  interactionsPerSnapshot: 10_000,
  /** Interactions of the snapshots of all clients together. */
  interactionsInSnapshots: 1_000_000,
  /** Time after which a snapshot is released that nobody has used. */
  snapshotIdleMs: 3_600_000,
  /** Interactions that one page of a snapshot is about. */
  interactionsPerPage: 250,
  /** Rows of interactions that a partition looks at for a snapshot before it does other work. */
  scannedRows: 256,
  /** Snapshots that are taken in one go over all rows; others wait for the next. */
  snapshotsPerScan: 64,
  /** Interactions in one answer to RequestGetWorkbinContent. */
  interactionsPerWorkbinPage: 250,
  /** UTF-8 bytes of where a page of a workbin, or of workbins, begins. */
  workbinAfterBytes: 1_024,
  /** Types of workbins in one answer to RequestWorkbinTypesInfo. */
  workbinTypesPerList: 250,
  /** Workbins in one answer to RequestGetWorkbinsInfo or RequestWorkbinStatistic. */
  workbinsPerList: 250,
  /** Interactions of a workbin that one partition counts. */
  workbinCounted: 10_000,
  /** Workbins that one client is told of. */
  workbinsWatchedPerClient: 256,
  /** Clients that are told of one workbin. */
  watchersPerWorkbin: 256,
  /** Owners of workbins, and rights in them, that a partition remembers. */
  workbinRightsKept: 10_000,
  /** Clients in one answer to RequestListClients. */
  clientsPerList: 250,
  /** Agents that take part in one interaction, one that is invited among them. */
  partiesPerInteraction: 16,
  /** Agents in one answer to RequestListAgents. */
  agentsPerList: 100,
  /**
   * Interactions, or agents, that a supervisor acts on in one request, and in one act unless its
   * role is admin.
   */
  supervisedAtOnce: 1_000,
  /** Media that an agent may have. */
  mediaPerAgent: 32,
  /** Wrap-ups of an agent that are under way. */
  wrapUpsPerAgent: 64,
  /** Logins, and requests about agents, that the main thread works on in one turn. */
  agentRequestsPerTurn: 64,
  /** Clients that the main thread registers in one turn. */
  registrationsPerTurn: 64,

  /** UTF-8 bytes of a condition, an order or a capacity rule. */
  conditionBytes: 65_536,
  /** Names, values and operators in it, but for the values of lists. */
  conditionTerms: 1_000,
  /** Levels of parentheses, NOT and minus signs in each other; operators in one sum or product. */
  conditionDepth: 64,
  /** Values in one list of IN. */
  conditionListValues: 1_000,
  /** Characters of a pattern of LIKE. */
  conditionPatternCharacters: 1_024,
  /** Terms of an order, so that its key fits into a key of the store. */
  orderKeys: 6,
  /** Bytes of UTF-8 of a text that count in the order of a view; texts that have them alike tie. */
  orderTextBytes: 128,
  /** Values in a key of an index of a view: those of its order, and constants of its condition. */
  indexValues: 7,
  /** Views that are told of at once, in a list. */
  viewsPerList: 1_000,
  /** Views of which it is told why an interaction is in them or not. */
  viewsExplained: 100,
  /** Entries of an index that are counted for who asks what a view selects. */
  viewEntriesCounted: 10_000,
  /** Indexes for the views of one queue: so many entries each interaction has at most. */
  indexesPerQueue: 8,
  /** Interactions that a check of a view without an index looks at. */
  viewRowsLookedAt: 1_000,
  /** Interactions of one medium that anybody may be offered, whatever the capacity rule says. */
  capacityPerMedium: 1_000,

  /** Bytes of one write set; a batch of requests is split between requests to stay below it. */
  writeSetBytes: 4_000_000,
  /** Bytes that one request may add to a write set, what its events repeat included. */
  requestWriteBytes: 2_000_000,
  /** Write sets of one partition on their way to the disk. */
  writeSetsInFlight: 4,
  /** Requests of one write set, unless more have gathered while the disk was behind. */
  requestsPerWriteSet: 64,
  /** Retry keys kept per partition, newest first. */
  retryKeysPerPartition: 800_000,
  /** Bytes of the rows of these keys on disk, per partition. */
  retryBytesPerPartition: 67_108_864,
  /** Time for which a retry key is kept, as long as the two numbers above allow. */
  retryKeyMs: 600_000,
  /**
   * Time for which a repeated request may be under way: it is taken to be so much
   * older than it says.
   */
  retryTransitMs: 10_000,
  /**
   * After a start, for keyed requests without flag retry: keys of so long before it
   * are known at once.
   */
  unflaggedRetryMs: 1_000,
  /** Results of keyed requests that stay with an interaction away from home; the oldest go home. */
  resultsPerInteraction: 32,
  /** Results that may be on their way home besides. */
  resultsOnTheirWay: 32,
  /** Partitions that one request may be passed on by. */
  hopsPerRequest: 128,
  /** Requests by identifier that wait for one interaction's hand-off. */
  waitersPerHandOff: 64,
  /** Crashes of an actor that one request may cause before it is refused. */
  crashesPerRequest: 2,
  /** Crashes that one connection may cause, or one client in a period of supervision. */
  crashesPerClient: 2,

  /** Event subscriptions of one connection. */
  subscriptionsPerConnection: 64,
  /** Event subscriptions of all connections together. */
  subscriptions: 4_096,
  /**
   * Bytes of events on their way to one subscription; of each partition its share, at least 4,096.
   */
  subscriptionCreditBytes: 262_144,
  /** Milliseconds between two times that subscribers are told the counts of a queue. */
  queueCountsMs: 100,
  /** Milliseconds for which a subscriber may take nothing of what is on its way to it. */
  subscriptionStallMs: 30_000,
  /** Events of one stream of the client library that its reader has not taken. */
  clientWaitingEvents: 1_024,
  /** Bytes of them. */
  clientWaitingEventBytes: 4_194_304,
  /** Microseconds for which a partition sends events before it does other work. */
  eventPumpUs: 500,
  /** Bytes of events that it sends in one go, counted for each reader that they are for. */
  eventPumpBytes: 131_072,
  /** Events that it looks at in one go, for all its readers together. */
  eventPumpEvents: 2_048,
} as const;

assert(
  limits.attachedDataBytes + 3 * limits.extensionBytes + 16 * limits.stringPropertyBytes <
    limits.requestFrameBytes,
  'all properties of one interaction must fit into a frame',
);
assert(limits.requestFrameBytes + 16_384 <= limits.frameBytes, 'an event is its request and names');
assert(
  // Of a change that leaves for another partition: the row, the event with the change, three more.
  limits.attachedDataBytes +
    2 * limits.extensionBytes +
    16 * limits.stringPropertyBytes +
    limits.requestFrameBytes +
    3 * (limits.extensionBytes + 2 * limits.stringPropertyBytes) +
    (limits.resultsPerInteraction + limits.resultsOnTheirWay) * (limits.nameBytes + 32) <
    limits.requestWriteBytes,
  'the greatest request must stay below what one request may write',
);
assert(limits.writeSetBytes >= 2 * limits.requestWriteBytes, 'a write set must hold two requests');
assert(limits.routeKeyBytes >= limits.interactionIdBytes, 'an identifier must fit a route key');
assert(limits.routeKeyBytes >= limits.nameBytes, 'a queue name must fit a route key');
assert(limits.hopsPerRequest >= 2 * limits.partitions, 'a request goes round by every partition');

/** Minutes that an agent may leave what it has in hand alone, unless something says otherwise. */
export const usualHandlingMinutes = 180;
