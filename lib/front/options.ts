/** What the front is made with, and what it counts. */
import type { ActorRef } from '../actor/index.js';
import type { Clock, ClockStatus, Random } from '../clock.js';
import type { CounterBlock } from '../counters/index.js';
import type { Log } from '../log.js';
import type { NetLimits } from '../net/net-limits.js';
import type { Audit } from '../security/audit-log.js';
import type { QueueEntry } from '../queue/entry.js';
import type { PartitionMessage } from '../mail/partition.js';
import type { Timeline } from '../timeline.js';
import type { DeskActor } from './desk-link.js';
import type { Supervision } from './faults.js';
import type { BufferedStatus } from './relief.js';

export interface FrontOptions {
  readonly clock: Clock;
  readonly random: Random;
  /** Made with `counterGroups`; lane 0 is counted in by the front. */
  readonly counters: CounterBlock;
  readonly logger: Log;
  /** Told to each client that registers. */
  readonly serverVersion: string;
  /** Told to each that pings; absent: nothing is told of the clock. */
  readonly clockStatus?: (() => ClockStatus) | undefined;
  /** Gets what clients change. */
  readonly audit?: Audit | undefined;
  /** As the supervisor of the actors has them. */
  readonly supervision: Supervision;
  /** The number of a client before the first one, for tests; absent: 0. */
  readonly lastSession?: number | undefined;
  /** Smaller limits, for tests. */
  readonly limits?: Partial<NetLimits>;
}

/** The store that a front serves. */
export interface ServedStore {
  /** References by partition number. */
  readonly partitions: readonly ActorRef<PartitionMessage>[];
  readonly queues: readonly QueueEntry[];
  /** What is remembered outside of it belongs to the two of these. */
  readonly storeId: string;
  readonly timeline: Timeline;
  /** Absent: there are no agents. */
  readonly desk?: DeskActor | undefined;
  /** Rejects with UnknownTenant for one that there is not; absent: nothing is known of tenants. */
  readonly checkTenant?: ((tenantId: number) => Promise<void>) | undefined;
}

export interface FrontCounts {
  readonly connections: number;
  /** Connections refused since the start, because all places were taken. */
  readonly refused: number;
  readonly sessions: number;
  readonly subscriptions: number;
  /** Requests that were taken and are not answered. */
  readonly inFlight: number;
  /** Bytes that clients have not read. */
  readonly unreadBytes: number;
  /** All that is buffered for clients, and who was ended for it. */
  readonly held: BufferedStatus;
}
