/**
 * A whole server in one thread on a virtual clock. See `index.ts`.
 */
import { type Random, seededRandom } from '../clock.js';
import { type BusinessProcessDeclaration, resolveConfiguration } from '../config/configuration.js';
import type { OptionValues } from '../config/option-table.js';
import { IxionError } from '../errors.js';
import { dataFormat } from '../data/manifest.js';
import type { DataPlan } from '../data/directory.js';
import { type Log, silentLog } from '../log.js';
import type { NetLimits } from '../net/net-limits.js';
import type { FatalEnd } from '../server/fatal.js';
import type { Admission } from '../security/admission.js';
import type { Fault } from '../store/fault.js';
import { MemoryDisk } from '../store/memory.js';
import { firstTimeline } from '../timeline.js';
import { exportDisks } from './export-to.js';
import { type Lane, Lanes } from './lanes.js';
import { Life } from './life.js';
import { MemoryEnd } from './memory-link.js';
import { memoryStores } from './memory-partition.js';
import { VirtualClock } from './virtual-clock.js';

export interface WorldOptions {
  /** All that is drawn is drawn from it: the same seed and the same calls give the same run. */
  readonly seed: number;
  readonly partitions: number;
  /** The queues that there are. */
  readonly queues: readonly BusinessProcessDeclaration[];
  /** Options of the server by their keys in docs/reference/options.md; absent: the defaults. */
  readonly options?: OptionValues | undefined;
  /** Limits of connections that differ from the product's. */
  readonly limits?: Partial<NetLimits> | undefined;
  /** Somebody works at the desk, so that agents can log in; absent: nobody does. */
  readonly withAgents?: boolean | undefined;
  /** Who clients are; absent: what their types say. */
  readonly admission?: Admission | undefined;
  /** Threads of partitions; absent: one. */
  readonly threads?: number | undefined;
  /** The wall clock at the beginning, milliseconds since 1970 UTC; absent: some day in 2001. */
  readonly startMs?: number | undefined;
  /**
   * `drawn`: what happens next is drawn, and bytes arrive in pieces; `given` (the default): all
   * happens in the order in which it was caused, which is quicker.
   */
  readonly order?: 'drawn' | 'given' | undefined;
  /** What happens to the next commit of a partition; absent: each is made. */
  readonly fault?: ((partition: number) => Fault | undefined) | undefined;
  /** Absent: silent. */
  readonly log?: Log | undefined;
  /** The process would have ended by itself; the world then starts it again. */
  readonly onFatal?: ((end: FatalEnd) => void) | undefined;
}

const someDayMs = 1_000_000_000_000;
/** Most time that passes with one step where the order is drawn. */
const stepMs = 0.05;
/** Steps of something that was to end and does not. */
const stepsMost = 10_000_000;

export class World {
  readonly clock: VirtualClock;
  readonly random: Random;
  /** What is on disk, by partition. It outlives `kill`. */
  readonly disks: readonly MemoryDisk[];
  /** Steps that were made. */
  steps = 0;
  readonly #options: WorldOptions;
  readonly #isDrawn: boolean;
  readonly #lanes: Lanes;
  readonly #timers: Lane;
  readonly #data: DataPlan;
  readonly #links = new Set<MemoryEnd>();
  #ports = 0;
  #life!: Life;
  #fatal: FatalEnd | undefined;
  #failure: Error | undefined;
  #snapshots: MemoryDisk[] = [];

  constructor(options: WorldOptions) {
    this.#options = options;
    const { seed, partitions, startMs = someDayMs, order = 'given' } = options;
    this.random = seededRandom(seed);
    this.#isDrawn = order === 'drawn';
    this.#lanes = new Lanes(this.#isDrawn ? this.random : undefined);
    this.#timers = this.#lanes.lane('timers');
    this.clock = new VirtualClock(startMs, this.#lanes.lane('rounds of clients').run);
    this.disks = Array.from({ length: partitions }, () => new MemoryDisk());
    const storeId = Buffer.from(this.random.bytes(16)).toString('hex');
    const timeline = firstTimeline(storeId);
    const manifest = { format: dataFormat, partitions, storeId, timeline };
    this.#data = { directory: '', manifest, isNew: true };
  }

  /** Whether clients are served; else the server is starting. */
  get isServing(): boolean {
    return this.#life.isServing;
  }

  /** The life of the server that goes on now. */
  get life(): Life {
    return this.#life;
  }

  /** Begins a life of the server. Steps bring it on; see `isServing`. */
  begin(): void {
    const { partitions, threads = 1, options = {}, queues, log = silentLog } = this.#options;
    const life = (this.#life = new Life({
      lanes: this.#lanes,
      clock: this.clock,
      random: this.random,
      log,
      configuration: resolveConfiguration([options], queues),
      limits: this.#options.limits,
      data: this.#data,
      threads: Math.min(threads, partitions),
      withAgents: this.#options.withAgents === true,
      admission: this.#options.admission,
      stores: (commits) =>
        memoryStores({
          disks: this.disks,
          commits,
          fault: this.#options.fault,
          snapshot: (partition, disk) => (this.#snapshots[partition] = disk),
        }),
      fatal: (end) => (this.#fatal ??= end),
    }));
    life.start().catch((error: Error) => {
      // What ended the process has ended its start.
      if (life !== this.#life || this.#fatal !== undefined) return;
      // A start whose partition was lost fails, and is tried again by who runs the process.
      if (!(error instanceof IxionError)) this.#failure = error;
      else this.#fatal = { kind: 'service', message: error.message };
    });
  }

  /**
   * Adds and changes configuration objects, given as YAML; resolves when the server works by them.
   * @throws {ObjectsRefused} with all faults; nothing was changed
   */
  apply(objects: string): Promise<void> {
    return this.until(this.#life.apply(objects));
  }

  /** The client's end of a new connection. While nobody serves it is closed at once. */
  connect(): MemoryEnd {
    const port = 1_024 + (this.#ports++ % 64_000);
    const [to, from] = [`to server ${port}`, `to client ${port}`];
    const [client, server] = MemoryEnd.pair({
      toServer: this.#lanes.lane(to).run,
      toClient: this.#lanes.lane(from).run,
      port,
      cut: this.#isDrawn ? (length) => this.#cut(length) : undefined,
    });
    client.on('close', () => {
      this.#links.delete(server);
      this.#lanes.forget(to);
      this.#lanes.forget(from);
    });
    if (this.isServing) {
      this.#links.add(server);
      this.#life.accept(server);
    } else server.abandon();
    return client;
  }

  /** Something happens, and all that follows at once of it; false: nothing is under way now. */
  async step(): Promise<boolean> {
    if (this.#failure !== undefined) throw this.#failure;
    if (this.#fatal !== undefined) this.#restart(this.#fatal);
    this.steps++;
    if (this.#isDrawn)
      this.clock.passTo(this.clock.monotonicMs() + this.random.fraction() * stepMs);
    this.clock.releaseDue(this.#timers.run);
    const isBusy = !this.#lanes.isIdle;
    this.#lanes.run();
    await microtasks();
    return isBusy;
  }

  /** Nothing is under way but what waits for time to pass. */
  get isIdle(): boolean {
    return this.#lanes.isIdle;
  }

  /** A step; if nothing is under way, time passes up to the next timer. */
  async stepOrWait(): Promise<void> {
    if ((await this.step()) || !this.isIdle) return;
    const nextMs = this.clock.nextTimerMs();
    if (nextMs === Infinity) throw new Error('the world waits for nothing');
    this.clock.passTo(nextMs);
  }

  /** Runs until `monotonicMs` of the clock is so much; time passes whatever is under way. */
  async run(untilMs: number): Promise<void> {
    for (;;) {
      if (await this.step()) continue;
      if (!this.#lanes.isIdle) continue;
      const nextMs = this.clock.nextTimerMs();
      if (nextMs > untilMs) break;
      this.clock.passTo(nextMs);
    }
    this.clock.passTo(untilMs);
  }

  /** Runs until a promise has settled; time passes when nothing is under way. */
  async until<T>(work: Promise<T>): Promise<T> {
    let isOver = false;
    const settled = (): void => void (isOver = true);
    work.then(settled, settled);
    await this.#stepUntil(() => isOver);
    return work;
  }

  /** Runs until clients are served. */
  async untilServing(): Promise<void> {
    await this.#stepUntil(() => this.isServing);
  }

  async #stepUntil(isOver: () => boolean): Promise<void> {
    await microtasks();
    for (let steps = 0; !isOver(); steps++) {
      if (steps > stepsMost) throw new Error('what was to end goes on');
      await this.stepOrWait();
    }
  }

  /**
   * Kill -9 of the process, and its next start: what is not on disk is gone, and what was written
   * to connections arrives before their end.
   */
  kill(): void {
    this.#fatal = undefined;
    this.#life.kill();
    for (const server of this.#links) server.abandon();
    this.#links.clear();
    this.begin();
  }

  /** Crashes an actor: `partition-0`, `listener`. Its supervisor builds it anew. */
  crash(actor: string): void {
    this.#life.crash(actor);
  }

  /** Lets the disk of a partition stand still, or go on. Only where the order is drawn. */
  holdDisk(partition: number, isHeld: boolean): void {
    this.#lanes.hold(this.#lanes.lane(`disk ${partition}`), isHeld);
  }

  /**
   * What all partitions have on disk at one moment, as a backup finds it; undefined: they did not
   * meet. One at a time; steps bring it on, and after a kill it never ends.
   */
  async backup(): Promise<readonly MemoryDisk[] | undefined> {
    const snapshots: MemoryDisk[] = (this.#snapshots = []);
    return (await this.#life.backup()) ? snapshots : undefined;
  }

  /** An orderly stop of the server. The world can `begin` another life. */
  async stop(): Promise<void> {
    await this.until(this.#life.stop('the world'));
  }

  /** Writes what is on disk into an empty directory, as a store that a server can open. */
  exportTo(directory: string): Promise<void> {
    return exportDisks(directory, this.#data.manifest, this.disks);
  }

  #restart(end: FatalEnd): void {
    this.kill();
    this.#options.onFatal?.(end);
  }

  /** Mostly all at once. */
  #cut(length: number): number {
    if (length < 2 || this.random.fraction() < 0.8) return length;
    return 1 + Math.floor(this.random.fraction() * (length - 1));
  }
}

/** Lets every promise that can go on do so. */
const microtasks = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
