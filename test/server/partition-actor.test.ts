/** The actor of a partition: what it tells other partitions, and what it takes from them. */
import t from 'tap';
import { homeOf } from '../../lib/interaction/identifier.js';
import type { PeerMessage } from '../../lib/partition/peer.js';
import { RouteKind } from '../../lib/protocol/message.js';
import type { ForwardedFrame } from '../../lib/host/forward.js';
import type { PartitionMessage } from '../../lib/mail/partition.js';
import { PartitionBench, sessionInfo, type Told } from './partition-bench.js';

const opened = (session: number): PartitionMessage => ({
  type: 'session-opened',
  info: sessionInfo(session),
});
const closed = (session: number): PartitionMessage => ({
  type: 'session-closed',
  session,
  release: false,
});

/** The message of a partition to another one. */
const peerMessage = ({ message }: Told) =>
  (message as { message: PeerMessage | ForwardedFrame }).message;

t.test('what a session that has ended sent by way of another partition is dropped', async (t) => {
  const bench = await PartitionBench.start(t);
  await bench.receive(opened(1), opened(2), closed(1));
  await bench.forwarded(1, bench.submit(10, 'queue-0'));
  t.same(bench.answered(1), [], 'its end came first: as if the link had been lost before');
  await bench.forwarded(2, bench.submit(20, 'queue-0'));
  t.same(bench.answered(2), [20]);
  await bench.forwarded(3, bench.submit(30, 'queue-0'));
  t.same(bench.answered(3), [30], 'its opening is still on its way');
  await bench.receive(opened(3));
  await bench.forwarded(3, bench.submit(31, 'queue-0'));
  await bench.receive(closed(3));
  await bench.forwarded(3, bench.submit(32, 'queue-0'));
  t.same(bench.answered(3), [30, 31]);
  await bench.rebuild();
  await bench.forwarded(3, bench.submit(33, 'queue-0'));
  await bench.forwarded(2, bench.submit(21, 'queue-0'));
  t.same(bench.answered(3), [30, 31], 'a rebuilt actor knows it too');
  t.same(bench.answered(2), [20, 21]);
});

t.test('a pull that was passed on waits for what is left of its time', async (t) => {
  const bench = await PartitionBench.start(t);
  await bench.receive(opened(1));
  const pull = (reference: number) => {
    const body = { ViewId: 'queue-0', WaitTimeoutMs: 600_000 };
    return bench.request(108, reference, RouteKind.queue, 'queue-0', body);
  };
  await bench.forwarded(1, pull(10), { waitLeftMs: 500_000 });
  await bench.forwarded(1, pull(11));
  await bench.forwarded(1, pull(12), { waitLeftMs: 0 });
  t.same(bench.answered(1), [12], 'its time is over');
});

t.test('what is large says its size, so that credit bounds it', async (t) => {
  const bench = await PartitionBench.start(t);
  await bench.receive(opened(1));
  const UserData = { text: 'x'.repeat(300_000) };
  // A chosen identifier goes home first; from there to its queue.
  let count = 0;
  while (homeOf(`id.${count}`, 2) !== 0) count++;
  const here = { InteractionId: `id.${count}`, UserData };
  await bench.frame(1, bench.submit(10, 'queue-1', here));
  const offer = bench.told.find((one) => peerMessage(one).type === 'offer')!;
  t.ok(offer.bytes! >= 300_000, `an offer of ${offer.bytes} bytes`);

  while (homeOf(`id.${count}`, 2) !== 1) count++;
  const there = { InteractionId: `id.${count}`, AddedProperties: UserData };
  await bench.frame(1, bench.request(103, 11, RouteKind.id, there.InteractionId, there));
  const passedOn = bench.told.find((one) => peerMessage(one).type === 'forwarded-frame')!;
  t.ok(passedOn.bytes! >= 300_000, `a request of ${passedOn.bytes} bytes`);
});
