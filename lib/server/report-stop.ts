/** A stop is among the events that are kept. */
import type { ActorRef } from '../actor/index.js';
import { EventNumber } from '../interaction/event.js';
import type { Log } from '../log.js';
import type { PartitionMessage } from '../mail/partition.js';

const deadlineMs = 1_000;

/** Resolves when partition 0 has the event on disk, or will not: a stop does not depend on it. */
export async function reportStop(
  partition: ActorRef<PartitionMessage>,
  log: Log,
  who: string,
  drainMs: number,
): Promise<void> {
  const event = { event: EventNumber.ServerStopping, who, details: { DrainMs: drainMs } };
  try {
    await partition.ask<boolean>({ type: 'report', event }, { deadlineMs });
  } catch (error) {
    log.warn({ error: String(error) }, 'no event tells of the stop');
  }
}
