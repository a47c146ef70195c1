/** Asking a partition, again while it is being rebuilt or has too much to do. */
import type { ActorRef } from '../actor/index.js';
import type { Clock } from '../clock.js';
import { IxionError } from '../errors.js';
import type { PartitionMessage } from '../mail/partition.js';

const deadlineMs = 10_000;
const retryMs = 50;
/** Bytes of a message without what is long in it. */
const headBytes = 1_024;

export interface Asking {
  readonly clock: Clock;
  readonly partitions: readonly ActorRef<PartitionMessage>[];
  /** The server stops. */
  isOver(): boolean;
}

/** What passes by itself, and nothing was done. */
const passes: readonly string[] = ['Busy', 'Unavailable'];

/**
 * The answer of a partition.
 * @param bytes of what is long in the message
 * @param patienceMs how long it is asked again; Infinity: until the server stops
 * @throws {IxionError} (as a rejection) what it says, once patience has ended
 */
export async function askPartition<Answer>(
  { clock, partitions, isOver }: Asking,
  partition: number,
  message: PartitionMessage,
  bytes = 0,
  patienceMs = deadlineMs,
): Promise<Answer> {
  const untilMs = clock.monotonicMs() + patienceMs;
  for (;;) {
    try {
      const options = { deadlineMs, bytes: headBytes + bytes };
      return await partitions[partition]!.ask<Answer>(message, options);
    } catch (error) {
      if (!(error instanceof IxionError) || clock.monotonicMs() >= untilMs || isOver()) throw error;
      const isPassing = patienceMs === Infinity || passes.includes(error.errorName);
      if (!isPassing) throw error;
      await new Promise<void>((resolve) => void clock.setTimer(retryMs, resolve));
    }
  }
}
