/** The rare questions of the main thread to a partition. */
import type { Envelope } from '../actor/index.js';
import type { Partition } from '../partition/partition.js';
import type { PartitionMessage, PartitionStatus, QueueTotals } from './messages.js';

type Ask = Extract<
  PartitionMessage,
  { type: 'held-interactions' | 'queue-statistics' | 'list-queues' | 'apply-queues' | 'status' }
>;

/** Answers one of them. */
export function serveAsk(
  partition: Partition,
  message: Ask,
  envelope: Envelope<PartitionMessage> & { kind: 'message' },
): void {
  const { core } = partition;
  switch (message.type) {
    case 'held-interactions':
      return envelope.answer(core.holdings.of(message.sessionKey, message.limit));
    case 'queue-statistics':
      return envelope.answer(statisticsOf(partition, message.queues));
    case 'list-queues':
      return envelope.answer(core.queues.list());
    case 'apply-queues':
      void partition.applyQueues(message.queues).then((isDurable) => envelope.answer(isDurable));
      return;
    case 'status':
      return envelope.answer(statusOf(partition));
  }
}

/** Totals of the queues that live here, or that left something here. */
function statisticsOf(partition: Partition, names: readonly string[] | undefined): QueueTotals[] {
  const { core } = partition;
  const wanted = names === undefined ? undefined : new Set(names);
  return core.queues
    .statistics()
    .filter(({ queue }) => queue.partition === core.partition && wanted?.has(queue.name) !== false)
    .map(({ queue, totals }) => {
      const { submitted, entered, left, waiting, processing, stopped } = totals;
      const counts = { submitted, entered, left, waiting, processing, stopped: { ...stopped } };
      return { queue: queue.name, partition: core.partition, ...counts };
    });
}

function statusOf(partition: Partition): PartitionStatus {
  const { core } = partition;
  const totals = core.queues.statistics().map((row) => row.totals);
  return {
    partition: core.partition,
    interactions: totals.reduce((sum, { waiting, processing }) => sum + waiting + processing, 0),
    inTransit: core.handOff.inTransit,
    eventSequence: core.outbox.lastSequence,
    oldestEventSequence: core.outbox.oldestSequence(),
    writeSetsInFlight: core.store.inFlight,
  };
}
