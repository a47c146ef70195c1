/**
 * A partition that is held up, over the real protocol: submits are refused at
 * once, ends are served.
 */
import t from 'tap';
import { errorTable } from '../../lib/errors.js';
import { limits } from '../../lib/limits.js';
import { RouteKind } from '../../lib/protocol/message.js';
import { errorOf, startHarness, type ForwardedFrame } from './harness.js';

const submitNumber = 101;
const stopNumber = 102;
const ackNumber = 125;
const busy = errorTable.Busy.code;
const byQueue = { kind: RouteKind.queue, key: 'first' };
/** More than one partition is given, on as many connections as may have so much unanswered. */
const submits = limits.burstRequestsPerPartition + 500;

t.test('submits are refused, ends served, and nothing acknowledged was refused', async (test) => {
  const { connect, partitions, front } = await startHarness(test);
  const partition = partitions[0]!;
  const held: ForwardedFrame[] = [];
  partition.onFrame = (frame) => {
    if (frame.header.message === submitNumber) held.push(frame);
    else partition.ack(frame);
  };
  // Nothing is done with while the partition is held up.
  partition.settled = partition.sent;
  const flood = await connect();
  await flood.register(1);
  const desk = await connect();
  await desk.register(1);
  for (let reference = 10; reference < 10 + submits; reference++) {
    flood.send(submitNumber, reference, {}, byQueue);
  }
  const answers = (message: (frame: { message: number }) => boolean) =>
    flood.received.filter((frame) => frame.reference >= 10 && message(frame));
  await flood.until(() => held.length + answers(() => true).length === submits);
  const refused = answers(({ message }) => message !== ackNumber);
  test.ok(refused.length >= 500 && refused.every((frame) => errorOf(frame) === busy));
  test.ok(refused.every(({ body }) => Number(body['RetryAfterMs']) >= 50));
  test.equal(answers(({ message }) => message === ackNumber).length, 0);

  // Every identifier has its home; some are at home in this partition.
  const before = partition.frames.length;
  for (let reference = 1; reference <= 20; reference++) {
    const route = { kind: RouteKind.id, key: `mail-${reference}` };
    const { message, body } = await desk.ask(stopNumber, 10 + reference, {}, route);
    test.equal(message, ackNumber, String(body['ErrorDescription']));
  }
  test.ok(partition.frames.length > before, 'ends went to the partition that is held up');

  partition.settled = partition.sent;
  for (const frame of held) partition.ack(frame);
  await flood.until(() => answers(({ message }) => message === ackNumber).length === held.length);
  test.equal(held.length + refused.length, submits, 'each has one answer');
  const accepted = new Set(held.map(({ header }) => header.reference));
  test.notOk(refused.some(({ reference }) => accepted.has(reference)));
  test.equal(front.counts().inFlight, 0);

  partition.onFrame = (frame) => partition.ack(frame);
  test.equal((await flood.ask(submitNumber, 5_000, {}, byQueue)).message, ackNumber);
});
