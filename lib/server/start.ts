/**
 * Starts a server, in phases that each finish before the next:
 *
 *   data        plan and lock the data directory, make a new store; threads start meanwhile
 *   threads     every worker thread can take actors
 *   partitions  every partition actor runs, all in parallel; the front's actor too
 *   queues      read from partition 0; declared ones that are missing are added
 *   listen      clients are served: ready
 *
 * The admin address is bound before `listen`, its HTTP side loaded after. A start that fails undoes
 * what was done, newest first, and rejects.
 */
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { type ActorSystem, type ChildSpec, startActorSystem } from '../actor/index.js';
import { type ReservedAddress, reserveAddress } from '../admin/reserve.js';
import { systemClock, systemRandom } from '../clock.js';
import { type Configuration, resolveConfiguration } from '../config/configuration.js';
import { type Endpoint, parseEndpoint } from '../config/endpoint.js';
import { createCounterBlock } from '../counters/index.js';
import { AuditLog } from '../security/audit-log.js';
import type { DiskReserves } from '../store/room.js';
import { Access } from '../control/access.js';
import { BackupBarrier, barrierChild } from '../mail/backup-barrier.js';
import { tellCompletedQueues } from '../control/completed-queues.js';
import { type DataPlan, partitionDirectory, planData } from '../data/directory.js';
import { ClockWatch } from '../control/clock-watch.js';
import { Descriptors } from '../process/descriptors.js';
import { DiskReports, diskReportsChild } from '../mail/disk-reports.js';
import { demoProcess } from '../control/demo-process.js';
import { type FatalEnd, fatalOfReport, fatalOfThread, isFence, refusalOfEnd } from './fatal.js';
import { type Front, createFront, listenerChild } from '../front/front.js';
import { LateLoads } from '../process/late-loads.js';
import { limits } from '../limits.js';
import { checkConfiguration, refusalOfFaults } from '../control/check-configuration.js';
import { completeManifest } from '../data/manifest.js';
import { applyKpiOptions, counterGroups } from '../counters/kpi.js';
import { silentLog } from '../log.js';
import {
  partitionActorName,
  storeFullCode,
  storeRefusedCode,
  type PartitionArguments,
  type PartitionMessage,
} from '../mail/partition.js';
import type { StartOptions } from './options.js';
import { Phases } from './phases.js';
import { QueueDirectory } from '../control/queue-directory.js';
import { StartRefused } from '../refusal.js';
import { Server } from './server.js';
import { settingsOf } from '../control/settings.js';
import { partitionThreadName } from '../start/early-threads.js';
import { StartData } from '../data/start-data.js';
import { readStartObjects } from '../control/start-objects.js';
import { readVersion } from './version.js';

const bytesPerGigabyte = 1_000_000_000;
const minuteMs = 60_000;
const dayMs = 86_400_000;
/** Who changed what, in the data directory. */
const auditFile = 'audit.jsonl';
const partitionShutdownMs = 10_000;
const injectsFaults = 'faultInjection is on: any client can crash a partition. For tests only.';

/** What is open while a server starts, newest last; undone in reverse when the start fails. */
class Undo {
  readonly #steps: (() => unknown)[] = [];

  add(step: () => unknown): void {
    this.#steps.push(step);
  }

  async all(): Promise<void> {
    for (const step of this.#steps.toReversed()) await step();
  }
}

/** Everything that the phases share. */
interface Start {
  readonly options: StartOptions;
  readonly configuration: Configuration;
  readonly threads: number;
  readonly phases: Phases;
  readonly undo: Undo;
  readonly counters: ReturnType<typeof createCounterBlock>;
  readonly front: Front;
  readonly access: Access;
  readonly audit: AuditLog;
  /** What is open to everybody beyond this machine, because it was asked for. */
  readonly exposed: readonly string[];
  readonly barrier: BackupBarrier;
  readonly disk: DiskReports;
  readonly descriptors: Descriptors;
  readonly clockWatch: ClockWatch;
  readonly late: LateLoads;
  /** Set once there is a server to tell; before, a fatal end fails the start. */
  fatal: (end: FatalEnd) => void;
}

function errorCode(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException | undefined)?.code;
}

/** Turns the system's refusal to bind into one that names the option. */
function refuseAddress(option: string, wanted: string, error: unknown): never {
  const cause = error as Error;
  if (errorCode(error) === 'EADDRINUSE') {
    const message = `${wanted} is in use. Stop what listens there, or give another --${option}.`;
    throw new StartRefused('address', message, { cause });
  }
  const message = `cannot listen on ${wanted}: ${cause.message}. Give another --${option}.`;
  throw new StartRefused('configuration', message, { cause });
}

function endpoint(option: string, text: string): Endpoint {
  const parsed = parseEndpoint(text);
  if (parsed !== undefined) return parsed;
  throw new StartRefused('configuration', `${option}: "${text}" is no HOST:PORT`);
}

function plan(options: StartOptions, configuration: Configuration): DataPlan {
  return planData({
    data: configuration.values.data,
    creation: options.create,
    partitions: configuration.values.partitions,
    random: options.random ?? systemRandom,
  });
}

const isRefused = (error: unknown): boolean =>
  [storeRefusedCode, storeFullCode].some((code) => code === errorCode(error));

/** What is wrong with the configuration is told before what is wrong with the data. */
async function planAndCheck(options: StartOptions, configuration: Configuration, late: LateLoads) {
  const planning = attempt(() => plan(options, configuration));
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

function startThreads(start: Start): Promise<ActorSystem> {
  const { values } = start.configuration;
  const log = start.options.log ?? silentLog;
  const early = start.options.earlyThreads;
  const module = early?.module ?? new URL('../../workers/partition-thread.js', import.meta.url);
  const threads = Array.from({ length: start.threads }, (_, index) => ({
    name: partitionThreadName(index),
    module,
    spawned: early?.take(),
  }));
  void early?.dismiss();
  return startActorSystem({
    threads,
    behaviours: {
      [listenerChild.behaviour]: start.front.behaviour,
      [barrierChild.behaviour]: start.barrier.behaviour,
      [diskReportsChild.behaviour]: start.disk.behaviour,
    },
    ...(start.options.clock === undefined ? {} : { clock: start.options.clock }),
    onReport(report) {
      // A partition that is refused is told by the start itself.
      if (report.reason === 'shutdown' || isRefused(report.error)) return;
      log.warn({ report }, `actor ${report.child} ended: ${report.reason}`);
      if (isFence(report)) start.fatal(fatalOfReport(report));
    },
    onEscalation: (report) => start.fatal(fatalOfReport(report)),
    onThreadDeath: (death) => start.fatal(fatalOfThread(death)),
    intensity: values['supervision.intensity'],
    periodMs: values['supervision.periodMs'],
    counters: start.counters,
  });
}

/** Each reserve is at least the one below it. */
function diskReservesOf(values: Configuration['values']): DiskReserves {
  const commitBytes = values['disk.reserveMegabytes'] * 2 ** 20;
  const moveBytes = Math.max(commitBytes, values['disk.moveReserveMegabytes'] * 2 ** 20);
  const submitBytes = Math.max(moveBytes, values['disk.submitReserveMegabytes'] * 2 ** 20);
  return { commitBytes, moveBytes, submitBytes };
}

/** Partitions go round the threads, so that each thread has as many as the others, or one more. */
function partitionChild(start: Start, data: DataPlan, partition: number): ChildSpec {
  const { values } = start.configuration;
  const { partitions } = data.manifest;
  const bytes = values['eventRetention.gigabytes'] * bytesPerGigabyte;
  const argument: PartitionArguments = {
    partition,
    partitions,
    directory: partitionDirectory(data.directory, partition),
    storeId: data.manifest.storeId,
    timeline: data.manifest.timeline,
    create: data.isNew,
    reconnectTimeoutMs: values.reconnectTimeoutMs,
    identifierRetentionMs: values.identifierRetentionMinutes * minuteMs,
    eventRetentionMs: values['eventRetention.days'] * dayMs,
    eventRetentionBytes: Math.floor(bytes / partitions),
    diskReserves: diskReservesOf(values),
    faultInjection: values.faultInjection,
  };
  return {
    id: partitionActorName(partition),
    behaviour: 'partition',
    argument,
    thread: 1 + (partition % start.threads),
    restart: 'permanent',
    shutdownMs: partitionShutdownMs,
    creditBytes: Math.min(
      limits.partitionCreditBytes,
      Math.floor(limits.requestCreditBytes / partitions),
    ),
    batchMails: limits.requestsPerWriteSet,
  };
}

async function startPartitions(start: Start, system: ActorSystem, data: DataPlan) {
  const numbers = Array.from({ length: data.manifest.partitions }, (_, index) => index);
  const children = numbers.map((partition) => partitionChild(start, data, partition));
  const ours = [listenerChild, barrierChild, diskReportsChild];
  await system.start([...ours, ...children]).catch((error: unknown) => {
    const message = `a partition cannot be opened: ${(error as Error).message}`;
    const kind = errorCode(error) === storeFullCode ? 'full' : 'data';
    throw new StartRefused(kind, message, { cause: error });
  });
  return numbers.map((number) => system.ref<PartitionMessage>(partitionActorName(number)));
}

async function openQueues(start: Start, refs: ConstructorParameters<typeof QueueDirectory>[0]) {
  const queues = new QueueDirectory(
    refs,
    start.options.clock ?? systemClock,
    start.options.placements,
  );
  await queues.load();
  const demo = start.options.create === 'demo' ? [demoProcess(refs.length)] : [];
  const { conflicts } = await queues.add([...demo, ...start.configuration.businessProcesses]);
  if (conflicts.length > 0) throw new StartRefused('configuration', conflicts.join('; '));
  return queues;
}

async function reserveAdmin(start: Start): Promise<ReservedAddress | undefined> {
  if (start.options.withAdmin === false) return undefined;
  const text = start.configuration.values.admin;
  const { clock = systemClock, adminLimits } = start.options;
  const hasTls = start.access.tls !== undefined;
  const gate = { clock, hasTls, limits: adminLimits };
  const reserved = await reserveAddress(endpoint('admin', text), gate).catch((error: unknown) =>
    refuseAddress('admin', text, error),
  );
  start.undo.add(() => reserved.close());
  return reserved;
}

async function run(start: Start, planned: DataPlan): Promise<Server> {
  const { options, configuration, phases, undo, front, access } = start;
  const { clock = systemClock, log = silentLog } = options;
  const starting = startThreads(start);
  let taken: StartData | undefined;
  undo.add(() => taken?.giveUp());
  undo.add(async () => (await starting.catch(() => undefined))?.stop(partitionShutdownMs));
  taken = await StartData.take(planned.directory, diskReservesOf(configuration.values));
  const data = taken.make(planned, () => plan(options, configuration));
  const reserved = await reserveAdmin(start);
  phases.end('data');
  if (configuration.values.faultInjection) log.warn({}, injectsFaults);
  const system = await starting;
  phases.end('threads');
  const partitions = await startPartitions(start, system, data);
  phases.end('partitions');
  const [queues, objects] = await Promise.all([
    openQueues(start, partitions),
    readStartObjects(partitions[0]!),
  ]).catch((error: unknown) => {
    throw taken!.refusalOfChange(error);
  });
  applyKpiOptions(start.counters, settingsOf(configuration, objects.options));
  await tellCompletedQueues(partitions, objects.options, clock);
  await access.setObjects(objects.applications);
  if (data.isNew) completeManifest(data.directory);
  phases.end('queues');
  const listen = endpoint('listen', configuration.values.listen);
  undo.add(() => front.close());
  const { admission, tls } = access;
  const { storeId, timeline } = data.manifest;
  const served = { partitions, queues: queues.all, storeId, timeline };
  const { descriptors } = start;
  descriptors.begin();
  const connections = descriptors.connections(limits.connections);
  const address = await front
    .open({ ...served, listen, connections, tls, admission })
    .catch((error: unknown) => refuseAddress('listen', configuration.values.listen, error));
  taken.served();
  phases.end('listen');
  const server = new Server({
    ...start,
    data,
    lock: taken.lock,
    system,
    partitions,
    queues,
    objectOptions: objects.options,
    address,
    reserved,
    phases: phases.done,
    version: readVersion(),
    clock,
  });
  start.fatal = (end) => server.fail(end);
  server.begin();
  return server;
}

/**
 * Starts a server and resolves when clients are served.
 * @throws {StartRefused} when it may not or cannot start; nothing is left running then
 */
export async function startServer(options: StartOptions): Promise<Server> {
  const clock = options.clock ?? systemClock;
  const phases = new Phases(clock);
  const { businessProcesses = [], applications = [] } = options;
  const configuration = resolveConfiguration([options], businessProcesses);
  const log = options.log ?? silentLog;
  const descriptors = new Descriptors({ clock, log });
  const clockWatch = new ClockWatch({ clock, log });
  const late = new LateLoads({ clock, log, descriptors });
  const { planned, exposed, tls } = await planAndCheck(options, configuration, late);
  const { partitions } = planned.manifest;
  const wanted = configuration.values.threads ?? availableParallelism() - 1;
  const threads = Math.max(1, Math.min(partitions, wanted));
  const counters = createCounterBlock({ groups: counterGroups, lanes: threads + 1 });
  applyKpiOptions(counters, settingsOf(configuration));
  const audit = new AuditLog({
    file: join(planned.directory, auditFile),
    clock,
    failed: (error) => log.error({ error: error.message }, 'the audit log cannot be written'),
  });
  const declared = { configuration, applications, tls };
  const access = Access.declare(declared, { clock, audit, log, late });
  const front = createFront({
    clock,
    random: options.random ?? systemRandom,
    counters,
    logger: log,
    serverVersion: readVersion(),
    supervision: {
      intensity: configuration.values['supervision.intensity'],
      periodMs: configuration.values['supervision.periodMs'],
    },
    clockStatus: () => clockWatch.status,
    audit,
    limits: { heldBytes: configuration.values.heldMegabytes * 2 ** 20 },
  });
  const undo = new Undo();
  undo.add(() => descriptors.end());
  let refuse: (reason: Error) => void = () => undefined;
  const refused = new Promise<never>((_, reject) => (refuse = reject));
  const fatal = (end: FatalEnd): void => refuse(refusalOfEnd(end));
  const shared = { options, configuration, threads, phases, undo, counters, front };
  const barrier = new BackupBarrier();
  const disk = new DiskReports(options.log ?? silentLog, planned.directory);
  const start = {
    ...shared,
    barrier,
    disk,
    descriptors,
    clockWatch,
    late,
    access,
    audit,
    exposed,
    fatal,
  };
  const running = run(start, planned);
  try {
    return await Promise.race([running, refused]);
  } catch (error) {
    await undo.all();
    // What was under way when the start failed ends too, one way or the other.
    await running.then(
      (server) => server.stop({ drainMs: 0 }),
      () => undefined,
    );
    throw error;
  }
}
