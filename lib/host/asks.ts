/** What the main thread asks of a partition, or has it do: all of it rare, and answered. */
import type { Envelope } from '../actor/index.js';
import { assertNever } from '../assert.js';
import { IxionError } from '../errors.js';
import { agentWork, invite, takeFromAgent } from '../partition/requests/invite.js';
import { findInteractions } from '../partition/requests/finding.js';
import { listInteractions } from '../partition/requests/listing.js';
import { lockSome } from '../partition/requests/lock.js';
import { keptOf, restore } from '../partition/requests/restore.js';
import { scanInteractions } from '../partition/requests/scanning.js';
import { snapshotRows } from '../partition/requests/snapshot-rows.js';
import { supervise } from '../partition/requests/supervise.js';
import { unfitValues } from '../partition/requests/unfit.js';
import { expirePulls } from '../partition/requests/waiting-pulls.js';
import { explain } from '../partition/views/explaining.js';
import { readViewsVersion } from '../partition/rows/view-rows.js';
import { packRows, unpackRows } from '../partition/rows/objects.js';
import { answerOfException, isOfOneRequest } from '../partition/refuse.js';
import type { Partition } from '../partition/partition.js';
import { readPackedQueueList, type PackedQueueList } from '../partition/rows/queue-list.js';
import { noTotals, totalsBytesMax } from '../queue/totals.js';
import type {
  PartitionConfiguration,
  PartitionMessage,
  QueueTotals,
  QueueUsage,
  ScanPart,
} from '../mail/partition.js';
import { copyForBackup, endBackup } from './backup.js';
import { statusOf } from './partition-status.js';
import { noteAgent, type Survivors } from './survivors.js';
import { type RangeOptions, Table } from '../store/contract.js';
import { isOfViews, type ViewAsk } from './view-asks.js';
import { changeWorkbins, isOfWorkbins, readWorkbins } from './workbin-asks.js';

/** All that is answered, and whom a client speaks for: what the actor does not deal with itself. */
type Ask = Exclude<
  PartitionMessage,
  {
    type:
      | 'session-opened'
      | 'session-ending'
      | 'session-closed'
      | 'subscribe'
      | 'unsubscribe'
      | 'unsubscribe-all'
      | 'event-credit'
      | 'mark-passed'
      | 'draining'
      | 'workbin-verdict'
      | 'backup-stand-still'
      | 'peer';
  }
>;

type Asked = Envelope<PartitionMessage> & { kind: 'message' };
const deskAsks = [
  'session-agent',
  'invite',
  'supervise',
  'restore',
  'kept',
  'lock',
  'release-locks',
  'handling-time',
  'take-from-agent',
  'agent-work',
  'workbins-changed',
  'watch-workbin',
  'unwatch-workbin',
] as const;
type DeskAsk = Extract<Ask, { type: (typeof deskAsks)[number] }>;
type QueueStatistics = Extract<PartitionMessage, { type: 'queue-statistics' }>;
type ReplaceQueues = Extract<PartitionMessage, { type: 'replace-queues' }>;
type ReadObjects = Extract<PartitionMessage, { type: 'read-objects' }>;

/** About the bytes of the totals in one answer: rows written by an older version may be long. */
const statisticsBytes = 262_144;
const rebuilt = 'its partition is being rebuilt';

/**
 * Answers one of them.
 * @param failed told of an exception in reading, which is the affair of who asked alone
 */
export function serveAsk(
  partition: Partition,
  survivors: Survivors,
  message: Ask,
  envelope: Asked,
  failed: (error: Error) => void,
): void {
  const { core } = partition;
  const read = (what: () => unknown): void => answerWith(envelope, readOr(failed, what));
  const readDurable = (what: () => unknown): void =>
    answerDurably(partition, envelope, () => readOr(failed, what));
  const write = (outcome: Promise<boolean>): void => answerWhenDurable(envelope, outcome);
  if (isOfViews(message)) return serveViews(partition, envelope, message);
  if (isOfWorkbins(message)) return readDurable(() => readWorkbins(core, message));
  if (isOfDesk(message)) return serveDesk(partition, survivors, message, envelope);
  switch (message.type) {
    case 'owned-interactions':
      return readDurable(() => core.owners.of(message.sessionKey, message.limit));
    case 'waiting-pulls':
      return readDurable(() => core.waitingPulls.referencesOf(message.session));
    case 'session-released':
      return answerWhenReleased(envelope, partition.releases.wait(message.sessionKey));
    case 'queue-statistics':
      return readDurable(() => statisticsOf(partition, message));
    case 'fold-reasons':
      return write(foldReasons(partition, message.queues));
    case 'list-queues':
      return read(() => listQueues(partition, message.withQueues));
    case 'replace-queues':
      return write(replaceQueues(partition, message));
    case 'close-queues':
      return write(partition.closeQueues(message.numbers));
    case 'queue-usage':
      return read(() => usageOf(partition, message.numbers));
    case 'read-objects':
      return readDurable(() => packRows(core.store.range(Table.object, rangeOf(message))));
    case 'write-objects':
      return write(partition.writeObjects(unpackRows(message.changes), message.event));
    case 'report':
      return write(partition.report(message.event));
    case 'configuration':
      return write(takeConfiguration(partition, survivors, message.configuration));
    case 'status':
      return read(() => statusOf(partition));
    case 'list-interactions':
      return readDurable(() => listInteractions(core, message.listing));
    case 'unfit-values':
      return readDurable(() => unfitValues(core, message));
    case 'find-interactions':
      return readDurable(() => findInteractions(core, message.search));
    case 'has-had-tenant':
      return read(() => core.queues.tenants.has(message.tenantId));
    case 'scan-interactions':
      return serveScan(partition, message, envelope, failed);
    case 'snapshot-rows':
      return readDurable(() => snapshotRows(core, message.wanted));
    case 'clock':
      return envelope.answer(lookAtClock(partition));
    case 'store-stats':
      return read(() => survivors.medium.stats());
    case 'backup-copy':
      return answerWithCopy(envelope, copyForBackup(survivors, message.backup, message.target));
    case 'backup-end':
      if (survivors.backup?.number === message.backup) endBackup(survivors);
      return envelope.answer(undefined);
    default:
      assertNever(message, 'a question to a partition');
  }
}

const replaceQueues = (partition: Partition, { list, also, event }: ReplaceQueues) =>
  partition.replaceQueues(list, also && unpackRows(also), event);

/** What a client is told must be on disk, and tell of all requests that came before. */
function answerDurably(partition: Partition, envelope: Asked, read: () => unknown): void {
  const isDurable = partition.durably();
  const value = read();
  void isDurable.then((durable) =>
    durable ? answerWith(envelope, value) : envelope.fail(new IxionError('Unavailable', rebuilt)),
  );
}

function serveViews(partition: Partition, envelope: Asked, message: ViewAsk): void {
  if (message.type === 'change-views') {
    return answerWhenDurable(envelope, partition.changeViews(message.changes));
  }
  if (message.type === 'explain-views') {
    const answer = (value: unknown): void => answerWith(envelope, value);
    return partition.forDesk(
      (core, turn) => explain(core, turn, message.question),
      answer,
      'reads',
    );
  }
  answerDurably(partition, envelope, () => readViewsVersion(partition.core.store));
}

/** Only the last piece waits for the disk, with all before it: write sets of others go on. */
function serveScan(
  partition: Partition,
  { scans, after }: Extract<PartitionMessage, { type: 'scan-interactions' }>,
  envelope: Asked,
  failed: (error: Error) => void,
): void {
  const part = readOr(failed, () => scanInteractions(partition.core, scans, after));
  if (part instanceof IxionError) return envelope.fail(part);
  if ((part as ScanPart).next !== undefined) return envelope.answer(part);
  answerDurably(partition, envelope, () => part);
}

/** Resolves with whether what of it is kept is on disk. */
function takeConfiguration(
  partition: Partition,
  survivors: Survivors,
  configuration: PartitionConfiguration,
): Promise<boolean> {
  const { completedQueues, keptMs, handlingMs, submitterGoneMs, columns } = configuration;
  survivors.tellsIdentity = configuration.tellsIdentity;
  survivors.completedQueues = new Set(completedQueues);
  survivors.keptMs = keptMs;
  survivors.submitterGoneMs = submitterGoneMs;
  survivors.lasting.invitations.usualMs = handlingMs;
  workBy(partition.core, survivors);
  return partition.replaceColumns(columns);
}

const isOfDesk = (message: Ask): message is DeskAsk =>
  (deskAsks as readonly string[]).includes(message.type);

/** What the desk asks. */
function serveDesk(
  partition: Partition,
  survivors: Survivors,
  message: DeskAsk,
  envelope: Asked,
): void {
  const answer = (value: unknown): void => answerWith(envelope, value);
  switch (message.type) {
    case 'session-agent': {
      const { session, agent } = message;
      if (!noteAgent(survivors, session, agent)) return;
      // What it waits for would be for who it spoke for when it asked.
      const pulls = partition.core.waitingPulls.takeOfSession(session);
      return expirePulls(partition.turnFor(0), pulls);
    }
    case 'invite': {
      const asker = survivors.sessions.get(message.asker);
      if (asker === undefined) return envelope.fail(new IxionError('UnknownClient'));
      return partition.forDesk((core, turn) => invite(core, turn, message.order, asker), answer);
    }
    case 'supervise': {
      const { order } = message;
      const asker = survivors.sessions.get(message.asker);
      if (asker === undefined) return envelope.fail(new IxionError('UnknownClient'));
      const taker = order.assignee && survivors.sessions.get(order.assignee.session);
      return partition.forDesk((core, turn) => supervise(core, turn, order, asker, taker), answer);
    }
    case 'restore': {
      const asker = survivors.sessions.get(message.asker);
      if (asker === undefined) return envelope.fail(new IxionError('UnknownClient'));
      return partition.forDesk((core, turn) => restore(core, turn, message.order, asker), answer);
    }
    case 'kept': {
      const { operation, after, limit } = message;
      return partition.forDesk((_, turn) => keptOf(turn, operation, after, limit), answer);
    }
    case 'lock': {
      const asker = survivors.sessions.get(message.asker);
      if (asker === undefined) return envelope.fail(new IxionError('UnknownClient'));
      return partition.forDesk((core, turn) => lockSome(core, turn, message.order, asker), answer);
    }
    case 'release-locks': {
      const { snapshot } = message;
      return partition.forDesk(
        ({ locks }, turn) => locks.release(turn, snapshot),
        answer,
        'makesRoom',
      );
    }
    case 'handling-time': {
      const { interactionId, handlingMs } = message;
      return partition.forDesk((core, turn) => {
        core.invitations.lasts(turn, interactionId, handlingMs);
        return true;
      }, answer);
    }
    case 'take-from-agent':
      return partition.forDesk((core, turn) => takeFromAgent(core, turn, message.taking), answer);
    case 'agent-work':
      return partition.forDesk((_, turn) => agentWork(turn, message.after, message.limit), answer);
    case 'workbins-changed':
    case 'watch-workbin':
    case 'unwatch-workbin':
      return answer(changeWorkbins(partition, survivors, message));
    default:
      assertNever(message, 'a question of the desk');
  }
}

/** Lets an instance of the partition work by what it was configured to. */
export function workBy(
  core: Partition['core'],
  { completedQueues, keptMs, submitterGoneMs, tellsIdentity }: Survivors,
): void {
  core.completedQueues = completedQueues;
  core.keptMs = keptMs;
  core.ledger.tellsIdentity = tellsIdentity;
  core.goneSubmitters.takes(submitterGoneMs, core.time.nowMs());
}

const rangeOf = ({ from, to, limit, reverse }: ReadObjects): RangeOptions => {
  return { from, to, limit, reverse };
};

/** Does what is due by the clock of now; the milliseconds by which the order is ahead of it. */
function lookAtClock(partition: Partition): number {
  partition.wake();
  return partition.core.time.aheadMs();
}

/** Resolves when it is durable, with false if it is not. */
function foldReasons(partition: Partition, names: readonly string[]): Promise<boolean> {
  const { queues } = partition.core;
  for (const name of names) {
    const queue = queues.find(name);
    if (queue !== undefined) queues.foldReasons(queue.number, (bytes) => partition.turnFor(bytes));
  }
  return partition.durably();
}

function answerWhenDurable(envelope: Asked, outcome: Promise<boolean>): void {
  void outcome.then((isDurable) => envelope.answer(isDurable));
}

function answerWithCopy(envelope: Asked, copy: ReturnType<typeof copyForBackup>): void {
  void copy.then(
    (copied) => envelope.answer(copied),
    (error: Error) => envelope.fail(new IxionError('Internal', error.message)),
  );
}

function answerWhenReleased(envelope: Asked, outcome: Promise<boolean>): void {
  void outcome.then((isBack) => {
    if (isBack) envelope.answer(true);
    else envelope.fail(new IxionError('Unavailable', rebuilt));
  });
}

/**
 * What was read, or why it could not be: reading changes nothing, so an exception is not a crash.
 */
function readOr(failed: (error: Error) => void, read: () => unknown): unknown {
  try {
    return read();
  } catch (error) {
    if (error instanceof IxionError) return error;
    if (!isOfOneRequest(error)) throw error;
    failed(error);
    return new IxionError('Internal', answerOfException.detail);
  }
}

function answerWith(envelope: Asked, value: unknown): void {
  if (value instanceof IxionError) envelope.fail(value);
  else envelope.answer(value);
}

/** Of what is committed or on its way: what a client sees of the list was asked for before. */
function listQueues({ core }: Partition, withQueues: boolean): PackedQueueList {
  const list = readPackedQueueList(core.store, withQueues);
  return withQueues ? list : { ...list, chunks: [] };
}

function usageOf({ core }: Partition, numbers: readonly number[]): QueueUsage {
  return {
    inTransit: core.handOff.inTransitTo(new Set(numbers)),
    interactions: core.queues.interactionsOf(numbers),
  };
}

/** Totals of these queues here. One that has gone meanwhile has none. */
function statisticsOf(partition: Partition, { queues, tenants }: QueueStatistics): QueueTotals[] {
  const { core } = partition;
  const all: QueueTotals[] = [];
  let bytes = 0;
  for (const name of queues) {
    const queue = core.queues.find(name);
    const totals = queue === undefined ? noTotals() : core.queues.totalsNow(queue);
    bytes += totalsBytesMax(totals) + name.length;
    if (bytes > statisticsBytes && all.length > 0) break;
    const isShare = queue !== undefined && tenants !== undefined;
    const seen = isShare ? core.queues.tenants.share(queue.number, totals, tenants) : totals;
    const { sections: _, ...counts } = seen;
    const stopped = { ...counts.stopped };
    all.push({ queue: name, partition: queue?.partition ?? core.partition, ...counts, stopped });
  }
  return all;
}
