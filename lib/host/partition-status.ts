/** What a partition says of itself in the status of the server. */
import type { PartitionStatus } from '../mail/partition.js';
import type { Partition } from '../partition/partition.js';

/** Queues of a status that are still being left. */
const leavingReportedMax = 100;

/** Figures at hand. */
export function statusOf(partition: Partition): PartitionStatus {
  const { core } = partition;
  const totals = core.queues.statistics().map((row) => row.totals);
  const { interactions: orphans, oldestAt } = core.goneSubmitters.orphans;
  return {
    partition: core.partition,
    interactions: totals.reduce((sum, { waiting, processing }) => sum + waiting + processing, 0),
    inTransit: core.handOff.inTransit,
    leaving: core.relocation.leaving().slice(0, leavingReportedMax),
    eventSequence: core.outbox.lastSequence,
    oldestEventSequence: core.outbox.oldestSequence(),
    writeSetsInFlight: core.store.inFlight,
    stuckInteractions: core.stuckLook.stuck.interactions,
    stuck: core.stuckLook.stuck.ids,
    orphans,
    oldestOrphanMs: oldestAt === undefined ? 0 : Math.max(0, core.time.wallMs - oldestAt),
    columns: core.columns.status,
  };
}
