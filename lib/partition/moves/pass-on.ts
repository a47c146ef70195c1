/** Sends requests to other partitions. */
import { limits } from '../../limits.js';
import type { PartitionTime } from '../ledger/partition-time.js';
import type { Ports } from '../peer.js';
import { Refusal, type Request } from '../request.js';

const busyRetryMs = 20;

/** What is needed of a partition to pass requests on. */
export interface Forwarder {
  readonly time: PartitionTime;
  readonly ports: Ports;
}

/**
 * Sends a request to where its interaction is; or back to its home, `waitedFor` the end of a move.
 * @throws {Refusal} Busy
 */
export function passOn(
  core: Forwarder,
  request: Request,
  partition: number,
  waitedFor?: number,
): void {
  const { waitUntilMs, waitedFor: _, ...passed } = request;
  const forwarded = { ...passed, hops: request.hops + 1 };
  const waitLeftMs =
    waitUntilMs === undefined ? undefined : Math.max(0, waitUntilMs - core.time.nowMs());
  const sent =
    forwarded.hops <= limits.hopsPerRequest &&
    core.ports.send(partition, { type: 'forward', request: forwarded, waitLeftMs, waitedFor });
  if (!sent) throw new Refusal('Busy', 'the interaction is on the move', busyRetryMs);
}
