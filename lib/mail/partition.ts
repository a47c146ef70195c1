/**
 * What the main thread and the partition actors say to each other. Frames of clients travel as
 * bytes with a tag (cheapest); everything rarer as one of the messages below.
 *
 * - Bytes, front to partition: tag = session number, bytes = one whole request frame.
 * - Bytes, partition to front: tag = session number, bytes = whole answer frames; or tag =
 *   `clientTag(session)`, bytes = whole frames for that client that answer nothing, see
 *   `sessions.ts`; or tag = `eventTag(partition, readers)`, bytes = event frames and who they are
 *   for, see `events.ts`.
 */
import type { Reported } from '../interaction/agent-event.js';
import type { ServerEvent } from '../interaction/event.js';
import type { ErrorName } from '../errors.js';
import type { InvitationOrder, Taking } from '../interaction/invitation.js';
import type { MappedKey } from '../interaction/mapped-keys.js';
import type { RestoreOrder, SuperviseOrder } from '../interaction/supervision.js';
import type { Watcher, WorkbinName } from '../interaction/workbin-news.js';
import type { WorkbinQuestion, WorkbinVerdict } from '../interaction/workbin-rights.js';
import type { ColumnStatus } from '../partition/ledger/columns.js';
import type { Search } from '../partition/requests/finding.js';
import type { Listing } from '../partition/requests/listing.js';
import type { LockOrder } from '../partition/requests/lock.js';
import type { Scan } from '../partition/requests/scanning.js';
import type { RowsWanted } from '../partition/requests/snapshot-rows.js';
import type { WorkbinListing } from '../partition/requests/workbin-content.js';
import type { WorkbinsListing } from '../partition/requests/workbin-counts.js';
import type { UnfitWanted } from '../partition/requests/unfit.js';
import type { SessionAgent, SessionInfo } from '../partition/request.js';
import type { ViewQuestion } from '../partition/views/explaining.js';
import type { ViewChanges } from '../partition/views/view-table.js';
import type { QueueCounts } from '../queue/totals.js';
import type { LeavingQueue } from '../partition/moves/relocation.js';
import type { DiskReserves } from '../store/disk-space.js';
import type { Timeline } from '../timeline.js';
import type { PackedQueueList } from '../partition/rows/queue-list.js';
import type { ReadingMessage } from './reading.js';

export type { ColumnStatus } from '../partition/ledger/columns.js';
export type {
  ExplainedInteraction,
  ExplainedView,
  SelectedRows,
  ToldView,
  ViewAnswer,
  ViewQuestion,
} from '../partition/views/explaining.js';
export type { ViewChanges } from '../partition/views/view-table.js';
export type { ViewChange } from '../partition/rows/view-rows.js';
export type { EventStart, Subscribing } from './reading.js';
export type { FoundPart, Search } from '../partition/requests/finding.js';
export type { Listing, Page } from '../partition/requests/listing.js';
export type { LockOrder, LockOutcome } from '../partition/requests/lock.js';
export type { Scan, ScanPart } from '../partition/requests/scanning.js';
export type { Unfit, UnfitPart } from '../partition/requests/unfit.js';
export type { RowsWanted, SnapshotRow } from '../partition/requests/snapshot-rows.js';
export type {
  WorkbinCount,
  WorkbinsListing,
  WorkbinsPart,
} from '../partition/requests/workbin-counts.js';
export type {
  WorkbinItem,
  WorkbinListing,
  WorkbinPart,
  WorkbinPlace,
} from '../partition/requests/workbin-content.js';

/** Name of the actor of a partition. */
export const partitionActorName = (partition: number): string => `partition-${partition}`;
/** Name of the actor of the front, on the main thread, which owns the sockets. */
export const frontActorName = 'front';

export type { SessionAgent, SessionInfo } from '../partition/request.js';

/** What a partition has of some queues. */
export interface QueueUsage {
  /** Interactions on their way from here to one of them. */
  readonly inTransit: number;
  /** Those that are here, in whatever state, by the number of the queue; none is left out. */
  readonly interactions: readonly (readonly [number: number, interactions: number])[];
}

/** Durable totals of one queue. */
export interface QueueTotals extends Readonly<QueueCounts> {
  readonly queue: string;
  readonly partition: number;
}

/** Counts of a partition for status and verify. */
export interface PartitionStatus {
  readonly partition: number;
  readonly interactions: number;
  readonly inTransit: number;
  /** Queues that live elsewhere and left something here; the first hundred of them. */
  readonly leaving: readonly LeavingQueue[];
  readonly eventSequence: number;
  readonly oldestEventSequence: number;
  readonly writeSetsInFlight: number;
  /** Taken, and nobody goes on with them: always 0. As of the last look (`requests/stuck.ts`). */
  readonly stuckInteractions: number;
  /** The first hundred of them. */
  readonly stuck: readonly string[];
  /** Online interactions of submitters that are gone and may come back, as of the last look. */
  readonly orphans: number;
  /** Milliseconds since the oldest of them was received; 0: there is none. */
  readonly oldestOrphanMs: number;
  /** Columns of keys of attached data, by number. */
  readonly columns: readonly ColumnStatus[];
}

/** What of the configuration objects a partition works by; see the feed in `lib/control`. */
export interface PartitionConfiguration {
  /** Version of the configuration objects. */
  readonly version: number;
  /** Placing an interaction into one of these queues sets CompletedAt. */
  readonly completedQueues: readonly string[];
  /** For how long what a supervisor ends can be restored; 0: not at all. */
  readonly keptMs: number;
  /** Option `events-with-identity`. */
  readonly tellsIdentity: boolean;
  /** Option `handling-timeout`. */
  readonly handlingMs: number;
  /** Option `submitter-gone`; 0: nobody is given up. */
  readonly submitterGoneMs: number;
  /** Keys of attached data that have a column. */
  readonly columns: readonly MappedKey[];
}

/** Messages of the main thread to a partition; those marked (ask) are answered. */
export type PartitionMessage =
  | { readonly type: 'session-opened'; readonly info: SessionInfo }
  /** It speaks for this agent from now on; undefined: for none. */
  | {
      readonly type: 'session-agent';
      readonly session: number;
      readonly agent: SessionAgent | undefined;
    }
  /** Answer the pulls of this session that wait, with nothing, and let none of it wait any more. */
  | { readonly type: 'session-ending'; readonly session: number }
  /** `release`: give back what it owns at once; else after reconnect-timeout. */
  | { readonly type: 'session-closed'; readonly session: number; readonly release: boolean }
  /**
   * (ask, answered with true) once what this session key owned here is back, durably; or somebody
   * else has registered with it
   */
  | { readonly type: 'session-released'; readonly sessionKey: string }
  /** (ask, answered with references) which pulls of a session wait here, all before it done */
  | { readonly type: 'waiting-pulls'; readonly session: number }
  | ReadingMessage
  /** The server is stopping: answer pulls that wait, with nothing, and let none wait any more. */
  | { readonly type: 'draining' }
  /** (ask, answered with identifiers) what a session key owns here */
  | { readonly type: 'owned-interactions'; readonly sessionKey: string; readonly limit: number }
  /**
   * (ask, answered with QueueTotals[]) of what these tenants have; absent: of everything. In the
   * order of the names; where the answer would be long, of the first of them only, at least of one.
   */
  | {
      readonly type: 'queue-statistics';
      readonly queues: readonly string[];
      readonly tenants: readonly number[] | undefined;
    }
  /**
   * (ask, answered with true once durable, else false) reasons that clients chose become `other`
   */
  | { readonly type: 'fold-reasons'; readonly queues: readonly string[] }
  /** (ask, answered with PackedQueueList; without `withQueues` its chunks are left out) */
  | { readonly type: 'list-queues'; readonly withQueues: boolean }
  /**
   * (ask, answered with true once durable, with false if it was not made) another list of queues,
   * and rows of table `object` (`packRows`) in the same write set
   */
  | {
      readonly type: 'replace-queues';
      readonly list: PackedQueueList;
      readonly also: Uint8Array | undefined;
      /** Reported in the same write set. */
      readonly event?: ServerEvent | undefined;
    }
  /** (ask, answered as above) exactly these queues take nothing more */
  | { readonly type: 'close-queues'; readonly numbers: readonly number[] }
  /** (ask, answered with QueueUsage) what of these queues is here */
  | { readonly type: 'queue-usage'; readonly numbers: readonly number[] }
  /** (ask, answered with rows of table `object` as `packRows` makes them, once they are durable) */
  | {
      readonly type: 'read-objects';
      readonly from: string;
      readonly to: string | undefined;
      readonly limit: number;
      /** From `to` downwards; absent: from `from` upwards. */
      readonly reverse?: boolean;
    }
  /** (ask, answered as `replace-queues`) changes rows of table `object`, see `packRows` */
  | {
      readonly type: 'write-objects';
      readonly changes: Uint8Array;
      readonly event?: Reported | undefined;
    }
  /**
   * (ask, answered as `replace-queues`) an actor outside of the partitions has something to report
   */
  | { readonly type: 'report'; readonly event: ServerEvent }
  /** (ask, answered with a number) of which version of the configuration objects its views are */
  | { readonly type: 'views-version' }
  /**
   * (ask, answered with ViewAnswer, or with undefined where it is not) see
   * partition/views/explaining.ts
   */
  | { readonly type: 'explain-views'; readonly question: ViewQuestion }
  /** (ask, answered as `replace-queues`) other views count, see partition/views/view-table.ts */
  | { readonly type: 'change-views'; readonly changes: ViewChanges }
  /** (ask, answered as `replace-queues`) the configuration that it works by from now on */
  | { readonly type: 'configuration'; readonly configuration: PartitionConfiguration }
  /** (ask of the desk, answered with InvitationAnswer) `asker`: number of the session that asks */
  | { readonly type: 'invite'; readonly order: InvitationOrder; readonly asker: number }
  /** (ask of the desk, answered with SuperviseAnswer) `asker`: number of the session that asks */
  | { readonly type: 'supervise'; readonly order: SuperviseOrder; readonly asker: number }
  /** (ask of the desk, answered with SuperviseAnswer) `asker`: as above; to the home of it */
  | { readonly type: 'restore'; readonly order: RestoreOrder; readonly asker: number }
  /** (ask of the desk, answered with KeptPage) what can be restored of an act, at home here */
  | {
      readonly type: 'kept';
      readonly operation: number;
      readonly after: string | undefined;
      readonly limit: number;
    }
  /**
   * (ask of the desk, answered with true) the medium of what an agent has in hand has a time of its
   * own for inactivity
   */
  | {
      readonly type: 'handling-time';
      readonly interactionId: string;
      readonly handlingMs: number;
    }
  /** (ask of the desk, answered as `takeFromAgent`) takes an interaction from an agent */
  | { readonly type: 'take-from-agent'; readonly taking: Taking }
  /** (ask of the desk, answered with AgentWorkPage) what agents have in hand here */
  | {
      readonly type: 'agent-work';
      readonly after: string | undefined;
      readonly limit: number;
    }
  /** (ask, answered with WorkbinCount[]) see partition/requests/workbin-counts.ts */
  | {
      readonly type: 'workbin-counts';
      readonly workbins: readonly WorkbinName[];
      readonly tenants: readonly number[] | undefined;
    }
  /** (ask, answered with WorkbinsPart) see there */
  | { readonly type: 'list-workbins'; readonly listing: WorkbinsListing }
  /** (ask, answered with WorkbinPart) see partition/requests/workbin-content.ts */
  | { readonly type: 'workbin-content'; readonly listing: WorkbinListing }
  /** (ask of the desk, answered with true) tells a client of a workbin from now on; see there */
  | { readonly type: 'watch-workbin'; readonly workbin: WorkbinName; readonly watcher: Watcher }
  /** (ask of the desk, answered with true) and no more */
  | { readonly type: 'unwatch-workbin'; readonly workbin: WorkbinName; readonly session: number }
  /** (ask of the desk, answered with true) objects have changed: ask again about workbins */
  | { readonly type: 'workbins-changed' }
  /** A partition to itself: what the desk has answered; undefined: nothing. */
  | {
      readonly type: 'workbin-verdict';
      readonly question: WorkbinQuestion;
      readonly verdict: WorkbinVerdict | undefined;
    }
  /** (ask, answered with PartitionStatus) */
  | { readonly type: 'status' }
  /**
   * (ask, answered with OpenSnapshot, or undefined when it was not common to all)
   * see host/backup.ts
   */
  | { readonly type: 'backup-stand-still'; readonly backup: number }
  /** (ask, answered with CopiedFile) copies the snapshot of this backup to a new file */
  | { readonly type: 'backup-copy'; readonly backup: number; readonly target: string }
  /** (ask, answered with nothing) the snapshot is no longer needed */
  | { readonly type: 'backup-end'; readonly backup: number }
  /** (ask, answered with Page) see lib/partition/requests/listing.ts */
  | { readonly type: 'list-interactions'; readonly listing: Listing }
  /** (ask of the desk, answered with LockOutcome[]) see lib/partition/requests/lock.ts */
  | { readonly type: 'lock'; readonly order: LockOrder; readonly asker: number }
  /** (ask of the desk, answered with whether there is more) frees what a snapshot has locked */
  | { readonly type: 'release-locks'; readonly snapshot: number }
  /** (ask of the desk, answered with ScanPart) see lib/partition/requests/scanning.ts */
  | {
      readonly type: 'scan-interactions';
      readonly scans: readonly Scan[];
      readonly after: string | undefined;
    }
  /** (ask of the desk, answered with SnapshotRow[]) see lib/partition/requests/snapshot-rows.ts */
  | { readonly type: 'snapshot-rows'; readonly wanted: RowsWanted }
  /** (ask, answered with UnfitPart or undefined) see lib/partition/requests/unfit.ts */
  | ({ readonly type: 'unfit-values' } & UnfitWanted)
  /** (ask, answered with FoundPart) see lib/partition/requests/finding.ts */
  | { readonly type: 'find-interactions'; readonly search: Search }
  /** Whether a tenant has work there, or had. */
  | { readonly type: 'has-had-tenant'; readonly tenantId: number }
  /**
   * (ask, answered with milliseconds by which its order is ahead of the clock) the clock of the
   * machine may have been put back or forward: do what is due by it
   */
  | { readonly type: 'clock' }
  /** (ask, answered with EnvironmentStats) */
  | { readonly type: 'store-stats' }
  /** A message of another partition, or a request passed on; see lib/partition/peer.ts. */
  | { readonly type: 'peer'; readonly from: number; readonly message: unknown };

/** Messages of a partition or of the desk to the front, beside answers and events. */
export type FrontMessage =
  /** This client speaks for an agent from now on, and all partitions are to know; see there. */
  | {
      readonly type: 'session-agent';
      readonly session: number;
      readonly agent?: Omit<SessionAgent, 'key'>;
    }
  /** End this client, which is told why by EventForcedDisconnect. */
  | { readonly type: 'end-client'; readonly session: number; readonly error: ErrorName }
  /** A frame that answers nothing, for this client; its proxy client is put in. */
  | { readonly type: 'tell-client'; readonly session: number; readonly frame: Uint8Array }
  /** A request of this session crashed the partition's actor, which is there again. */
  | {
      readonly type: 'client-crashed';
      readonly partition: number;
      readonly session: number;
      readonly request: number;
    }
  /** A request of this session failed by an exception; nobody else was touched. */
  | {
      readonly type: 'request-failed';
      readonly partition: number;
      readonly session: number;
      readonly request: number;
      readonly error: { readonly message: string; readonly stack: string | undefined };
    };

/** What a partition is started with. */
export interface PartitionArguments {
  readonly partition: number;
  readonly partitions: number;
  /** Directory of this partition's environment. */
  readonly directory: string;
  /** Identity of the whole store, as its manifest has it. */
  readonly storeId: string;
  /** Timeline of the store, as its manifest has it. */
  readonly timeline: Timeline;
  /**
   * The store is being made: the first start in this process makes the partition.
   * Else it must be there.
   */
  readonly create: boolean;
  readonly reconnectTimeoutMs: number;
  readonly identifierRetentionMs: number;
  readonly eventRetentionMs: number;
  readonly eventRetentionBytes: number;
  /** Free bytes of the disk below which something is refused. */
  readonly diskReserves: DiskReserves;
  /** Test only: lets a request crash its actor (attached data key `ixion.crash`). */
  readonly faultInjection: boolean;
  /** As `PartitionOptions` has it. */
  readonly hashSeed?: number | undefined;
}

/**
 * `code` of the error of a partition that cannot be opened; the message says why and what to do.
 */
export const storeRefusedCode = 'STORE_REFUSED';
/** The same of one whose disk is full. */
export const storeFullCode = 'STORE_FULL';
