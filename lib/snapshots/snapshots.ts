/**
 * The snapshots of all clients. They are in memory only: they end with the process. A client has
 * its own, by its session key, until it has been gone for the time to reconnect. What one has
 * locked is free, on disk, before it is forgotten.
 */
import type { Timer } from '../clock.js';
import { IxionError } from '../errors.js';
import type { MappedKey } from '../interaction/mapped-keys.js';
import { limits } from '../limits.js';
import { SearchLanguage } from '../search/index.js';
import type { Asking } from './ask.js';
import { lockAll, lockOne, releaseLocks, type Locking } from './locking.js';
import { readPage, type Page } from './page.js';
import { Scanner } from './scanner.js';
import { Snapshot } from './snapshot.js';

/** How often it is looked for snapshots that nobody uses. */
const lookMs = 60_000;
/** Of a new process numbers begin elsewhere, so that those of a former one are not known. */
const numbersPerSecond = 1_000;
const firstNumbers = 4_000_000;
const numberMax = 4_294_967_295;

export interface SnapshotsOptions extends Asking {
  /** How long the snapshots of a client that is gone wait for it. */
  readonly reconnectTimeoutMs: number;
}

/** Who has snapshots: a client, as it is known by its session. */
export interface SnapshotClient {
  readonly info: {
    readonly session: number;
    readonly sessionKey: string;
    readonly tenants?: readonly number[] | undefined;
  };
  readonly isGone: boolean;
}

/** What is to be noted. */
export interface SnapshotWanted {
  readonly condition: string;
  /** Undefined: the order of queues. */
  readonly order: string | undefined;
  readonly isChecked: boolean;
  /** Interactions at most. */
  readonly most: number;
  /** Only those of this tenant. */
  readonly tenantId: number | undefined;
  /** The number of a snapshot that is taken anew. */
  readonly number: number | undefined;
  /** All that it has is locked. */
  readonly locks: boolean;
  /** What its client is bound to; see `Scan`. */
  readonly withWorkbins: boolean;
  readonly inQueues: readonly string[] | undefined;
  readonly ofAgents: readonly string[] | undefined;
}

/** Those of one client. */
interface OwnSnapshots {
  readonly sessionKey: string;
  readonly byNumber: Map<number, Snapshot>;
  /** Number of the client's session. */
  session: number;
  /** Until when they wait for it; undefined: it is there. */
  timer: Timer | undefined;
  isOver: boolean;
}

export class Snapshots {
  readonly #options: SnapshotsOptions;
  readonly #scanner: Scanner;
  readonly #byClient = new Map<string, OwnSnapshots>();
  #lastNumber: number;
  /** Interactions in all of them, and those that are being taken may have. */
  #interactions = 0;
  #timer: Timer | undefined;
  taken = 0;
  /** What conditions may name; partitions know the same. */
  #language = new SearchLanguage();

  constructor(options: SnapshotsOptions) {
    this.#options = options;
    this.#scanner = new Scanner(options);
    const seconds = Math.floor(options.clock.nowMs() / 1_000) % firstNumbers;
    this.#lastNumber = seconds * numbersPerSecond;
  }

  /** Other keys of attached data have columns, and may be named. */
  mapped(columns: readonly MappedKey[]): void {
    this.#language = new SearchLanguage(columns.map((mapped) => ({ mapped, covers: () => true })));
  }

  /** For the status. */
  get counts(): object {
    const open = [...this.#byClient.values()].reduce((sum, own) => sum + own.byNumber.size, 0);
    const { taken } = this;
    return { open, taken, interactions: this.#interactions, waiting: this.#scanner.waiting };
  }

  /**
   * Takes a snapshot. Of a client that is gone meanwhile nothing is left.
   * @throws {IxionError} InvalidCondition and its like, UnknownSnapshot, TooManySnapshots,
   *   NotPermitted; (all of them as rejections) what partitions say
   */
  async take(client: SnapshotClient, wanted: SnapshotWanted): Promise<Snapshot> {
    this.#language.read(wanted.condition, wanted.order);
    const tenants = tenantsOf(client, wanted.tenantId);
    if (wanted.number !== undefined) await this.release(client, wanted.number);
    if (client.isGone) throw new IxionError('UnknownSnapshot', 'its client is gone');
    const own = this.#ownOf(client);
    this.#checkRoom(own, wanted.most);
    const number = wanted.number ?? this.#nextNumber(own);
    const snapshot = new Snapshot(number, { isChecked: wanted.isChecked, tenants });
    own.byNumber.set(number, snapshot);
    this.#count(snapshot, wanted.most);
    try {
      await snapshot.alone(() => this.#fill(snapshot, wanted, own, client.info.session));
    } catch (error) {
      await this.#end(own, snapshot);
      throw error;
    }
    this.taken++;
    this.#used(snapshot);
    return snapshot;
  }

  async #fill(
    snapshot: Snapshot,
    wanted: SnapshotWanted,
    own: OwnSnapshots,
    asker: number,
  ): Promise<void> {
    const { tenants } = snapshot.of;
    const atMs = Math.floor(this.#options.clock.nowMs());
    const { number: _, isChecked, tenantId: __, locks, ...rest } = wanted;
    const looked = { ...rest, atMs, isWaiting: isChecked, tenants };
    const isGone = (): boolean => own.isOver || snapshot.isEnding;
    const { first, total } = await this.#scanner.run(looked, isGone);
    const entries = locks
      ? await lockAll(this.#options, snapshot, first, { asker }, isGone)
      : first;
    if (isGone()) throw new IxionError('UnknownSnapshot', 'its client is gone');
    snapshot.content = { entries, total, notLocked: first.length - entries.length };
    snapshot.isTaken = true;
    this.#count(snapshot, entries.length);
  }

  /**
   * A page of a snapshot; `start` counts from 0.
   * @throws {IxionError} (as a rejection) UnknownSnapshot, and what partitions say
   */
  async page(
    client: SnapshotClient,
    number: number,
    start: number,
    count: number,
  ): Promise<Page & { readonly snapshot: Snapshot }> {
    const snapshot = this.find(client, number);
    const page = await readPage(this.#options, snapshot, start, count);
    return { ...page, snapshot };
  }

  /**
   * Locks or frees an interaction of a snapshot.
   * @throws {IxionError} (as a rejection) UnknownSnapshot, and as `lockOne`
   */
  async lock(
    client: SnapshotClient,
    number: number,
    id: string,
    isLocking: boolean,
    why: Omit<Locking, 'asker'>,
  ): Promise<void> {
    const snapshot = this.find(client, number);
    const by = { ...why, asker: client.info.session };
    await snapshot.alone(async () => {
      if (snapshot.isEnding) throw unknown(number);
      await lockOne(this.#options, snapshot, id, isLocking, by);
    });
  }

  /**
   * Ends a snapshot; resolves when what it had locked is free, on disk.
   * @throws {IxionError} (as a rejection) UnknownSnapshot
   */
  async release(client: SnapshotClient, number: number): Promise<void> {
    const snapshot = this.find(client, number);
    await this.#end(this.#byClient.get(client.info.sessionKey)!, snapshot);
  }

  /**
   * A snapshot of a client.
   * @throws {IxionError} UnknownSnapshot
   */
  find({ info }: SnapshotClient, number: number): Snapshot {
    const snapshot = this.#byClient.get(info.sessionKey)?.byNumber.get(number);
    if (snapshot?.isTaken !== true || snapshot.isEnding) throw unknown(number);
    this.#used(snapshot);
    return snapshot;
  }

  /** A client is gone. `isReleased`: it does not come back for what it has. */
  gone({ session, sessionKey }: SnapshotClient['info'], isReleased: boolean): void {
    const own = this.#byClient.get(sessionKey);
    // Another client may have come for them before.
    if (own?.session !== session) return;
    const { clock, reconnectTimeoutMs } = this.#options;
    if (isReleased) return this.#endAll(own);
    own.timer = clock.setTimer(reconnectTimeoutMs, () => this.#endAll(own));
  }

  /** A client is there, perhaps back for what it has. */
  back({ session, sessionKey }: SnapshotClient['info']): void {
    const own = this.#byClient.get(sessionKey);
    if (own === undefined) return;
    own.session = session;
    own.timer?.cancel();
    own.timer = undefined;
  }

  /** The server stops. */
  stop(): void {
    this.#timer?.cancel();
    for (const own of this.#byClient.values()) own.timer?.cancel();
  }

  #ownOf({ info: { session, sessionKey } }: SnapshotClient): OwnSnapshots {
    let own = this.#byClient.get(sessionKey);
    if (own === undefined) {
      own = { sessionKey, byNumber: new Map(), session, timer: undefined, isOver: false };
      this.#byClient.set(sessionKey, own);
    }
    return own;
  }

  /** @throws {IxionError} TooManySnapshots */
  #checkRoom({ byNumber }: OwnSnapshots, most: number): void {
    const { snapshotsPerClient, interactionsInSnapshots } = limits;
    if (byNumber.size >= snapshotsPerClient) {
      throw new IxionError('TooManySnapshots', `this client has ${snapshotsPerClient} snapshots`);
    }
    if (this.#interactions + most <= interactionsInSnapshots) return;
    const all = interactionsInSnapshots.toLocaleString('en');
    const detail = `the snapshots of all clients would have more than ${all} interactions`;
    throw new IxionError('TooManySnapshots', detail);
  }

  #nextNumber({ byNumber }: OwnSnapshots): number {
    do this.#lastNumber = (this.#lastNumber % numberMax) + 1;
    while (byNumber.has(this.#lastNumber));
    return this.#lastNumber;
  }

  #used(snapshot: Snapshot): void {
    snapshot.usedMs = this.#options.clock.monotonicMs();
    this.#timer ??= this.#options.clock.setTimer(lookMs, () => this.#look());
  }

  /** Releases what nobody has used for long. */
  #look(): void {
    this.#timer = undefined;
    const usedMs = this.#options.clock.monotonicMs() - limits.snapshotIdleMs;
    let left = 0;
    for (const own of this.#byClient.values()) {
      for (const snapshot of own.byNumber.values()) {
        if (!snapshot.isTaken || snapshot.usedMs > usedMs) left++;
        else void this.#end(own, snapshot).catch(() => undefined);
      }
    }
    if (left > 0) this.#timer = this.#options.clock.setTimer(lookMs, () => this.#look());
  }

  #endAll(own: OwnSnapshots): void {
    own.timer?.cancel();
    own.isOver = true;
    this.#byClient.delete(own.sessionKey);
    for (const snapshot of own.byNumber.values()) {
      // It is refused by a server that stops only: the next one frees what is locked.
      void this.#end(own, snapshot).catch(() => undefined);
    }
  }

  async #end(own: OwnSnapshots, snapshot: Snapshot): Promise<void> {
    snapshot.isEnding = true;
    await snapshot.alone(() => releaseLocks(this.#options, snapshot));
    if (own.byNumber.get(snapshot.number) !== snapshot) return;
    this.#count(snapshot, 0);
    own.byNumber.delete(snapshot.number);
    const isLast = own.byNumber.size === 0 && this.#byClient.get(own.sessionKey) === own;
    if (isLast) this.#byClient.delete(own.sessionKey);
  }

  #count(snapshot: Snapshot, interactions: number): void {
    this.#interactions += interactions - snapshot.counted;
    snapshot.counted = interactions;
  }
}

const unknown = (number: number): IxionError =>
  new IxionError('UnknownSnapshot', `this client has no snapshot ${number}`);

/** @throws {IxionError} NotPermitted */
function tenantsOf(
  { info: { tenants } }: SnapshotClient,
  tenantId: number | undefined,
): readonly number[] | undefined {
  if (tenantId === undefined) return tenants;
  if (tenants?.includes(tenantId) !== false) return [tenantId];
  throw new IxionError('NotPermitted', `tenant ${tenantId} is none of the client's`);
}
