/** The flag `fence`: a frame waits until every earlier request of its client is answered. */
import t from 'tap';
import { errorTable } from '../../lib/errors.js';
import { homeOf } from '../../lib/interaction/identifier.js';
import { errorOf, eventually, startHarness, type ForwardedFrame } from '../net/harness.js';
import { RouteKind } from '../../lib/protocol/message.js';
import {
  fence,
  inLanes,
  lanes,
  partitions,
  pulledOf,
  queueOf,
  startOrderServer,
  submission,
  Writer,
} from './support.js';

/** Of each lane. */
const rounds = Number(process.env['IXION_RUNS'] ?? 8);

/** An identifier of a client whose home is not the partition. */
function awayFrom(partition: number, text: string): string {
  for (let index = 0; ; index++) {
    const id = `${text}.${index}`;
    if (homeOf(id, partitions) !== partition) return id;
  }
}

t.test(
  'submit by an own identifier and pull in one write: with the flag always found',
  async (t) => {
    const server = await startOrderServer(t);
    let withoutFlag = 0;
    await inLanes(rounds, async (lane, next) => {
      const router = await Writer.open(t, server, 'RoutingEngine');
      for (let round = next(); round !== undefined; round = next()) {
        const partition = round % partitions;
        const flags = round % 4 === 3 ? 0 : fence;
        const id = awayFrom(partition, `own-${lane}-${round}`);
        router.add('RequestSubmit', submission(partition, { InteractionId: id }, lane));
        const view = { ViewId: queueOf(partition, lane) };
        const found = pulledOf(await router.ask('RequestPull', view, { flags }));
        if (flags === fence && found[0] !== id) t.fail(`round ${round}: ${found.join()}`);
        if (flags === 0 && found.length > 0) withoutFlag++;
        router.add('RequestStopProcessing', { InteractionId: id });
        await router.ask('RequestPing', {}, { flags: fence });
        router.forget();
      }
    });
    t.comment(`without the flag the pull found it in ${withoutFlag} of ${(rounds * lanes) / 4}`);
  },
);

t.test(
  'hold of one that has moved, and pull of its queue: with the flag never pulled',
  async (t) => {
    const server = await startOrderServer(t);
    let withoutFlag = 0;
    await inLanes(rounds, async (lane, next) => {
      const media = await Writer.open(t, server, 'MediaServer');
      const router = await Writer.open(t, server, 'RoutingEngine');
      for (let round = next(); round !== undefined; round = next()) {
        const partition = round % partitions;
        const Queue = queueOf(partition, lane);
        const flags = round % 4 === 3 ? 0 : fence;
        const from = submission((partition + 1) % partitions, {}, lane);
        const submitted = await media.ask('RequestSubmit', from);
        const { InteractionId } = submitted.body['Extension'] as { InteractionId: string };
        await media.ask('RequestPlaceInQueue', { InteractionId, Queue });
        const hold = router.add('RequestHold', { InteractionId });
        const pull = await router.ask('RequestPull', { ViewId: Queue }, { flags });
        const found = pulledOf(pull);
        if (flags === fence && found.length > 0) t.fail(`round ${round}: it was pulled`);
        if ((await router.answer(hold)).message !== 125) t.fail('the hold');
        if (flags === 0 && found.length > 0) withoutFlag++;
        await media.ask('RequestStopProcessing', { InteractionId });
        media.forget();
        router.forget();
      }
    });
    t.comment(`without the flag the pull came first in ${withoutFlag} of ${(rounds * lanes) / 4}`);
  },
);

t.test('all that follows a fenced frame waits with it, and comes in its order', async (t) => {
  const server = await startOrderServer(t);
  const router = await Writer.open(t, server, 'RoutingEngine');
  for (let round = 0; round < 20; round++) {
    const references: number[] = [];
    for (let index = 0; index < 12; index++) {
      const partition = (round + index) % partitions;
      const flags = index % 4 === 3 ? fence : 0;
      const id = `all-${round}-${index}`;
      const submit = router.add('RequestSubmit', submission(partition, { InteractionId: id }), {
        flags,
      });
      const stop = router.add('RequestStopProcessing', { InteractionId: id });
      references.push(submit, stop);
    }
    const last = await router.ask('RequestPing', {}, { flags: fence });
    const answers = router.raw.received.filter(({ reference }) => references.includes(reference));
    t.equal(router.raw.received.at(-1), last, 'the fenced ping is the last');
    if (answers.length !== references.length) t.fail(`${answers.length} answers`);
    const places = new Map(answers.map(({ reference }, place) => [reference, place]));
    const placesOf = (some: number[]): number[] => some.map((reference) => places.get(reference)!);
    for (let index = 3; index < 12; index += 4) {
      const before = placesOf(references.slice(0, index * 2));
      const behind = placesOf(references.slice(index * 2));
      if (Math.max(...before) > Math.min(...behind)) t.fail(`round ${round}: fence ${index}`);
    }
    router.forget();
  }
});

t.test('waiting pulls are not waited for; pulls that are answered are', async (t) => {
  const server = await startOrderServer(t);
  const router = await Writer.open(t, server, 'RoutingEngine');
  const held = [0, 1, 2, 3].map((partition) =>
    router.add('RequestPull', { ViewId: queueOf(partition), WaitTimeoutMs: 600_000 }),
  );
  for (let round = 0; round < 20; round++) {
    router.add('RequestPull', { ViewId: queueOf(round % partitions) });
    router.add('RequestGetInteractionProperties', { InteractionId: `none-${round}` });
    const ping = await router.ask('RequestPing', {}, { flags: fence });
    const count = router.raw.received.length;
    t.equal(router.raw.received[count - 1], ping);
    if (round > 0) t.equal(count, 3, 'the two before it were answered');
    router.forget();
  }
  const submit = await router.ask('RequestSubmit', submission(2));
  t.equal(submit.message, 125);
  t.equal(pulledOf(await router.answer(held[2]!)).length, 1, 'the waiting pull goes on');
  t.equal((await router.ask('RequestUnregisterClient')).message, 125);
});

t.test('a fence with nothing before it costs no wait; unknown flags are ignored', async (t) => {
  const { connect, partitions: fakes } = await startHarness(t);
  const client = await connect();
  await client.register(1);
  const route = { kind: RouteKind.queue, key: 'first' };
  t.equal((await client.ask(101, 2, {}, { ...route, flags: fence })).message, 125);
  for (const flags of [4, 6, 0x8000]) {
    t.equal((await client.ask(101, 10 + flags, {}, { ...route, flags })).message, 125);
  }
  t.equal(fakes[0]!.frames.length, 4);
});

t.test('what waits is bounded, counted, and dropped with its client', async (t) => {
  const {
    connect,
    partitions: fakes,
    front,
  } = await startHarness(t, {
    requestsInFlightPerConnection: 5,
    waitingBytesPerConnection: 2_000,
  });
  const unanswered: ForwardedFrame[] = [];
  fakes[0]!.onFrame = (frame) => unanswered.push(frame);
  const route = { kind: RouteKind.queue, key: 'first' };
  const padding = (bytes: number) => ({ Queue: 'x'.repeat(bytes) });
  const one = await connect();
  await one.register(1);
  one.send(101, 2, {}, route);
  for (let index = 0; index < 4; index++) one.send(101, 3 + index, {}, { ...route, flags: fence });
  t.equal(errorOf(await one.ask(101, 20, {}, route)), errorTable.Busy.code, 'by their number');
  t.equal(unanswered.length, 1);
  t.equal(front.counts().inFlight, 5);
  const other = await connect();
  await other.register(1);
  other.send(101, 2, {}, route);
  other.send(101, 3, padding(1_500), { ...route, flags: fence });
  const many = await other.ask(101, 4, padding(600), route);
  t.equal(errorOf(many), errorTable.Busy.code, 'by their bytes');
  const { requests: bufferedBytes } = front.counts().held;
  for (const frame of unanswered.splice(0)) fakes[0]!.ack(frame);
  t.equal((await one.answer(2)).message, 125);
  await eventually(() => unanswered.length === 2);
  other.socket.destroy();
  await eventually(() => front.counts().connections === 1);
  t.equal(front.counts().inFlight, 4, 'of the first client one under way and three that wait');
  t.ok(front.counts().held.requests <= bufferedBytes - 1_500, 'what waited was in the account');
});

t.test('a stop refuses what waits, and the drain ends', async (t) => {
  const { connect, partitions: fakes, front } = await startHarness(t);
  const unanswered: ForwardedFrame[] = [];
  fakes[0]!.onFrame = (frame) => unanswered.push(frame);
  const route = { kind: RouteKind.queue, key: 'first' };
  const client = await connect();
  await client.register(1);
  client.send(101, 2, {}, route);
  client.send(101, 3, {}, { ...route, flags: fence });
  client.send(174, 4, {});
  client.send(101, 5, {}, route);
  await eventually(() => front.counts().inFlight === 4);
  front.stopAccepting();
  t.equal(errorOf(await client.answer(3)), errorTable.ShuttingDown.code);
  t.equal(errorOf(await client.answer(5)), errorTable.ShuttingDown.code);
  const drained = front.drain();
  for (const frame of unanswered) fakes[0]!.ack(frame);
  t.equal((await client.answer(4)).message, 125, 'the end of the client is still served');
  await drained;
  t.equal(
    client.received.filter(({ reference }) => reference > 0).at(-1)?.reference,
    4,
    'as the last',
  );
});
