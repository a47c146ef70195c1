/**
 * The configuration that the server works by: that of its start, what a reload changed of it, and
 * the configuration objects, which win over both. As a consumer of the feed it brings options to
 * the counters, applications to who may come in, and queues to the front.
 */
import {
  type ApplicationDeclaration,
  type Configuration,
  type FileContent,
  type LogFilterDeclaration,
  resolveConfiguration,
} from '../config/configuration.js';
import type { Access } from './access.js';
import { checkConfiguration, refusalOfFaults } from './check-configuration.js';
import type { ConfigurationFeed } from './feed.js';
import type { QueueDirectory } from './queue-directory.js';
import {
  compareConfigurations,
  keepUntilRestart,
  reloadReport,
  type ReloadReport,
} from './reload.js';
import { settingsOf } from './settings.js';
import type { CounterBlock } from '../counters/index.js';
import { applyKpiOptions } from '../counters/kpi.js';
import { IxionError } from '../errors.js';
import type { Log } from '../log.js';
import type { NamedPlacements } from '../objects/placement.js';
import type { QueueEntry } from '../queue/entry.js';
import type { StartApplication, StartOptions as ObjectOptions } from '../objects/rows.js';
import type { LateLoads } from '../process/late-loads.js';
import type { Audit } from '../security/audit-log.js';
import type { AdminCaller } from '../security/caller.js';
import { type LogFilters, logFiltersOf } from '../security/log-filter.js';
import type { TlsMaterial } from '../security/tls.js';
import type { Admission } from '../security/admission.js';

/** What of a start a reload is compared with, and how it reads the configuration. */
export interface StartedWith {
  readonly withAdmin?: boolean | undefined;
  readonly placements?: NamedPlacements | undefined;
  readonly logFilter?: LogFilterDeclaration | undefined;
  /** Absent: there is nothing to reload. */
  readonly readAgain?: (() => Promise<FileContent>) | undefined;
}

/** What the front takes of the configuration. */
export interface ConfiguredFront {
  setQueues(queues: readonly QueueEntry[]): void;
  setAdmission(admission: Admission): void;
  setTls(tls: TlsMaterial): void;
  logRequests(filters: LogFilters | undefined): Promise<void>;
}

export interface RunningConfigurationOptions {
  /** That the server was started with, checked. */
  readonly configuration: Configuration;
  readonly options: StartedWith;
  readonly counters: CounterBlock;
  readonly access: Access;
  readonly audit: Audit;
  readonly front: ConfiguredFront;
  readonly late: LateLoads;
  readonly log: Log;
}

export class RunningConfiguration {
  readonly #options: RunningConfigurationOptions;
  #configuration: Configuration;
  #objectOptions: ObjectOptions = {};
  #requestFilters: LogFilters | undefined;
  #tail: Promise<unknown> = Promise.resolve();
  /** Told of certificates that a reload brought. */
  onTls: (tls: TlsMaterial) => void = () => undefined;

  constructor(options: RunningConfigurationOptions) {
    this.#options = options;
    this.#configuration = options.configuration;
    this.#applyOptions({});
  }

  get values(): Configuration['values'] {
    return this.#configuration.values;
  }

  /** Lets the feed tell what counts; resolves when all of it that is known is taken. */
  async attach(feed: ConfigurationFeed): Promise<void> {
    const { front } = this.#options;
    await Promise.all([
      feed.attach({
        name: 'counters',
        kinds: ['options'],
        take: ({ options }) => this.#applyOptions(options.value),
      }),
      feed.attach({
        name: 'access',
        kinds: ['applications'],
        take: ({ applications: { value } }) => this.#inTurn(() => this.#setApplications(value)),
      }),
      feed.attach({
        name: 'front',
        kinds: ['queues'],
        take: ({ queues }) => front.setQueues(queues.value),
      }),
    ]);
  }

  /** What follows the start, once clients are served. */
  served(): void {
    this.#logRequests(this.#options.options.logFilter);
  }

  /**
   * Reads the configuration again, certificates included, and applies what can
   * change while running.
   * @param who for the audit log
   * @throws {ConfigurationError} when it is wrong; nothing is changed then
   * @throws {IxionError} OptionInvalid when the server was started without a way to read it again
   */
  reload(who: AdminCaller, queues: QueueDirectory): Promise<ReloadReport> {
    // Each must see the queues that the one before added.
    return this.#inTurn(() => this.#reload(who, queues));
  }

  /** One after the other: each replaces what the one before left. */
  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const next = this.#tail.then(work);
    this.#tail = next.catch(() => undefined);
    return next;
  }

  async #reload(who: AdminCaller, queues: QueueDirectory): Promise<ReloadReport> {
    const { options, log, audit } = this.#options;
    if (options.readAgain === undefined) {
      throw new IxionError('OptionInvalid', 'there is no configuration file to reload');
    }
    const content = await options.readAgain();
    const { values, businessProcesses, applications = [], logFilter } = content;
    const after = resolveConfiguration([values], businessProcesses);
    const secured = await this.#secured(after, applications);
    const change = compareConfigurations(this.#configuration, after);
    const plan = await queues.add(businessProcesses);
    if (log.level !== undefined) log.level = after.values.logLevel;
    this.#configuration = keepUntilRestart(this.#configuration, after, change.restart);
    this.#applyOptions(this.#objectOptions);
    this.#logRequests(logFilter);
    secured();
    const report = reloadReport(change, plan, options.placements, content.placements);
    log.info(report, 'configuration reloaded');
    audit.note({ event: 'configuration reloaded', ...who, ...report });
    return report;
  }

  async #setApplications(applications: readonly StartApplication[]): Promise<void> {
    const { access, front } = this.#options;
    if (await access.setObjects(applications)) front.setAdmission(access.admission);
  }

  /** Options among the configuration objects; they win over the configuration file. */
  #applyOptions(options: ObjectOptions): void {
    this.#objectOptions = options;
    applyKpiOptions(this.#options.counters, settingsOf(this.#configuration, options));
  }

  /** Requests are logged at level debug only. */
  #logRequests(filter: LogFilterDeclaration | undefined): void {
    const filters =
      this.values.logLevel === 'debug'
        ? logFiltersOf(filter?.['log-filter']?.['default-filter-type'], filter?.['log-filter-data'])
        : undefined;
    const { front, late } = this.#options;
    const isNew = filters !== undefined || this.#requestFilters !== undefined;
    this.#requestFilters = filters;
    if (!isNew) return;
    // Another reload may come while it is tried.
    const load = async (): Promise<void> => front.logRequests(this.#requestFilters);
    void late.whenPossible('the log of requests', load);
  }

  /** What the configuration says of access, checked; the result applies it. */
  async #secured(
    after: Configuration,
    applications: readonly ApplicationDeclaration[],
  ): Promise<() => void> {
    const { front, access, late, options } = this.#options;
    const configuration = keepUntilRestart(this.#configuration, after);
    const { withAdmin } = options;
    const asked = { configuration, applications, withAdmin, partitions: undefined, isNew: false };
    const { faults, tls: next } = await checkConfiguration(asked, late);
    const refusal = refusalOfFaults(faults);
    if (refusal !== undefined) throw refusal;
    const apply = await access.prepare({ configuration, applications, tls: next });
    return () => {
      apply();
      front.setAdmission(access.admission);
      const { tls } = access;
      if (tls === undefined) return;
      front.setTls(tls);
      this.onTls(tls);
    };
  }
}
