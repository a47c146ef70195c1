/** What a start, and a server after a change, reads of the configuration objects. */
import type { ActorRef } from '../actor/index.js';
import type { Clock } from '../clock.js';
import { IxionError } from '../errors.js';
import { type StartObjects, startObjectsOf, startPrefix } from '../objects/rows.js';
import { unpackRows } from '../partition/rows/objects.js';
import { prefixEnd } from '../store/keys.js';
import type { PartitionMessage } from '../mail/partition.js';

const deadlineMs = 30_000;
/** There are two rows; more than there ever will be. */
const rowsMax = 16;
/** How long a change of objects waits for what it changed. */
const patienceMs = 30_000;
const retryMs = 50;

/**
 * Options and applications, from a row each: not the objects themselves.
 * @param first partition 0
 * @throws {IxionError} (as a rejection) Unavailable, DeadlineExceeded
 */
export async function readStartObjects(first: ActorRef<PartitionMessage>): Promise<StartObjects> {
  const range = { from: startPrefix, to: prefixEnd(startPrefix), limit: rowsMax };
  const rows = await first.ask<Uint8Array>({ type: 'read-objects', ...range }, { deadlineMs });
  return startObjectsOf(unpackRows(rows));
}

/**
 * The same after a change, which must not stay without effect: waits for a partition that is being
 * rebuilt.
 * @throws {IxionError} (as a rejection) UnknownOutcome
 */
export async function readChangedObjects(
  first: ActorRef<PartitionMessage>,
  clock: Clock,
): Promise<StartObjects> {
  const until = clock.monotonicMs() + patienceMs;
  for (;;) {
    try {
      return await readStartObjects(first);
    } catch (error) {
      if (!(error instanceof IxionError)) throw error;
      if (clock.monotonicMs() > until) {
        const detail = 'the change may count; it takes effect with the next change or start';
        throw new IxionError('UnknownOutcome', `${detail}: ${error.message}`);
      }
    }
    await new Promise<void>((resolve) => void clock.setTimer(retryMs, resolve));
  }
}
