/** How configuration objects and queues reach those who work by them, before clients are served. */
import type { ActorRef } from '../actor/index.js';
import type { Clock } from '../clock.js';
import type { BusinessProcessDeclaration } from '../config/configuration.js';
import { ConfigurationFeed } from '../control/feed.js';
import { PartitionSource } from '../control/feed-source.js';
import { attachPartitions } from '../control/partition-consumers.js';
import { QueueDirectory } from '../control/queue-directory.js';
import type { Log } from '../log.js';
import type { PartitionMessage } from '../mail/partition.js';
import type { NamedPlacements } from '../objects/placement.js';
import { StartRefused } from '../refusal.js';

type Partitions = readonly ActorRef<PartitionMessage>[];

/** What queues and configuration are read and made with. */
export interface ConfigureOptions {
  readonly clock: Clock;
  readonly placements?: NamedPlacements | undefined;
  /** Business processes whose queues are made if they are not there. */
  readonly declared: readonly BusinessProcessDeclaration[];
  /** Lets the feed tell those on the main thread. */
  attach(feed: ConfigurationFeed): Promise<void>;
}

/** The feed over these partitions; nothing is read as yet. */
export function openFeed(
  { clock, log }: { readonly clock: Clock; readonly log: Log },
  partitions: Partitions,
): ConfigurationFeed {
  return new ConfigurationFeed({
    clock,
    source: new PartitionSource(partitions[0]!),
    failed: (consumer, error) =>
      log.error({ consumer, error: error.message }, 'configuration is not taken'),
  });
}

/**
 * Reads the queues and makes those that are missing; resolves when everybody works by what counts.
 * @throws {StartRefused} for declared queues that the store contradicts
 */
export async function configure(
  feed: ConfigurationFeed,
  partitions: Partitions,
  options: ConfigureOptions,
): Promise<QueueDirectory> {
  const [queues] = await Promise.all([
    openQueues(partitions, options),
    feed.load(),
    options.attach(feed),
    attachPartitions(feed, partitions),
  ]);
  feed.setQueues(queues.version, queues.all);
  queues.onChange = (version, all) => feed.setQueues(version, all);
  return queues;
}

async function openQueues(
  partitions: Partitions,
  { clock, placements, declared }: ConfigureOptions,
): Promise<QueueDirectory> {
  const queues = new QueueDirectory(partitions, clock, placements);
  await queues.load();
  const { conflicts } = await queues.add(declared);
  if (conflicts.length > 0) throw new StartRefused('configuration', conflicts.join('; '));
  return queues;
}
