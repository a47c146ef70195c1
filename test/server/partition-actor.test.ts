/** The actor of a partition: what it tells other partitions, and what it takes from them. */
import t from 'tap';
import { decodeAnswer } from '../../lib/protocol/body.js';
import { frameLength, readHeader } from '../../lib/protocol/frame.js';
import { homeOf } from '../../lib/interaction/identifier.js';
import type { PeerMessage } from '../../lib/partition/peer.js';
import { RouteKind } from '../../lib/protocol/message.js';
import type { ForwardedFrame } from '../../lib/host/forward.js';
import type { PartitionMessage } from '../../lib/mail/partition.js';
import { Table } from '../../lib/store/contract.js';
import { eventually } from '../net/harness.js';
import { PartitionRig, sessionInfo, type Told } from './partition-rig.js';

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

/** What was told to partitions, not to the desk. */
const toPeers = ({ told }: PartitionRig): Told[] =>
  told.filter(({ message }) => (message as PartitionMessage).type === 'peer');

t.test('what a session that has ended sent by way of another partition is dropped', async (t) => {
  const rig = await PartitionRig.start(t);
  await rig.receive(opened(1), opened(2), closed(1));
  await rig.forwarded(1, rig.submit(10, 'queue-0'));
  t.same(rig.answered(1), [], 'its end came first: as if the link had been lost before');
  await rig.forwarded(2, rig.submit(20, 'queue-0'));
  t.same(rig.answered(2), [20]);
  await rig.forwarded(3, rig.submit(30, 'queue-0'));
  t.same(rig.answered(3), [30], 'its opening is still on its way');
  await rig.receive(opened(3));
  await rig.forwarded(3, rig.submit(31, 'queue-0'));
  await rig.receive(closed(3));
  await rig.forwarded(3, rig.submit(32, 'queue-0'));
  t.same(rig.answered(3), [30, 31]);
  await rig.rebuild();
  await rig.forwarded(3, rig.submit(33, 'queue-0'));
  await rig.forwarded(2, rig.submit(21, 'queue-0'));
  t.same(rig.answered(3), [30, 31], 'a rebuilt actor knows it too');
  t.same(rig.answered(2), [20, 21]);
});

t.test('an instance that has crashed does nothing more of a batch that waits', async (t) => {
  const rig = await PartitionRig.start(t);
  await rig.receive(opened(1));
  const UserData = { text: 'x'.repeat(400_000) };
  const references = Array.from({ length: 160 }, (_, index) => 10 + index);
  // More than may be on its way to the disk at once.
  const frames = references.map((each) => rig.submit(each, 'queue-0', { UserData }));
  const taken = rig.takeAll(1, frames);
  await rig.rebuild();
  const executed = rig.rows(Table.interaction);
  t.equal(rig.timersLeft, 0, 'nor does it wake');
  await taken;
  await rig.settled();
  t.equal(rig.rows(Table.interaction), executed);
  t.ok(executed > 0 && executed < references.length, `${executed} of them are executed`);
});

t.test('a pull that was passed on waits for what is left of its time', async (t) => {
  const rig = await PartitionRig.start(t);
  await rig.receive(opened(1));
  const pull = (reference: number) => {
    const body = { ViewId: 'queue-0', WaitTimeoutMs: 600_000 };
    return rig.request(108, reference, RouteKind.queue, 'queue-0', body);
  };
  await rig.forwarded(1, pull(10), { waitLeftMs: 500_000 });
  await rig.forwarded(1, pull(11));
  await rig.forwarded(1, pull(12), { waitLeftMs: 0 });
  t.same(rig.answered(1), [12], 'its time is over');
});

t.test('what is large says its size, so that credit bounds it', async (t) => {
  const rig = await PartitionRig.start(t);
  await rig.receive(opened(1));
  const UserData = { text: 'x'.repeat(300_000) };
  // A chosen identifier goes home first; from there to its queue.
  let count = 0;
  while (homeOf(`id.${count}`, 2) !== 0) count++;
  const here = { InteractionId: `id.${count}`, UserData };
  await rig.frame(1, rig.submit(10, 'queue-1', here));
  const offer = toPeers(rig).find((one) => peerMessage(one).type === 'offer')!;
  t.ok(offer.bytes! >= 300_000, `an offer of ${offer.bytes} bytes`);

  while (homeOf(`id.${count}`, 2) !== 1) count++;
  const there = { InteractionId: `id.${count}`, AddedProperties: UserData };
  await rig.frame(1, rig.request(103, 11, RouteKind.id, there.InteractionId, there));
  const passedOn = toPeers(rig).find((one) => peerMessage(one).type === 'forwarded-frame')!;
  t.ok(passedOn.bytes! >= 300_000, `a request of ${passedOn.bytes} bytes`);
});

/** Interactions that mail of events tells of, each once, in order. */
function interactionsOf(mails: readonly Uint8Array[]): string[] {
  const ids = new Set<string>();
  for (const mail of mails) {
    // Behind the frames stands the number of the one reader; a mark has no bytes.
    for (let at = 0; at < mail.length - 4; at += frameLength(mail, at)) {
      const { bodyStart, bodyEnd } = readHeader(mail, at);
      ids.add(String(decodeAnswer(mail, bodyStart, bodyEnd)['InteractionId']));
    }
  }
  return [...ids];
}

t.test(
  'readers hear of nothing that the disk had no room for, however soon it was read',
  async (t) => {
    const rig = await PartitionRig.start(t);
    const ids: string[] = [];
    for (let count = 0; ids.length < 5; count++) {
      if (homeOf(`id.${count}`, 2) === 0) ids.push(`id.${count}`);
    }
    const [before, first, held, lost, later] = ids;
    const submit = (reference: number, InteractionId: string | undefined): Uint8Array =>
      rig.submit(reference, 'queue-0', { InteractionId });
    const reader = { target: 'front', reader: 1 } as const;
    await rig.receive(
      opened(1),
      {
        ...reader,
        type: 'subscribe',
        start: { from: 'next' },
        tellUpToDate: false,
        wanted: undefined,
      },
      { type: 'event-credit', target: 'front', credits: [1, 1e9] },
    );
    // Once rows are known to be small, the next ones are read ahead.
    await rig.frame(1, submit(9, before));
    await eventually(() => rig.events.length > 1);
    await rig.receive({ type: 'mark-passed', target: 'front' });
    let release = (): void => undefined;
    const until = new Promise<void>((resolve) => (release = resolve));
    rig.plan((commit) => {
      if (commit === 2) return { kind: 'hold', until };
      return commit === 3 ? { kind: 'end', outcome: 'full' } : undefined;
    });
    const taken = [first, held, lost].map((id, at) => rig.take(1, submit(10 + at, id)));
    await eventually(() => interactionsOf(rig.events).length > 1);
    t.same(interactionsOf(rig.events), [before, first], 'the others are on their way to the disk');
    release();
    await Promise.all(taken);
    await rig.settled();
    await rig.receive({ type: 'mark-passed', target: 'front' });
    await rig.frame(1, submit(20, later));
    await eventually(() => interactionsOf(rig.events).length > 3);
    t.same(interactionsOf(rig.events), [before, first, held, later]);
  },
);
