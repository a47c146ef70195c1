/**
 * A running server. Its states: `ready` until `stop` (then `draining`, then `stopped`) or a fatal
 * end (`failed`, final: every connection is closed at once, so that nothing more is acknowledged).
 *
 * A stop goes against the direction of the start: no new requests; those in flight are answered, up
 * to a bound; connections end; partitions commit what they have and close; the data lock is given
 * back; the admin listener, which can be asked about all this, goes last.
 */
import type { ActorRef, ActorSystem } from '../actor/index.js';
import type { AdminPort } from '../admin/listener.js';
import type { AdminCaller } from '../security/caller.js';
import type { ReservedAddress } from '../admin/reserve.js';
import type { Clock } from '../clock.js';
import {
  type ApplicationDeclaration,
  type Configuration,
  type LogFilterDeclaration,
  resolveConfiguration,
} from '../config/configuration.js';
import { type Endpoint, formatEndpoint } from '../config/endpoint.js';
import type { CounterBlock } from '../counters/index.js';
import { IxionError } from '../errors.js';
import type { AuditLog } from '../security/audit-log.js';
import { type LogFilters, logFiltersOf } from '../security/log-filter.js';
import type { Access } from '../control/access.js';
import { AdminSide } from './admin-side.js';
import { StoreAdmin } from '../data/admin.js';
import type { BackupBarrier } from '../mail/backup-barrier.js';
import { tellCompletedQueues } from '../control/completed-queues.js';
import { checkConfiguration, refusalOfFaults } from '../control/check-configuration.js';
import type { DataPlan } from '../data/directory.js';
import type { DataLock } from '../data/lock.js';
import type { ClockWatch } from '../control/clock-watch.js';
import type { Descriptors } from '../process/descriptors.js';
import type { DiskReports } from '../mail/disk-reports.js';
import type { FatalEnd } from './fatal.js';
import type { Front } from '../front/front.js';
import type { StartOptions as ObjectOptions } from '../objects/rows.js';
import { applyKpiOptions, readLatencyRanges } from '../counters/kpi.js';
import type { LateLoads } from '../process/late-loads.js';
import { type Log, silentLog } from '../log.js';
import type { PartitionMessage, PartitionStatus } from '../mail/partition.js';
import { ObjectsAdmin } from '../control/objects.js';
import type { StartOptions, StopReport } from './options.js';
import type { Phase } from './phases.js';
import type { QueueDirectory } from '../control/queue-directory.js';
import {
  compareConfigurations,
  keepUntilRestart,
  reloadReport,
  type ReloadReport,
} from '../control/reload.js';
import { settingsOf } from '../control/settings.js';
import { readChangedObjects } from '../control/start-objects.js';
import type { ServerState, ServerStatus, SilentPartition } from './status.js';

const statusDeadlineMs = 2_000;
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
  /** Options among the configuration objects. */
  readonly objectOptions: ObjectOptions;
  readonly front: Front;
  readonly barrier: BackupBarrier;
  readonly disk: DiskReports;
  readonly address: Endpoint;
  readonly reserved: ReservedAddress | undefined;
  readonly counters: CounterBlock;
  readonly access: Access;
  readonly audit: AuditLog;
  /** What is open to everybody beyond this machine, because it was asked for. */
  readonly exposed: readonly string[];
  readonly descriptors: Descriptors;
  readonly clockWatch: ClockWatch;
  readonly late: LateLoads;
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
  /** Backups and figures of the store. */
  readonly store: StoreAdmin;
  /** Configuration objects and their versions. */
  readonly objects: ObjectsAdmin;
  /** Settles when a stop, by whomever, is complete. */
  readonly ended: Promise<StopReport>;
  readonly #parts: ServerParts;
  readonly #log: Log;
  readonly #startedAt: number;
  readonly #startedMonotonic: number;
  #configuration: Configuration;
  #objectOptions: ObjectOptions;
  #requestFilters: LogFilters | undefined;
  #state: ServerState = 'ready';
  #admin: AdminSide | undefined;
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
    this.store = new StoreAdmin({
      ...parts,
      manifest: parts.data.manifest,
      log: this.#log,
      staggers: parts.configuration.values.faultInjection,
    });
    this.#objectOptions = parts.objectOptions;
    this.objects = new ObjectsAdmin({
      ...parts,
      log: this.#log,
      placements: parts.options.placements ?? {},
      declaredAccess: () => parts.access.declared,
      changed: () => this.#takeObjects(),
    });
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

  /** What follows the start, once clients are served. Called once. */
  begin(): void {
    const { exposed, audit, version } = this.#parts;
    for (const what of exposed) this.#log.warn({}, `insecure: ${what}`);
    const { pid } = process;
    audit.note({ event: 'server started', who: 'the server', version, pid, insecure: exposed });
    this.#logRequests(this.#parts.options.logFilter);
    this.#parts.clockWatch.begin(this.#parts.partitions);
    const { reserved, clock, late } = this.#parts;
    if (reserved === undefined) return;
    this.#admin = new AdminSide({ reserved, clock, late, port: () => this.#adminPort() });
  }

  /** Requests are logged at level debug only. */
  #logRequests(filter: LogFilterDeclaration | undefined): void {
    const filters =
      this.#configuration.values.logLevel === 'debug'
        ? logFiltersOf(filter?.['log-filter']?.['default-filter-type'], filter?.['log-filter-data'])
        : undefined;
    const { front, late } = this.#parts;
    const isNew = filters !== undefined || this.#requestFilters !== undefined;
    this.#requestFilters = filters;
    if (!isNew) return;
    // Another reload may come while it is tried.
    const load = async (): Promise<void> => front.logRequests(this.#requestFilters);
    void late.whenPossible('the log of requests', load);
  }

  #adminPort(): AdminPort {
    const { version, audit, access } = this.#parts;
    return {
      version,
      tls: access.tls,
      operatorOf: (address, token) => access.operatorOf(address, token),
      ready: () => this.#state === 'ready',
      status: () => this.status(),
      shutdown: (drainMs, who) => {
        audit.note({ event: 'shutdown asked for', ...who });
        void this.stop(drainMs === undefined ? {} : { drainMs });
      },
      reload: (who) => this.reload(who),
      store: this.store,
      objects: this.objects,
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
   */
  stop(options: { readonly drainMs?: number } = {}): Promise<StopReport> {
    this.#stopping ??= this.#stop(options.drainMs ?? this.#configuration.values.drainMs);
    return this.#stopping;
  }

  async #stop(drainMs: number): Promise<StopReport> {
    const { front, system, lock } = this.#parts;
    if (this.#state === 'ready') this.#state = 'draining';
    front.stopAccepting();
    await this.store.stop();
    await this.objects.stop();
    const drained = await this.#within(front.drain(), drainMs);
    await front.close();
    const { late } = await system.stop(systemStopMs);
    // A thread that may still commit keeps the directory until the process is gone.
    this.#parts.access.end();
    await this.#parts.audit.close();
    if (late.length === 0) await lock.release();
    this.#parts.late.stop();
    await this.#admin?.close();
    this.#parts.descriptors.end();
    this.#parts.clockWatch.end();
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
      timeline: data.manifest.timeline,
      listen: formatEndpoint(this.address),
      threads: this.threads,
      queues: this.queueCount,
      partitions: await Promise.all(this.#parts.partitions.map(partitionStatus)),
      clients: front.counts(),
      disk: this.#parts.disk.status(),
      descriptors: this.#parts.descriptors.status,
      clock: this.#parts.clockWatch.status,
      logLinesDropped: this.#log.dropped ?? 0,
      latency: readLatencyRanges(this.#parts.counters),
      memory: { rssBytes: rss, heapUsedBytes: heapUsed },
      security: {
        credentials: this.#parts.access.hasCredentials,
        tls: this.#parts.access.tls !== undefined,
        insecure: this.#parts.exposed,
      },
      phases: this.phases,
      reports: system.reports,
    };
  }

  /**
   * Reads the configuration again, certificates included, and applies what can change while running.
   * @param who for the audit log
   * @throws {ConfigurationError} when it is wrong; nothing is changed then
   * @throws {IxionError} OptionInvalid when the server was started without a way to read it again
   */
  reload(who: AdminCaller = { who: 'the program' }): Promise<ReloadReport> {
    // One after the other: each must see the queues that the one before added.
    const next = this.#reloading.then(() => this.#reload(who));
    this.#reloading = next.catch(() => undefined);
    return next;
  }

  async #reload(who: AdminCaller): Promise<ReloadReport> {
    const { readAgain } = this.#parts.options;
    if (readAgain === undefined) {
      throw new IxionError('OptionInvalid', 'there is no configuration file to reload');
    }
    const content = await readAgain();
    const { values, businessProcesses, applications = [], logFilter } = content;
    const after = resolveConfiguration([values], businessProcesses);
    const secured = await this.#secured(after, applications);
    const change = compareConfigurations(this.#configuration, after);
    const plan = await this.#parts.queues.add(businessProcesses);
    if (this.#log.level !== undefined) this.#log.level = after.values.logLevel;
    this.#configuration = keepUntilRestart(this.#configuration, after, change.restart);
    this.#applyOptions(this.#objectOptions);
    this.#logRequests(logFilter);
    secured();
    const report = reloadReport(change, plan, this.#parts.options.placements, content.placements);
    this.#log.info(report, 'configuration reloaded');
    this.#parts.audit.note({ event: 'configuration reloaded', ...who, ...report });
    return report;
  }

  /** Options among the configuration objects; they win over the configuration file. */
  #applyOptions(options: ObjectOptions): void {
    this.#objectOptions = options;
    applyKpiOptions(this.#parts.counters, settingsOf(this.#configuration, options));
  }

  /**
   * Works by the objects that count now. One after the other with reloads: each replaces what the one
   * before left.
   * @throws {IxionError} UnknownOutcome when they cannot be read
   */
  #takeObjects(): Promise<void> {
    const next = this.#reloading.then(async () => {
      const { front, access, partitions, clock } = this.#parts;
      const { options, applications } = await readChangedObjects(partitions[0]!, clock);
      this.#applyOptions(options);
      await tellCompletedQueues(partitions, options, clock);
      if (await access.setObjects(applications)) front.setAdmission(access.admission);
    });
    this.#reloading = next.catch(() => undefined);
    return next;
  }

  /** What the configuration says of access, checked; the result applies it. */
  async #secured(
    after: Configuration,
    applications: readonly ApplicationDeclaration[],
  ): Promise<() => void> {
    const { reserved, front, access, late } = this.#parts;
    const configuration = keepUntilRestart(this.#configuration, after);
    const { faults, tls: next } = await checkConfiguration(
      {
        configuration,
        applications,
        withAdmin: reserved !== undefined,
        partitions: undefined,
        isNew: false,
      },
      late,
    );
    const refusal = refusalOfFaults(faults);
    if (refusal !== undefined) throw refusal;
    const apply = await access.prepare({ configuration, applications, tls: next });
    return () => {
      apply();
      front.setAdmission(access.admission);
      const { tls } = access;
      if (tls === undefined) return;
      front.setTls(tls);
      this.#admin?.setTls(tls);
    };
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
