/** The partitions as consumers of the configuration feed: each is told over mail. */
import type { ActorRef } from '../actor/index.js';
import { IxionError } from '../errors.js';
import { usualHandlingMinutes } from '../limits.js';
import type { StartOptions } from '../objects/rows.js';
import { splitNames } from '../objects/server-options.js';
import type { PartitionConfiguration, PartitionMessage } from '../mail/partition.js';
import type { ConfigurationFeed, Reported } from './feed.js';

const completedQueues = 'ixion/completed-queues';
const restoreHours = 'ixion/restore-hours';
const eventsWithIdentity = 'ixion/events-with-identity';
const usualHours = 24;
const hourMs = 3_600_000;
const handlingTimeout = 'settings/handling-timeout';
const submitterGone = 'ixion/submitter-gone';
const usualGoneSeconds = 60;
const deadlineMs = 30_000;

/**
 * Lets the feed tell every partition what it works by; resolves when all know.
 * @throws {IxionError} DeadlineExceeded
 */
export async function attachPartitions(
  feed: ConfigurationFeed,
  partitions: readonly ActorRef<PartitionMessage>[],
): Promise<void> {
  const tell = async (
    ref: ActorRef<PartitionMessage>,
    { options: { version, value }, columns }: Reported<'options' | 'columns'>,
  ): Promise<void> => {
    const configuration = { ...configurationOf(version, value), columns: columns.value };
    const message = { type: 'configuration', configuration } as const;
    if (await ref.ask<boolean>(message, { deadlineMs })) return;
    throw new IxionError('Unavailable', 'a partition does not take its columns');
  };
  await Promise.all(
    partitions.map((ref, partition) =>
      feed.attach({
        name: `partition ${partition}`,
        kinds: ['options', 'columns'],
        partition,
        take: (reported) => tell(ref, reported),
      }),
    ),
  );
}

function configurationOf(
  version: number,
  options: StartOptions,
): Omit<PartitionConfiguration, 'columns'> {
  const hours = options[restoreHours];
  const minutes = options[handlingTimeout];
  const goneSeconds = options[submitterGone];
  return {
    version,
    completedQueues: splitNames(String(options[completedQueues] ?? '')),
    tellsIdentity: options[eventsWithIdentity] === true,
    keptMs: (typeof hours === 'number' ? hours : usualHours) * hourMs,
    submitterGoneMs: (typeof goneSeconds === 'number' ? goneSeconds : usualGoneSeconds) * 1_000,
    handlingMs: (typeof minutes === 'number' ? minutes : usualHandlingMinutes) * 60_000,
  };
}
