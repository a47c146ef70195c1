/**
 * What is there before the first phase of a start, and has everything else:
 * checked, nothing opened.
 */
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { type Clock, systemClock, systemRandom } from '../clock.js';
import { type Configuration, resolveConfiguration } from '../config/configuration.js';
import { Access } from '../control/access.js';
import { checkConfiguration, refusalOfFaults } from '../control/check-configuration.js';
import { ClockWatch } from '../control/clock-watch.js';
import { type CounterBlock, createCounterBlock } from '../counters/index.js';
import { counterGroups } from '../counters/kpi.js';
import { type DataPlan, planData } from '../data/directory.js';
import { type Front, createFront } from '../front/front.js';
import { type Log, silentLog } from '../log.js';
import { BackupBarrier } from '../mail/backup-barrier.js';
import { DeskMail } from '../mail/desk.js';
import { DiskReports } from '../mail/disk-reports.js';
import { Descriptors } from '../process/descriptors.js';
import { LateLoads } from '../process/late-loads.js';
import { AuditLog } from '../security/audit-log.js';
import type { StartOptions } from './options.js';
import { RunningConfiguration } from '../control/running-configuration.js';
import { readVersion } from './version.js';

/** Who changed what, in the data directory. */
const auditFile = 'audit.jsonl';

export interface Foundation {
  readonly options: StartOptions;
  readonly clock: Clock;
  readonly log: Log;
  readonly version: string;
  /** That of the start; `running` follows it. */
  readonly configuration: Configuration;
  readonly running: RunningConfiguration;
  /** Where the data are, or will be. */
  readonly planned: DataPlan;
  /** Worker threads. */
  readonly threads: number;
  readonly counters: CounterBlock;
  readonly front: Front;
  readonly access: Access;
  readonly audit: AuditLog;
  /** What is open to everybody beyond this machine, because it was asked for. */
  readonly exposed: readonly string[];
  readonly barrier: BackupBarrier;
  readonly disk: DiskReports;
  readonly desk: DeskMail;
  readonly descriptors: Descriptors;
  readonly clockWatch: ClockWatch;
  readonly late: LateLoads;
}

/**
 * Checks what a server is started with, and makes what it stands on.
 * @throws {StartRefused} when it may not or cannot start
 */
export async function layFoundation(options: StartOptions): Promise<Foundation> {
  const { clock = systemClock, random = systemRandom, log = silentLog } = options;
  const { businessProcesses = [], applications = [] } = options;
  const configuration = resolveConfiguration([options], businessProcesses);
  const { values } = configuration;
  const version = readVersion();
  const descriptors = new Descriptors({ clock, log });
  const clockWatch = new ClockWatch({ clock, log });
  const late = new LateLoads({ clock, log, descriptors });
  const { planned, exposed, tls } = await planAndCheck(options, configuration, late);
  const { partitions } = planned.manifest;
  const wanted = values.threads ?? availableParallelism() - 1;
  const threads = Math.max(1, Math.min(partitions, wanted));
  const counters = createCounterBlock({ groups: counterGroups, lanes: threads + 1 });
  const audit = new AuditLog({
    file: join(planned.directory, auditFile),
    clock,
    failed: (error) => log.error({ error: error.message }, 'the audit log cannot be written'),
  });
  const declared = { configuration, applications, tls };
  const access = Access.declare(declared, { clock, audit, log, late });
  const front = createFront({
    clock,
    random,
    counters,
    logger: log,
    serverVersion: version,
    supervision: {
      intensity: values['supervision.intensity'],
      periodMs: values['supervision.periodMs'],
    },
    clockStatus: () => clockWatch.status,
    audit,
    limits: { bufferedBytes: values.heldMegabytes * 2 ** 20 },
  });
  const shared = { options, configuration, counters, access, audit, front, late, log };
  const running = new RunningConfiguration(shared);
  const barrier = new BackupBarrier();
  const disk = new DiskReports(log, planned.directory);
  const base = { ...shared, clock, version, running, planned, threads, exposed };
  const desk = new DeskMail();
  return { ...base, barrier, disk, desk, descriptors, clockWatch };
}

/** Where the data are; asked again under the lock, since only then it is certain. */
export function planOf(options: StartOptions, { values }: Configuration): DataPlan {
  return planData({
    data: values.data,
    creation: options.create,
    partitions: values.partitions,
    random: options.random ?? systemRandom,
  });
}

/** What is wrong with the configuration is told before what is wrong with the data. */
async function planAndCheck(options: StartOptions, configuration: Configuration, late: LateLoads) {
  const planning = attempt(() => planOf(options, configuration));
  const { isNew = options.create !== undefined, manifest } = planning.value ?? {};
  const asked = { ...options, configuration, partitions: manifest?.partitions, isNew };
  const { faults, exposed, tls } = await checkConfiguration(asked, late);
  const refusal = refusalOfFaults(faults);
  if (refusal !== undefined) throw refusal;
  if (planning.value === undefined) throw planning.error;
  return { planned: planning.value, exposed, tls };
}

function attempt<T>(work: () => T): { readonly value?: T; readonly error?: unknown } {
  try {
    return { value: work() };
  } catch (error) {
    return { error };
  }
}
