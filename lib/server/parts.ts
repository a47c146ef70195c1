/** What a start hands over to the server that runs. */
import type { ActorRef, ActorSystem } from '../actor/index.js';
import type { ReservedAddress } from '../admin/reserve.js';
import type { Endpoint } from '../config/endpoint.js';
import type { ConfigurationFeed } from '../control/feed.js';
import type { QueueDirectory } from '../control/queue-directory.js';
import type { DataPlan } from '../data/directory.js';
import type { DataLock } from '../data/lock.js';
import type { PartitionMessage } from '../mail/partition.js';
import type { Foundation } from './foundation.js';
import type { Phase } from './phases.js';

export interface ServerParts extends Foundation {
  readonly data: DataPlan;
  readonly lock: DataLock;
  readonly system: ActorSystem;
  readonly partitions: readonly ActorRef<PartitionMessage>[];
  readonly queues: QueueDirectory;
  readonly feed: ConfigurationFeed;
  /** Where clients connect. */
  readonly address: Endpoint;
  /** The bound address of the admin listener; undefined: there is none. */
  readonly reserved: ReservedAddress | undefined;
  /** Of the start. */
  readonly phases: readonly Phase[];
}
