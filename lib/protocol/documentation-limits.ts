/** The table of limits for the documentation: value, meaning, and what happens above it. */
import { assert } from '../assert.js';
import { errorTable } from '../errors.js';
import type { ErrorName } from '../errors.js';
import { limits } from '../limits.js';
import { table } from './documentation-table.js';

/** Above the limit: an error, or a sentence where there is no request that could be answered. */
const consequences: Readonly<Record<keyof typeof limits, ErrorName | `${string}.`>> = {
  frameBytes: 'FrameTooLarge',
  requestFrameBytes: 'FrameTooLarge',
  routeKeyBytes: 'A route key cannot be longer: its length is one byte.',
  connections: 'TooManyConnections',
  clientsPerConnection: 'TooManyClients',
  sessions: 'TooManyClients',
  waitingBytesPerConnection: 'Busy',
  requestsInFlightPerConnection: 'Busy',
  partitionCreditBytes: 'Busy',
  requestCreditBytes: 'Busy',
  answerShareBytes: 'Connections take turns, and are read from when it is theirs.',
  longFrameShareBytes: 'Connections take turns, and are read from when it is theirs.',
  burstRequestsPerPartition: 'Busy',
  messagesWaitingPerPartition: 'Busy',
  unreadBytesPerConnection: 'TooMuchHeld',
  bufferedBytes: 'TooMuchHeld',
  requestOverheadBytes: 'It is how bytes are counted.',
  clientOverheadBytes: 'It is how bytes are counted.',
  registrationTimeoutMs: 'The connection is closed.',
  frameTimeoutMs: 'The connection is closed.',
  readerStallMs: 'The connection is closed.',
  asksAtOnce: 'The next ones wait, in turns between the connections.',
  asksWaitingPerClient: 'Busy',
  drainStallMs: 'The stop does not wait for it: its connection is closed.',
  reconnectsPerSecond: 'Further clients are asked to wait longer.',
  adminConnections:
    'The oldest that has shown no token is closed; without such a one, the new one.',
  adminConnectionsPerAddress: 'Likewise, of that address.',
  adminHeadTimeoutMs: 'The connection is closed (408).',
  adminBodyTimeoutMs: 'The connection is closed (408).',
  ownedInteractionsReported: 'The list ends there; nothing is lost.',
  interactionIdBytes: 'AttributeTooLong',
  nameBytes: 'AttributeTooLong',
  stringPropertyBytes: 'AttributeTooLong',
  columns: 'The change of configuration objects is refused.',
  columnTextBytes: 'It stays in the attached data and is counted as one that does not fit.',
  attachedDataBytes: 'AttachedDataTooLarge',
  extensionBytes: 'AttributeTooLong',
  attachedDataDepth: 'AttachedDataTooLarge',
  attachedDataKeys: 'AttachedDataTooLarge',
  attachedDataKeyBytes: 'AttachedDataTooLarge',
  importedVersion: 'WrongAttributeType',
  pullCount: 'WrongAttributeType',
  pullWaitMs: 'WrongAttributeType',
  waitingPullsPerPartition: 'Busy',
  foreignInteractionsPassed:
    'The pull finds nothing further back: give tenants with much work queues of their own.',
  tenantsPerPartition: 'TooManyTenants',
  queues: 'The configuration is refused.',
  applicationsBytes: 'The configuration is refused.',
  configurationObjectBytes: 'The configuration is refused.',
  configurationFileBytes: 'The configuration is refused.',
  auditFileBytes: 'It gets a number; a new file takes its name.',
  auditFiles: 'The oldest is removed: copy them away before.',
  auditBufferBytes: 'Further entries are counted; an entry says how many.',
  logBufferBytes: 'Further lines are dropped and counted; a line says how many.',
  partitions: 'The configuration is refused.',
  timelinesRemembered: 'InvalidResumeToken',
  stopReasonsPerQueue: 'Further ones count as `other`.',
  stopReasonBytes: 'It counts as `other`.',
  stopReasonsBytesPerQueue: 'Further ones count as `other`.',
  queuesPerStatistics: 'Further queues are told by the next page; more names: `AttributeTooLong`.',
  interactionsLookedAt: 'The answer ends there and says where to go on.',
  interactionsPerSearch: 'WrongAttributeType',
  topicsPerClient: 'TooManySubscriptions',
  subscribersPerTopic: 'TooManySubscriptions',
  snapshotsPerClient: 'TooManySnapshots',
  interactionsPerSnapshot: 'WrongAttributeType',
  interactionsInSnapshots: 'TooManySnapshots',
  snapshotIdleMs: 'UnknownSnapshot',
  interactionsPerPage: 'WrongAttributeType',
  scannedRows: 'The rest follows once other work had its turn.',
  snapshotsPerScan: 'They wait for the next go.',
  interactionsPerWorkbinPage: 'WrongAttributeType',
  workbinAfterBytes: 'AttributeTooLong',
  workbinTypesPerList: 'Further ones are told by the next page.',
  workbinsPerList: 'Further ones are told by the next page; more names: `AttributeTooLong`.',
  workbinCounted: 'The count ends there.',
  workbinsWatchedPerClient: 'TooManySubscriptions',
  watchersPerWorkbin: 'TooManySubscriptions',
  workbinRightsKept: 'The one kept longest is asked for again.',
  clientsPerList: 'Further ones are told by the next page.',
  conditionBytes: 'ConditionTooLarge',
  conditionTerms: 'ConditionTooLarge',
  conditionDepth: 'ConditionTooLarge',
  conditionListValues: 'ConditionTooLarge',
  conditionPatternCharacters: 'ConditionTooLarge',
  orderKeys: 'ConditionTooLarge',
  orderTextBytes: 'What is alike in them comes in the order of placing.',
  indexValues: 'Other constants of a condition are looked at row by row in the index.',
  viewsPerList: 'Further ones are left out; name a queue.',
  viewsExplained: 'Those behind them in the order of their names are left out.',
  viewEntriesCounted: 'More are not counted.',
  indexesPerQueue: 'Further views are answered by looking at rows, and `view explain` says so.',
  viewRowsLookedAt: 'The next check goes on behind them.',
  capacityPerMedium: 'No more of it are offered.',
  partiesPerInteraction: 'TooManyParties',
  agentsPerList: 'Further ones are told by the next page.',
  supervisedAtOnce: 'NotPermitted',
  mediaPerAgent: 'AttributeTooLong',
  wrapUpsPerAgent: 'No wrap-up follows.',
  agentRequestsPerTurn: 'The rest has its turn when other work has had one.',
  registrationsPerTurn: 'The rest has its turn when other work has had one.',
  writeSetBytes: 'The batch is split; a client does not notice.',
  requestWriteBytes: 'A pull of many takes fewer; nothing else comes near.',
  writeSetsInFlight: 'The next batch waits; a client does not notice.',
  requestsPerWriteSet: 'The next ones form another write set; a client does not notice.',
  retryKeysPerPartition: 'The oldest key is forgotten; its request gets 1042 when it is repeated.',
  retryBytesPerPartition: 'As above.',
  retryKeyMs: 'The key is forgotten; its request gets 1042 when it is repeated.',
  retryTransitMs: 'A repeated request may be executed again if its key is forgotten meanwhile.',
  unflaggedRetryMs: 'A request that is repeated without the flag may be executed again.',
  resultsPerInteraction: 'Home keeps them; a client does not notice.',
  resultsOnTheirWay: 'Busy',
  hopsPerRequest: 'Busy',
  waitersPerHandOff: 'Busy',
  crashesPerRequest: 'RequestRefused',
  crashesPerClient: 'ClientRefused',
  subscriptionsPerConnection: 'TooManySubscriptions',
  subscriptions: 'TooManySubscriptions',
  subscriptionCreditBytes: 'Further events wait on disk until the subscriber has read.',
  clientWaitingEvents: 'The subscription rests until the reader has taken half of them.',
  clientWaitingEventBytes: 'The subscription rests until the reader has taken half of them.',
  queueCountsMs: 'What changes meanwhile is told in one.',
  subscriptionStallMs: 'Its subscription ends, and it is told by EventSubscriptionEnded.',
  eventPumpUs: 'Further events are sent after what else there is to do.',
  eventPumpBytes: 'Further events are sent after what else there is to do.',
  eventPumpEvents: 'Further events are sent after what else there is to do.',
};

/**
 * One row per limit, in the order of the source.
 * @param source text of `lib/limits.ts`, for the sentence above each limit
 */
export function limitsSection(source: string): string {
  const meanings = new Map(
    [...source.matchAll(/\/\*\*\s+(?:\* )?((?:(?!\*\/)[^])+?)\s*\*\/\n  (\w+): [\d_]+,/g)].map(
      ([, text, name]) => [name, text?.replaceAll(/\s*\n\s*\*?\s*/g, ' ')],
    ),
  );
  const number = new Intl.NumberFormat('en-US');
  const rows = Object.entries(limits).map(([name, value]) => {
    const meaning = meanings.get(name);
    assert(meaning !== undefined, `lib/limits.ts says in a comment what ${name} is`);
    const consequence = consequences[name as keyof typeof limits];
    return [`\`${name}\``, number.format(value), meaning, describe(consequence)];
  });
  return table(['limit', 'value', 'meaning', 'above it'], rows);
}

function describe(consequence: ErrorName | `${string}.`): string {
  if (!(consequence in errorTable)) return consequence;
  return `${errorTable[consequence as ErrorName].code} \`${consequence}\``;
}
