/** Option `completed-queues`, from the configuration objects to the partitions. */
import type { ActorRef } from '../actor/index.js';
import type { Clock } from '../clock.js';
import { IxionError } from '../errors.js';
import type { StartOptions } from '../objects/rows.js';
import { splitNames } from '../objects/server-options.js';
import type { PartitionMessage } from '../mail/partition.js';

const optionName = 'ixion/completed-queues';
const deadlineMs = 30_000;
const retryMs = 50;

/**
 * Tells every partition which queues are for what is completed; resolves when all know. A partition
 * that is being rebuilt, or has all the work it may hold, is told as soon as it listens.
 * @throws {IxionError} (as a rejection) DeadlineExceeded
 */
export async function tellCompletedQueues(
  partitions: readonly ActorRef<PartitionMessage>[],
  options: StartOptions,
  clock: Clock,
): Promise<void> {
  const queues = splitNames(String(options[optionName] ?? ''));
  const untilMs = clock.monotonicMs() + deadlineMs;
  const tell = async (partition: ActorRef<PartitionMessage>): Promise<void> => {
    for (;;) {
      const error = await partition.ask({ type: 'completed-queues', queues }, { deadlineMs }).then(
        () => undefined,
        (reason: unknown) => reason,
      );
      if (error === undefined) return;
      const mayPass = error instanceof IxionError && clock.monotonicMs() < untilMs;
      if (!mayPass) throw error;
      await new Promise<void>((resolve) => void clock.setTimer(retryMs, resolve));
    }
  };
  await Promise.all(partitions.map(tell));
}
