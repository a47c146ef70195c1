/** What was seen of a write set that then did not become durable is not told to anybody. */
import { limits } from '../../lib/limits.js';
import t from 'tap';
import type { Clock } from '../../lib/clock.js';
import { PartitionTime } from '../../lib/partition/ledger/partition-time.js';
import { Partition } from '../../lib/partition/partition.js';
import type { PeerMessage } from '../../lib/partition/peer.js';
import type { Operation, Reply } from '../../lib/partition/request.js';
import { FaultStore, type FaultPlan } from '../../lib/store/fault.js';
import { MemoryDisk, MemoryMedium } from '../../lib/store/memory.js';
import { errorOf, firstList, idAtHome, keyOf, op, queueIn, sessionOf } from './support.js';

const media = sessionOf('mail', 'MediaServer');
const clock: Clock = {
  nowMs: () => 1_000_000,
  monotonicMs: () => 1_000_000,
  setTimer: () => ({ cancel: () => {} }),
};
const queues = [0, 1].map((partition) => ({
  number: partition + 1,
  name: queueIn(partition),
  businessProcess: 'test',
  partition,
}));

/** A partition of two whose second commit ends as told; the first one makes its queues. */
async function partitionOf(number: number, plan: FaultPlan) {
  const replies: Reply[] = [];
  const messages: PeerMessage[] = [];
  const options = {
    partition: number,
    partitions: 2,
    reconnectTimeoutMs: 60_000,
    identifierRetentionMs: limits.retryKeyMs,
    eventRetentionMs: 60_000,
    eventRetentionBytes: 1e9,
  };
  const store = new FaultStore(new MemoryMedium(new MemoryDisk()), plan);
  const ports = { send: (_: number, sent: PeerMessage) => messages.push(sent) > 0, wakeAt() {} };
  const output = {
    replies: (more: readonly Reply[]) => void replies.push(...more),
    eventsUpTo() {},
    failed() {},
    broken() {},
  };
  const partition = new Partition(
    options,
    store,
    new PartitionTime(clock, store),
    ports,
    output,
    0,
  );
  await partition.replaceQueues(firstList(queues));
  const send = (reference: number, operation: Operation): void => {
    const asker = { session: media, reference, proxyClient: 0 };
    partition.request({
      ...asker,
      operation,
      frame: undefined,
      retried: false,
      digest: 0,
      hops: 0,
    });
    partition.commit();
  };
  return { partition, send, replies, messages };
}

const outcomes = { refused: 'Unavailable', full: 'StoreFull', unknown: 'UnknownOutcome' } as const;

for (const [outcome, error] of Object.entries(outcomes)) {
  t.test(`read behind a commit that ends ${outcome}`, async (t) => {
    const end = { kind: 'end', outcome: outcome as keyof typeof outcomes } as const;
    const { partition, send, replies } = await partitionOf(0, (commit) =>
      commit === 2 ? end : undefined,
    );
    const id = idAtHome(0, 2);
    const submit = op.submit(queueIn(0), { InteractionId: id, RequestKey: keyOf('key') });
    send(1, submit);
    send(2, submit);
    send(3, op.get(id));
    await partition.settled();
    const answers = replies.map(({ to, answer }) => [to.reference, errorOf(answer)]);
    t.strictSame(answers, [
      [1, error],
      [2, error],
      [3, error],
    ]);
  });
}

t.test('an offer that was not kept is not confirmed, however often it comes', async (t) => {
  const source = await partitionOf(0, () => undefined);
  source.send(1, op.submit(queueIn(1), { InteractionId: idAtHome(0, 2) }));
  await source.partition.settled();
  const [offer] = source.messages;
  const plan: FaultPlan = (commit) => (commit === 2 ? { kind: 'end', outcome: 'full' } : undefined);
  const { partition, messages, replies } = await partitionOf(1, plan);
  for (let times = 0; times < 2; times++) {
    partition.peer(offer!);
    partition.commit();
  }
  await partition.settled();
  t.strictSame(messages, [], 'else the source would forget the only copy');
  t.strictSame(replies, []);
});

t.test('a hand-off that could not begin is answered', async (t) => {
  const plan: FaultPlan = (commit) => (commit === 2 ? { kind: 'end', outcome: 'full' } : undefined);
  const { partition, send, replies, messages } = await partitionOf(0, plan);
  send(7, op.submit(queueIn(1), { InteractionId: idAtHome(0, 2) }));
  await partition.settled();
  t.strictSame(messages, []);
  t.strictSame(
    replies.map(({ to, answer }) => [to.reference, errorOf(answer)]),
    [[7, 'StoreFull']],
  );
});
