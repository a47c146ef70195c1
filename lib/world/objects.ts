/** The configuration objects of a world: changed as in the product, in the thread of all else. */
import type { ActorRef } from '../actor/index.js';
import type { Clock } from '../clock.js';
import type { ConfigurationFeed } from '../control/feed.js';
import type { QueueDirectory } from '../control/queue-directory.js';
import { IxionError } from '../errors.js';
import type { PartitionMessage } from '../mail/partition.js';
import { ConfigService } from '../objects/config-service.js';
import { Placements } from '../objects/placement.js';
import { packRows, unpackRows } from '../partition/rows/objects.js';

const deadlineMs = 30_000;
const change = { who: 'the world', comment: '', dryRun: false, merge: true, prune: false };

/** What of a server a change of objects goes through. */
export interface ObjectsParts {
  readonly partitions: readonly ActorRef<PartitionMessage>[];
  readonly queues: QueueDirectory;
  readonly feed: ConfigurationFeed;
  readonly clock: Clock;
}

/**
 * Adds and changes the objects that a text names; resolves when the server works by them.
 * @throws {ObjectsRefused} with all faults; nothing was changed
 */
export async function applyObjects(parts: ObjectsParts, text: string): Promise<void> {
  const { partitions, queues, feed, clock } = parts;
  const first = partitions[0]!;
  const service = new ConfigService({
    placements: new Placements(partitions.length),
    now: () => clock.nowMs(),
    async read(from, to, limit) {
      const message = { type: 'read-objects', from, to, limit } as const;
      return unpackRows(await first.ask<Uint8Array>(message, { deadlineMs }));
    },
    async write(rows) {
      const message = { type: 'write-objects', changes: packRows(rows), event: undefined } as const;
      const isDone = await first.ask<boolean>(message, { deadlineMs });
      if (!isDone) throw new IxionError('Unavailable', 'the change was not made');
    },
    async queues(known) {
      const { version, highest, all } = queues;
      return version === known ? undefined : { version, highest, queues: all };
    },
    replaceQueues: ({ queues: all, highest, after, rows }) =>
      queues.replace({ queues: all, highest, after, also: packRows(rows), event: undefined }),
    filledOf: (numbers) => queues.filledOf(numbers),
    closeQueues: (numbers) => queues.close(numbers),
    reopenQueues: () => queues.reopen(),
    declaredAccess: () => Promise.resolve({ isRequired: false, applications: [] }),
  });
  await service.apply(text, change, () => undefined);
  await feed.refresh();
}
