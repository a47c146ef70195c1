/**
 * The threads and actors of a server: the partitions, and those of the main thread that they tell.
 */
import {
  type ActorRef,
  type ActorSystem,
  type Behaviours,
  type ChildSpec,
  startActorSystem,
} from '../actor/index.js';
import type { Configuration } from '../config/configuration.js';
import { type DataPlan, partitionDirectory } from '../data/directory.js';
import { frontChild } from '../front/front.js';
import { limits } from '../limits.js';
import { barrierChild } from '../mail/backup-barrier.js';
import { deskChild } from '../mail/desk.js';
import { diskReportsChild } from '../mail/disk-reports.js';
import {
  partitionActorName,
  storeFullCode,
  storeRefusedCode,
  type PartitionArguments,
  type PartitionMessage,
} from '../mail/partition.js';
import { StartRefused } from '../refusal.js';
import { partitionThreadName } from '../start/early-threads.js';
import type { DiskReserves } from '../store/disk-space.js';
import { type FatalEnd, fatalOfReport, fatalOfThread, isFence } from './fatal.js';
import type { Foundation } from './foundation.js';

const bytesPerGigabyte = 1_000_000_000;
const minuteMs = 60_000;
const dayMs = 86_400_000;
/** For how long the actor of a partition may take to end. */
export const partitionShutdownMs = 10_000;

/** Who is told of what happens to actors. */
export interface ActorEvents {
  fatal(end: FatalEnd): void;
  /** The actor of a partition was lost, and is being built again. */
  lost(partition: number): void;
}

const errorCode = (error: unknown): string | undefined =>
  (error as NodeJS.ErrnoException | undefined)?.code;

const isRefused = (error: unknown): boolean =>
  [storeRefusedCode, storeFullCode].some((code) => code === errorCode(error));

/** Starts the worker threads, or takes those that were spawned ahead of the server. */
export function startThreads(base: Foundation, events: ActorEvents): Promise<ActorSystem> {
  const { values } = base.configuration;
  const { options, log, planned } = base;
  const early = options.earlyThreads;
  const module = early?.module ?? new URL('../../workers/partition-thread.js', import.meta.url);
  const threads = Array.from({ length: base.threads }, (_, index) => ({
    name: partitionThreadName(index),
    module,
    spawned: early?.take(),
  }));
  void early?.dismiss();
  const names = numbersOf(planned).map(partitionActorName);
  return startActorSystem({
    threads,
    behaviours: mainBehaviours(base),
    ...(options.clock === undefined ? {} : { clock: options.clock }),
    onReport(report) {
      // A partition that is refused is told by the start itself.
      if (report.reason === 'shutdown' || isRefused(report.error)) return;
      log.warn({ report }, `actor ${report.child} ended: ${report.reason}`);
      if (isFence(report)) return events.fatal(fatalOfReport(report));
      const partition = names.indexOf(report.child);
      if (partition >= 0 && report.decision === 'restart') events.lost(partition);
    },
    onEscalation: (report) => events.fatal(fatalOfReport(report)),
    onThreadDeath: (death) => events.fatal(fatalOfThread(death)),
    intensity: values['supervision.intensity'],
    periodMs: values['supervision.periodMs'],
    counters: base.counters,
  });
}

/** Behaviours of the actors of the main thread. */
export const mainBehaviours = (
  base: Pick<Foundation, 'front' | 'barrier' | 'disk' | 'desk'>,
): Behaviours => ({
  [frontChild.behaviour]: base.front.behaviour,
  [barrierChild.behaviour]: base.barrier.behaviour,
  [diskReportsChild.behaviour]: base.disk.behaviour,
  [deskChild.behaviour]: base.desk.behaviour,
});

/** What partitions are started with. */
type PartitionsBase = Pick<Foundation, 'configuration' | 'threads'>;

/**
 * Starts the actors, those of the partitions in parallel.
 * @throws {StartRefused} of kind `data` or `full` when a partition cannot be opened
 */
export async function startPartitions(
  base: PartitionsBase,
  system: ActorSystem,
  data: DataPlan,
): Promise<ActorRef<PartitionMessage>[]> {
  const numbers = numbersOf(data);
  const children = numbers.map((partition) => partitionChild(base, data, partition));
  const ours = [frontChild, barrierChild, diskReportsChild, deskChild];
  await system.start([...ours, ...children]).catch((error: unknown) => {
    const message = `a partition cannot be opened: ${(error as Error).message}`;
    const kind = errorCode(error) === storeFullCode ? 'full' : 'data';
    throw new StartRefused(kind, message, { cause: error });
  });
  return numbers.map((number) => system.ref<PartitionMessage>(partitionActorName(number)));
}

/** Each reserve is at least the one below it. */
export function diskReservesOf(values: Configuration['values']): DiskReserves {
  const commitBytes = values['disk.reserveMegabytes'] * 2 ** 20;
  const moveBytes = Math.max(commitBytes, values['disk.moveReserveMegabytes'] * 2 ** 20);
  const submitBytes = Math.max(moveBytes, values['disk.submitReserveMegabytes'] * 2 ** 20);
  return { commitBytes, moveBytes, submitBytes };
}

/** Partitions go round the threads, so that each thread has as many as the others, or one more. */
function partitionChild(base: PartitionsBase, data: DataPlan, partition: number): ChildSpec {
  const { values } = base.configuration;
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
    thread: 1 + (partition % base.threads),
    restart: 'permanent',
    shutdownMs: partitionShutdownMs,
    creditBytes: Math.min(
      limits.partitionCreditBytes,
      Math.floor(limits.requestCreditBytes / partitions),
    ),
    batchMails: limits.requestsPerWriteSet,
  };
}

const numbersOf = ({ manifest: { partitions } }: DataPlan): number[] =>
  Array.from({ length: partitions }, (_, index) => index);
