/**
 * What of a partition survives the crash of its actor: it belongs to the thread, not the instance.
 */
import type { ActorContext } from '../actor/index.js';
import { PartitionTime } from '../partition/ledger/partition-time.js';
import { newLasting, type Lasting } from '../partition/core.js';
import type { AgentOutcome } from '../interaction/invitation.js';
import type { LayeredStore } from '../store/layered.js';
import type { LmdbMedium } from '../store/lmdb.js';
import type { History } from '../timeline.js';
import type { Snapshot } from '../store/backup.js';
import { Crashes } from './crashes.js';
import type { PartitionDisk } from './disk.js';
import { EventReaders } from './event-readers.js';
import type { SessionAgent, SessionInfo } from '../mail/partition.js';
import { isLaterSession } from '../mail/sessions.js';

/** A snapshot that waits for its copy. */
export interface OpenBackup {
  readonly number: number;
  readonly snapshot: Snapshot;
  readonly ending: AbortController;
}

/** What is asked of what a store is over, beside storing. */
export type HostedMedium = Pick<LmdbMedium, 'diskState' | 'snapshot' | 'stats'>;

export interface Survivors {
  /** Open as long as the thread lives. */
  readonly store: LayeredStore;
  readonly medium: HostedMedium;
  readonly time: PartitionTime;
  readonly disk: PartitionDisk;
  /** The timeline of the store, and those before it. */
  readonly history: History;
  /** The backup that this partition has a snapshot open for. */
  backup: OpenBackup | undefined;
  /** Logical clients that are registered, by session number. */
  readonly sessions: Map<number, SessionInfo>;
  /** The latest number of a session that was opened here; the front gives them in order. */
  newestSession: number;
  readonly readers: EventReaders;
  /** Sessions whose pulls do not wait any more, until they are closed. */
  readonly ending: Set<number>;
  /** Names of the queues of option `completed-queues`. */
  completedQueues: ReadonlySet<string>;
  /** For how long what a supervisor ends can be restored. */
  keptMs: number;
  /** Events of interactions tell what these are. */
  tellsIdentity: boolean;
  /** How long a submitter may be gone before its customers are; 0: for ever. */
  submitterGoneMs: number;
  /** What each instance of the partition takes over from the one before. */
  readonly lasting: Lasting;
  readonly crashes: Crashes;
  /** What the desk is still to be told. */
  readonly forDesk: AgentOutcome[];
}

const key = 'partition';

export const survivorsOf = (context: ActorContext<never>): Survivors | undefined =>
  context.keep.get(key) as Survivors | undefined;

/** The store of a partition, open. */
export type OpenedPartition = Pick<Survivors, 'store' | 'medium' | 'disk' | 'history'>;

export function keep(
  context: ActorContext<never>,
  { store, medium, disk, history }: OpenedPartition,
): Survivors {
  const survivors: Survivors = {
    store,
    medium,
    time: new PartitionTime(context.clock, store),
    disk,
    history,
    backup: undefined,
    sessions: new Map(),
    newestSession: 0,
    readers: new EventReaders(),
    ending: new Set(),
    completedQueues: new Set(),
    keptMs: 0,
    tellsIdentity: false,
    submitterGoneMs: 0,
    lasting: newLasting(),
    crashes: new Crashes(),
    forDesk: [],
  };
  context.keep.set(key, survivors);
  return survivors;
}

/** Notes a client that has registered. */
export function noteSession(survivors: Survivors, info: SessionInfo): void {
  survivors.sessions.set(info.number, info);
  if (isLaterSession(info.number, survivors.newestSession)) survivors.newestSession = info.number;
}

/** Notes whom a client speaks for. False: it is as before, or the client is gone. */
export function noteAgent(
  { sessions }: Survivors,
  session: number,
  agent: SessionAgent | undefined,
): boolean {
  const info = sessions.get(session);
  if (info === undefined) return false;
  const { agent: before, ...rest } = info;
  if (before === undefined && agent === undefined) return false;
  sessions.set(session, agent === undefined ? rest : { ...rest, agent });
  return before?.id !== agent?.id;
}

/** Notes the end of a client; undefined: its opening was never told, or its end before. */
export function forgetSession(survivors: Survivors, session: number): SessionInfo | undefined {
  const info = survivors.sessions.get(session);
  survivors.sessions.delete(session);
  survivors.ending.delete(session);
  return info;
}

/**
 * Whether the end of a session has come here; one whose opening is still on its way has not ended.
 *
 * The main thread tells every partition of a session's opening and end, in order; but a request
 * that another partition passed on comes on another way, and may overtake the one or be overtaken
 * by the other. The end of the session as this partition sees it decides. Before it the request is
 * executed, as one that came straight from the client; what it takes or waits for is given up by
 * the end. After it the request is dropped, as if the link to the client had been lost a moment
 * earlier: nothing would undo it, and a client that comes back with the session key was already
 * told what it owns.
 */
export const isSessionClosed = ({ sessions, newestSession }: Survivors, session: number): boolean =>
  !isLaterSession(session, newestSession) && !sessions.has(session);
