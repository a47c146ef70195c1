/**
 * A running server. Its states: `ready` until `stop` (then `draining`, then `stopped`) or a fatal
 * end (`failed`, final: every connection is closed at once, so that nothing more is acknowledged).
 *
 * A stop goes against the direction of the start: no new requests; those in flight are answered, up
 * to a bound; connections end; partitions commit what they have and close; the data lock is given
 * back; the admin listener, which can be asked about all this, goes last.
 */
import type { ActorRef, ActorSystem } from '../actor/index.js';
import type { AdminListener } from '../admin/listener.js';
import type { ReservedAddress } from '../admin/reserve.js';
import type { Clock, Timer } from '../clock.js';
import { type Configuration, resolveConfiguration } from '../config/configuration.js';
import { type Endpoint, formatEndpoint } from '../config/endpoint.js';
import type { CounterBlock } from '../counters/index.js';
import { IxionError } from '../errors.js';
import type { DataPlan } from './data-directory.js';
import type { DataLock } from './data-lock.js';
import type { FatalEnd } from './fatal.js';
import type { Front } from './front.js';
import { applyKpiOptions } from './kpi.js';
import { type Log, silentLog } from './log.js';
import type { PartitionMessage, PartitionStatus } from './messages.js';
import type { ReloadReport, StartOptions, StopReport } from './options.js';
import type { Phase } from './phases.js';
import type { QueueDirectory } from './queue-directory.js';
import { compareConfigurations } from './reload.js';
import { settingsOf } from './settings.js';
import type { ServerState, ServerStatus, SilentPartition } from './status.js';

const statusDeadlineMs = 2_000;
/** After the start, until the HTTP side of the admin listener is loaded unasked. */
const adminDelayMs = 1_000;
/** Bound on the end of actors and threads, after the drain. */
const systemStopMs = 15_000;

/** What a start hands over. */
export interface ServerParts {
  readonly options: StartOptions;
  readonly configuration: Configuration;
  readonly data: DataPlan;
  readonly lock: DataLock;
  readonly system: ActorSystem;
  readonly partitions: readonly ActorRef<PartitionMessage>[];
  readonly queues: QueueDirectory;
  readonly front: Front;
  readonly address: Endpoint;
  readonly reserved: ReservedAddress | undefined;
  readonly counters: CounterBlock;
  readonly threads: number;
  readonly phases: readonly Phase[];
  readonly version: string;
  readonly clock: Clock;
}

export class Server {
  /** Where clients connect. */
  readonly address: Endpoint;
  /** Where the admin listener is; undefined without one. */
  readonly adminAddress: Endpoint | undefined;
  /** Phases of the start, in order. */
  readonly phases: readonly Phase[];
  /** Absolute path of the data directory. */
  readonly data: string;
  readonly partitions: number;
  readonly threads: number;
  /** Settles when a stop, by whomever, is complete. */
  readonly ended: Promise<StopReport>;
  readonly #parts: ServerParts;
  readonly #log: Log;
  readonly #startedAt: number;
  readonly #startedMonotonic: number;
  #configuration: Configuration;
  #state: ServerState = 'ready';
  /** The HTTP side, once its loading has begun. */
  #admin: Promise<AdminListener | undefined> | undefined;
  #adminTimer: Timer | undefined;
  #stopping: Promise<StopReport> | undefined;
  #reloading: Promise<unknown> = Promise.resolve();
  #end: (report: StopReport) => void = () => undefined;

  constructor(parts: ServerParts) {
    this.#parts = parts;
    this.#configuration = parts.configuration;
    this.#log = parts.options.log ?? silentLog;
    this.address = parts.address;
    this.adminAddress = parts.reserved && { host: parts.reserved.host, port: parts.reserved.port };
    this.phases = parts.phases;
    this.data = parts.data.directory;
    this.partitions = parts.partitions.length;
    this.threads = parts.threads;
    this.#startedAt = parts.clock.nowMs();
    this.#startedMonotonic = parts.clock.monotonicMs();
    parts.queues.onChange = (queues) => parts.front.setQueues(queues);
    this.ended = new Promise((resolve) => (this.#end = resolve));
  }

  get state(): ServerState {
    return this.#state;
  }

  /** Number of queues. */
  get queueCount(): number {
    return this.#parts.queues.all.length;
  }

  /**
   * Loads the HTTP side of the admin listener when somebody wants it, or in a while: that takes the
   * main thread longer than all requests of the clients that wait for a start. Called once, when
   * clients are served.
   */
  loadAdmin(): void {
    const { reserved, clock } = this.#parts;
    if (reserved === undefined) return;
    this.#adminTimer = clock.setTimer(adminDelayMs, () => void this.#adminNow(reserved));
    reserved.whenWanted(() => void this.#adminNow(reserved));
  }

  #adminNow(reserved: ReservedAddress): Promise<AdminListener | undefined> {
    this.#adminTimer?.cancel();
    this.#admin ??= this.#startAdmin(reserved);
    return this.#admin;
  }

  #startAdmin(reserved: ReservedAddress): Promise<AdminListener | undefined> {
    const { version } = this.#parts;
    return import('../admin/listener.js')
      .then(({ startAdmin }) =>
        startAdmin(reserved, {
          version,
          ready: () => this.#state === 'ready',
          status: () => this.status(),
          shutdown: (drainMs) => void this.stop(drainMs === undefined ? {} : { drainMs }),
          reload: () => this.reload(),
        }),
      )
      .catch((error: unknown) => {
        this.#log.error({ error: String(error) }, 'the admin listener cannot be loaded');
        return undefined;
      });
  }

  /** Resolves when the admin listener answers. */
  async adminReady(): Promise<void> {
    const { reserved } = this.#parts;
    if (reserved !== undefined) await this.#adminNow(reserved);
  }

  /**
   * Stops in order. A second call gives the same promise, whatever its options.
   * @param options.drainMs bound on the wait for requests in flight; absent: as configured
   */
  stop(options: { readonly drainMs?: number } = {}): Promise<StopReport> {
    this.#stopping ??= this.#stop(options.drainMs ?? this.#configuration.values.drainMs);
    return this.#stopping;
  }

  async #stop(drainMs: number): Promise<StopReport> {
    const { front, system, lock } = this.#parts;
    if (this.#state === 'ready') this.#state = 'draining';
    front.stopAccepting();
    const drained = await this.#within(front.drain(), drainMs);
    await front.close();
    const { late } = await system.stop(systemStopMs);
    // A thread that may still commit keeps the directory until the process is gone.
    if (late.length === 0) await lock.release();
    this.#adminTimer?.cancel();
    if (this.#admin === undefined) this.#parts.reserved?.close();
    else await (await this.#admin)?.close();
    if (this.#state === 'draining') this.#state = 'stopped';
    const report = { drained, late };
    this.#end(report);
    return report;
  }

  /** Whether `work` ended within so many milliseconds. */
  #within(work: Promise<void>, limitMs: number): Promise<boolean> {
    return new Promise((resolve, reject) => {
      const timer = this.#parts.clock.setTimer(limitMs, () => resolve(false));
      work.then(() => resolve(true), reject).finally(() => timer.cancel());
    });
  }

  /** A fatal end: closes every connection and tells the program. Only the first counts. */
  fail(end: FatalEnd): void {
    if (this.#state === 'failed' || this.#state === 'stopped') return;
    this.#state = 'failed';
    void this.#parts.front.close();
    this.#log.error({ kind: end.kind }, end.message);
    this.#parts.options.onFatal?.(end);
  }

  /** What the server looks like now; a partition that does not answer in 2 s says so. */
  async status(): Promise<ServerStatus> {
    const { front, data, clock, system, version } = this.#parts;
    const { rss, heapUsed } = process.memoryUsage();
    return {
      version,
      state: this.#state,
      pid: process.pid,
      startedAt: this.#startedAt,
      uptimeMs: Math.round(clock.monotonicMs() - this.#startedMonotonic),
      data: data.directory,
      storeId: data.manifest.storeId,
      listen: formatEndpoint(this.address),
      threads: this.threads,
      queues: this.queueCount,
      partitions: await Promise.all(this.#parts.partitions.map(partitionStatus)),
      clients: front.counts(),
      memory: { rssBytes: rss, heapUsedBytes: heapUsed },
      phases: this.phases,
      reports: system.reports,
    };
  }

  /**
   * Reads the configuration again and applies what can change while running.
   * @throws {ConfigurationError} when it is wrong; nothing is changed then
   * @throws {IxionError} OptionInvalid when the server was started without a way to read it again
   */
  reload(): Promise<ReloadReport> {
    // One after the other: each must see the queues that the one before added.
    const next = this.#reloading.then(() => this.#reload());
    this.#reloading = next.catch(() => undefined);
    return next;
  }

  async #reload(): Promise<ReloadReport> {
    const { readAgain } = this.#parts.options;
    if (readAgain === undefined) {
      throw new IxionError('OptionInvalid', 'there is no configuration file to reload');
    }
    const { values, businessProcesses } = await readAgain();
    const after = resolveConfiguration([values], businessProcesses);
    const change = compareConfigurations(this.#configuration, after);
    const { added, conflicts } = await this.#parts.queues.add(businessProcesses);
    applyKpiOptions(this.#parts.counters, settingsOf(after));
    if (this.#log.level !== undefined) this.#log.level = after.values.logLevel;
    this.#configuration = keepUntilRestart(this.#configuration, after, change.restart);
    const report = {
      applied: [...change.live, ...added.map((name) => `queue ${name} added`)],
      needsRestart: change.restart,
      refused: conflicts,
    };
    this.#log.info(report, 'configuration reloaded');
    return report;
  }
}

/** The new configuration with the old values of those options that wait for a restart. */
function keepUntilRestart(
  before: Configuration,
  after: Configuration,
  restart: readonly string[],
): Configuration {
  const kept = Object.entries(before.values).filter(([key]) => restart.includes(key));
  return { ...after, values: { ...after.values, ...Object.fromEntries(kept) } };
}

function partitionStatus(
  ref: ActorRef<PartitionMessage>,
  partition: number,
): Promise<PartitionStatus | SilentPartition> {
  return ref
    .ask<PartitionStatus>({ type: 'status' }, { deadlineMs: statusDeadlineMs })
    .catch((error: unknown) => ({ partition, unavailable: (error as Error).message }));
}
