/** What the parts of one partition share. Built anew with every incarnation of its actor. */
import { homeOf, IdentifierSource } from '../interaction/identifier.js';
import type { Store } from '../store/contract.js';
import type { Timeline } from '../timeline.js';
import { ColumnFilling } from './ledger/column-filling.js';
import { Columns } from './ledger/columns.js';
import { Ledger } from './ledger/ledger.js';
import { SearchLanguage } from '../search/index.js';
import type { Chore, LastChore } from './chore.js';
import { Deadlines, resumeByTime, type DeadlineHandlers } from './ledger/deadlines.js';
import { removeAside } from './ledger/aside.js';
import { forgetByTime } from './moves/locations.js';
import { DeadlineKind } from './rows/keys.js';
import { HandOff } from './moves/hand-off.js';
import {
  Invitations,
  newLastingInvitations,
  type LastingInvitations,
} from './requests/invitations.js';
import { GoneSubmitters } from './requests/gone-submitters.js';
import { setAside } from './requests/place.js';
import { StuckLook } from './requests/stuck.js';
import { WaitingPulls } from './requests/waiting-pulls.js';
import { Locks, newLastingLocks, type LastingLocks } from './ledger/locks.js';
import { Workbins } from './requests/workbins.js';
import { WorkbinWatch, type Watchers } from './requests/workbin-watch.js';
import { Owners } from './ledger/owners.js';
import { HomeOrder, type Recalls } from './moves/home-order.js';
import { Outbox } from './ledger/outbox.js';
import type { PartitionTime } from './ledger/partition-time.js';
import type { Ports } from './peer.js';
import { Queues } from './ledger/queues.js';
import { Sequences } from './ledger/sequences.js';
import { Relocation } from './moves/relocation.js';
import type { Asker, Request, SessionInfo } from './request.js';
import type { RequestCore } from './requests/core.js';
import { searchColumnOf } from './views/search-column.js';
import { Submitters } from './ledger/submitters.js';
import { RetryKeys } from './ledger/retry-keys.js';
import { Waiting } from './moves/waiting.js';
import type { IndexKeeper } from './views/index-keeper.js';
import { PartitionViews } from './views/partition-views.js';
import type { Turn } from './turn.js';

/** What each kind of deadline is for. */
const handlersOf = (invitations: Invitations, indexes: IndexKeeper): DeadlineHandlers => ({
  [DeadlineKind.resume]: resumeByTime,
  [DeadlineKind.tombstone]: forgetByTime,
  [DeadlineKind.aside]: (_, turn, id) => removeAside(turn, id),
  [DeadlineKind.invitation]: (_, turn, id, number) => invitations.expire(turn, id, number),
  [DeadlineKind.view]: (_, turn, id, number) => indexes.flip(turn, id, number),
});

export interface PartitionOptions {
  readonly partition: number;
  readonly partitions: number;
  readonly reconnectTimeoutMs: number;
  /** How long an identifier that a client chose is known after the end of its interaction. */
  readonly identifierRetentionMs: number;
  readonly eventRetentionMs: number;
  readonly eventRetentionBytes: number;
  /** Seed of the hashes of request keys in a new store; absent: drawn by the machine. */
  readonly hashSeed?: number | undefined;
  /** The timeline that the store is in; absent: it has none. */
  readonly timeline?: Timeline | undefined;
}

const retentionOf = ({ eventRetentionMs, eventRetentionBytes }: PartitionOptions) => ({
  retentionMs: eventRetentionMs,
  retentionBytes: eventRetentionBytes,
});

/** What of a partition outlives the instance: it is in no store, and goes with the process. */
export interface Lasting {
  /** Who waits for the answer of a hand-off from here, by its key. */
  readonly askers: Map<string, Asker>;
  /** Session keys whose interactions go back at once, until they are back; see `Owners`. */
  readonly releasing: Set<string>;
  readonly invitations: LastingInvitations;
  readonly locks: LastingLocks;
  readonly watchers: Watchers;
  /** Moves after which requests may still come back here; see `HomeOrder`. */
  readonly recalls: Recalls;
}

export const newLasting = (): Lasting => ({
  askers: new Map(),
  releasing: new Set(),
  invitations: newLastingInvitations(),
  locks: newLastingLocks(),
  watchers: new Map(),
  recalls: { byId: new Map(), made: 0 },
});

export class Core implements RequestCore {
  readonly options: PartitionOptions;
  readonly store: Store;
  readonly ports: Ports;
  readonly time: PartitionTime;
  readonly queues: Queues;
  readonly identifiers: IdentifierSource;
  readonly sequences: Sequences;
  readonly retryKeys: RetryKeys;
  readonly outbox: Outbox;
  readonly ledger: Ledger;
  readonly columns: Columns;
  readonly columnFilling: ColumnFilling;
  readonly owners: Owners;
  readonly submitters: Submitters;
  readonly waitingPulls: WaitingPulls;
  readonly handOff: HandOff;
  readonly waiting: Waiting;
  readonly homeOrder: HomeOrder;
  readonly relocation: Relocation;
  readonly deadlines: Deadlines;
  readonly invitations: Invitations;
  readonly goneSubmitters: GoneSubmitters;
  readonly stuckLook: StuckLook;
  readonly locks: Locks;
  readonly workbins: Workbins;
  readonly views: PartitionViews;
  readonly workbinWatch: WorkbinWatch;
  /** What is due by time, in the order in which it is worked on. */
  readonly chores: readonly Chore[];
  /** What is worked on at the end of each turn, with what room is left. */
  readonly lastChores: readonly LastChore[];
  /** Both. */
  readonly allChores: readonly Chore[];
  /** What conditions and orders may name here; another object whenever that is something else. */
  language = new SearchLanguage();
  /** Names of the queues of option `completed-queues`. */
  completedQueues: ReadonlySet<string> = new Set();
  keptMs = 0;
  /**
   * The request that had waited and is being executed now; what fails then is its own affair, not
   * that of the request that ended its wait.
   */
  serving: Request | undefined;
  readonly lasting: Lasting;
  /** Executes a request that has waited for its interaction; may close the turn. */
  resume: (request: Request) => void = () => undefined;

  constructor(
    options: PartitionOptions,
    store: Store,
    time: PartitionTime,
    ports: Ports,
    lasting: Lasting,
  ) {
    this.options = options;
    this.store = store;
    this.ports = ports;
    this.time = time;
    this.lasting = lasting;
    this.queues = new Queues(store);
    this.identifiers = new IdentifierSource(options.partition);
    this.sequences = new Sequences(store, options.partition);
    this.retryKeys = new RetryKeys(store, time, options.hashSeed);
    this.outbox = new Outbox(store, retentionOf(options), options.timeline?.id);
    this.ledger = new Ledger(this.queues, this.sequences);
    this.waitingPulls = new WaitingPulls();
    this.views = new PartitionViews(this, this.waitingPulls, time.nowMs());
    this.columns = new Columns(store);
    this.columnFilling = new ColumnFilling(this.columns, this.ledger, time);
    this.columns.onChange = () => this.#columnsChanged();
    if (this.columns.isNeeded) this.#columnsChanged();
    this.submitters = new Submitters(this.ledger);
    this.workbinWatch = new WorkbinWatch(this.ledger, this.queues, lasting.watchers);
    this.owners = new Owners(
      store,
      this.ledger,
      time,
      options.reconnectTimeoutMs,
      lasting.releasing,
    );
    this.waiting = new Waiting(() => time.nowMs());
    this.homeOrder = new HomeOrder(ports, lasting.recalls, this.waiting, (request) =>
      this.resume(request),
    );
    this.workbins = new Workbins(ports, this.waiting, (request) => this.resume(request));
    this.handOff = new HandOff(this);
    this.relocation = new Relocation(this);
    this.invitations = new Invitations(this.ledger, this.queues, lasting.invitations);
    this.locks = new Locks(this.ledger, lasting.locks);
    const handlers = handlersOf(this.invitations, this.views.indexes);
    this.deadlines = new Deadlines(store, time, this.ledger, handlers);
    this.goneSubmitters = new GoneSubmitters(this, time.nowMs());
    this.stuckLook = new StuckLook(this, time.nowMs());
    const { waitingPulls, deadlines, owners, handOff, retryKeys, relocation, invitations } = this;
    const { goneSubmitters, stuckLook, locks, views } = this;
    this.chores = [
      waitingPulls,
      deadlines,
      owners,
      locks,
      invitations,
      handOff,
      retryKeys,
      goneSubmitters,
      stuckLook,
      views.checks,
    ];
    this.lastChores = [relocation, this.columnFilling, views.indexes];
    this.allChores = [...this.chores, ...this.lastChores];
    this.#listen();
  }

  /** Who hears of what. */
  #listen(): void {
    const { invitations, stuckLook, goneSubmitters } = this;
    this.owners.onLost = (turn, id, record) => invitations.ownerLost(turn, id, record);
    invitations.setAside = (turn, id, record, queue) => setAside(this, turn, id, record, queue);
    this.ledger.onTaken = (turn, record) => {
      this.owners.taken(turn, record);
      stuckLook.taken(turn);
    };
    this.ledger.segments.onFreed = (view) => this.waitingPulls.viewFreed(view);
    this.ledger.onOnline = (turn) => goneSubmitters.online(turn);
    this.queues.onAvailable = (id, queue) => this.waitingPulls.available(id, queue);
  }

  #columnsChanged(): void {
    const { columns, ledger } = this;
    ledger.columns = columns.isNeeded ? columns : undefined;
    this.language = new SearchLanguage(columns.mapped.map(searchColumnOf));
    this.columnFilling.columnsChanged();
    this.views.indexes.vocabularyChanged();
  }

  sessionOpened(session: SessionInfo): void {
    this.owners.sessionOpened(session);
    this.submitters.opened(session);
    this.goneSubmitters.opened(session);
  }

  /** See `Owners.sessionClosed`. */
  sessionClosed(turn: Turn, session: SessionInfo, release: boolean, mayWrite: boolean): void {
    this.submitters.closed(session);
    this.goneSubmitters.closed(session, turn.nowMs);
    this.workbinWatch.sessionClosed(session.number);
    this.owners.sessionClosed(turn, session, release, mayWrite);
  }

  /** Number of this partition. */
  get partition(): number {
    return this.options.partition;
  }

  /** The partition that always knows where an interaction is. */
  homeOf(id: string): number {
    return homeOf(id, this.options.partitions);
  }

  isHomeOf(id: string): boolean {
    return this.homeOf(id) === this.partition;
  }
}
