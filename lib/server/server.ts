/**
 * A running server. Its states: `ready` until `stop` (then `draining`, then `stopped`) or a fatal
 * end (`failed`, final: every connection is closed at once, so that nothing more is acknowledged).
 *
 * A stop goes against the direction of the start: no new requests; services that use the partitions
 * end; requests in flight are answered, up to a bound; connections end; partitions commit what they
 * have and close; services that write into the data directory end; the data lock is given back;
 * what can be asked about all this, the admin listener, goes last.
 */
import type { ActorRef } from '../actor/index.js';
import type { AdminPort } from '../admin/listener.js';
import { type Endpoint, formatEndpoint } from '../config/endpoint.js';
import type { ConfigurationFeed } from '../control/feed.js';
import { ViewAdmin } from '../control/view-admin.js';
import { ConfigClient } from '../control/config-client.js';
import { ObjectQuestions } from '../control/object-questions.js';
import type { ReloadReport } from '../control/reload.js';
import { readLatencyRanges } from '../counters/kpi.js';
import { StoreAdmin } from '../data/admin.js';
import type { PartitionMessage, PartitionStatus } from '../mail/partition.js';
import type { AdminCaller } from '../security/caller.js';
import type { FatalEnd } from './fatal.js';
import type { StopReport } from './options.js';
import type { ServerParts } from './parts.js';
import { reportStop } from './report-stop.js';
import type { Phase } from './phases.js';
import { servicesOf } from './service-list.js';
import { Services } from '../service/services.js';
import type { ServerState, ServerStatus, SilentPartition } from './status.js';

const statusDeadlineMs = 2_000;
/** Bound on the end of actors and threads, after the drain. */
const systemStopMs = 15_000;

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
  /** Backups and figures of the store. */
  readonly store: StoreAdmin;
  /** Configuration objects and their versions. */
  readonly objects: ConfigClient;
  /** How configuration objects reach who works by them. */
  readonly feed: ConfigurationFeed;
  /** Settles when a stop, by whomever, is complete. */
  readonly ended: Promise<StopReport>;
  readonly #parts: ServerParts;
  readonly #services: Services;
  readonly #startedAt: number;
  readonly #startedMonotonic: number;
  #state: ServerState = 'ready';
  #stopping: Promise<StopReport> | undefined;
  #end: (report: StopReport) => void = () => undefined;

  constructor(parts: ServerParts) {
    const { log, clock, access, feed } = parts;
    this.#parts = parts;
    this.address = parts.address;
    this.adminAddress = parts.reserved && { host: parts.reserved.host, port: parts.reserved.port };
    this.phases = parts.phases;
    this.data = parts.data.directory;
    this.partitions = parts.partitions.length;
    this.threads = parts.threads;
    this.feed = feed;
    this.store = new StoreAdmin({
      ...parts,
      manifest: parts.data.manifest,
      staggers: parts.configuration.values.faultInjection,
    });
    this.objects = new ConfigClient({
      ...parts,
      placements: parts.options.placements ?? {},
      declaredAccess: () => access.declared,
      changed: () => feed.refresh(),
    });
    const { store, objects } = this;
    const list = servicesOf({ ...parts, store, objects, adminPort: () => this.#adminPort() });
    const fatal = (message: string): void => this.fail({ kind: 'service', message });
    this.#services = new Services(list, { clock, log, fatal });
    this.#startedAt = clock.nowMs();
    this.#startedMonotonic = clock.monotonicMs();
    this.ended = new Promise((resolve) => (this.#end = resolve));
  }

  get state(): ServerState {
    return this.#state;
  }

  /** Number of queues. */
  get queueCount(): number {
    return this.#parts.queues.all.length;
  }

  /** What follows the start, once clients are served. Called once. */
  begin(): void {
    const { exposed, running, log } = this.#parts;
    for (const what of exposed) log.warn({}, `insecure: ${what}`);
    running.served();
    void this.#services.start();
  }

  #adminPort(): AdminPort {
    const { version, audit, access, clock } = this.#parts;
    return {
      version,
      tls: access.tls,
      operatorOf: (address, token) => access.operatorOf(address, token),
      ready: () => this.#state === 'ready',
      status: () => this.status(),
      shutdown: (drainMs, who) => {
        audit.note({ event: 'shutdown asked for', ...who });
        void this.stop({ ...(drainMs !== undefined && { drainMs }), who: who.who });
      },
      reload: (who) => this.reload(who),
      store: this.store,
      objects: this.objects,
      questions: new ObjectQuestions(this.#parts),
      clock,
      views: new ViewAdmin(this.#parts.partitions),
    };
  }

  /**
   * Loads what nothing waits for, as the log of a program; tried again for as long as it fails. See
   * `LateLoads`.
   */
  async loadLate(what: string, load: () => Promise<void>): Promise<void> {
    await this.#parts.late.whenPossible(what, load);
  }

  /**
   * Stops in order. A second call gives the same promise, whatever its options.
   * @param options.drainMs bound on the wait for requests in flight; absent: as configured
   * @param options.who who wants it, for the event that tells of it
   */
  stop(options: { readonly drainMs?: number; readonly who?: string } = {}): Promise<StopReport> {
    const { drainMs = this.#parts.running.values.drainMs, who = 'the program' } = options;
    this.#stopping ??= this.#stop(drainMs, who);
    return this.#stopping;
  }

  async #stop(drainMs: number, who: string): Promise<StopReport> {
    const { front, system, lock, partitions, log } = this.#parts;
    if (this.#state === 'ready') this.#state = 'draining';
    front.stopAccepting();
    const reported = reportStop(partitions[0]!, log, who, drainMs);
    await this.#services.stop('drain');
    const drained = await this.#within(front.drain(), drainMs);
    await reported;
    await front.close();
    const { late } = await system.stop(systemStopMs);
    await this.#services.stop('directory');
    // A thread that may still commit keeps the directory until the process is gone.
    if (late.length === 0) await lock.release();
    this.#parts.late.stop();
    await this.#services.stop('end');
    this.#parts.descriptors.end();
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
    this.#parts.log.error({ kind: end.kind }, end.message);
    this.#parts.options.onFatal?.(end);
  }

  /** What the server looks like now; a partition that does not answer in 2 s says so. */
  async status(): Promise<ServerStatus> {
    const { front, data, clock, system, version, access, log } = this.#parts;
    const { rss, heapUsed } = process.memoryUsage();
    return {
      version,
      state: this.#state,
      pid: process.pid,
      startedAt: this.#startedAt,
      uptimeMs: Math.round(clock.monotonicMs() - this.#startedMonotonic),
      data: data.directory,
      storeId: data.manifest.storeId,
      timeline: data.manifest.timeline,
      listen: formatEndpoint(this.address),
      threads: this.threads,
      queues: this.queueCount,
      partitions: await Promise.all(this.#parts.partitions.map(partitionStatus)),
      clients: front.counts(),
      disk: this.#parts.disk.status(),
      descriptors: this.#parts.descriptors.status,
      clock: this.#parts.clockWatch.status,
      logLinesDropped: log.dropped ?? 0,
      latency: readLatencyRanges(this.#parts.counters),
      memory: { rssBytes: rss, heapUsedBytes: heapUsed },
      security: {
        credentials: access.hasCredentials,
        tls: access.tls !== undefined,
        insecure: this.#parts.exposed,
      },
      services: this.#services.status(),
      phases: this.phases,
      reports: system.reports,
    };
  }

  /**
   * Reads the configuration again, certificates included, and applies what can
   * change while running.
   * @param who for the audit log
   * @throws {ConfigurationError} when it is wrong; nothing is changed then
   * @throws {IxionError} OptionInvalid when the server was started without a way to read it again
   */
  reload(who: AdminCaller = { who: 'the program' }): Promise<ReloadReport> {
    return this.#parts.running.reload(who, this.#parts.queues);
  }
}

function partitionStatus(
  ref: ActorRef<PartitionMessage>,
  partition: number,
): Promise<PartitionStatus | SilentPartition> {
  return ref
    .ask<PartitionStatus>({ type: 'status' }, { deadlineMs: statusDeadlineMs })
    .catch((error: unknown) => ({ partition, unavailable: (error as Error).message }));
}
