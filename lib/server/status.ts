/** The picture of a running server that `GET /status` and `ixion status` give. */
import type { ClockStatus } from '../clock.js';
import type { ChildReport } from '../actor/index.js';
import type { Timeline } from '../timeline.js';
import type { DescriptorStatus } from '../process/descriptors.js';
import type { DiskStatus } from '../mail/disk-reports.js';
import type { FrontCounts } from '../front/options.js';
import type { readLatencyRanges } from '../counters/kpi.js';
import type { PartitionStatus } from '../mail/partition.js';
import type { Phase } from './phases.js';
import type { ServiceStatus } from '../service/services.js';

/**
 * `ready`: serves. `draining`: takes nothing new, answers what is in flight. `stopped`: all is
 * closed. `failed`: a fatal end; the process is about to end.
 */
export type ServerState = 'ready' | 'draining' | 'stopped' | 'failed';

/** A partition that did not answer in time. */
export interface SilentPartition {
  readonly partition: number;
  readonly unavailable: string;
}

export interface ServerStatus {
  readonly version: string;
  readonly state: ServerState;
  readonly pid: number;
  /** Milliseconds since 1970 UTC. */
  readonly startedAt: number;
  readonly uptimeMs: number;
  readonly data: string;
  readonly storeId: string;
  /** The course of events that the store is in; a restore begins another. */
  readonly timeline: Timeline;
  /** HOST:PORT */
  readonly listen: string;
  readonly threads: number;
  readonly queues: number;
  readonly partitions: readonly (PartitionStatus | SilentPartition)[];
  readonly clients: FrontCounts;
  readonly disk: DiskStatus;
  readonly descriptors: DescriptorStatus;
  readonly clock: ClockStatus;
  /** Lines of the log that nobody took in time, since the start. */
  readonly logLinesDropped: number;
  /**
   * Times of requests in the server, with the ranges that they were counted in; absent while off.
   */
  readonly latency?: ReturnType<typeof readLatencyRanges>;
  readonly memory: { readonly rssBytes: number; readonly heapUsedBytes: number };
  readonly security: {
    /** Clients must show credentials, or may. */
    readonly credentials: boolean;
    readonly tls: boolean;
    /** What is open to everybody beyond this machine; empty: nothing. */
    readonly insecure: readonly string[];
  };
  /** By their names: those that clients are served without. */
  readonly services: Readonly<Record<string, ServiceStatus>>;
  /** Phases of the start. */
  readonly phases: readonly Phase[];
  /** The last ends of actors, newest last. */
  readonly reports: readonly ChildReport[];
}
