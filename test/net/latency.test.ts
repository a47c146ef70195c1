import t from 'tap';
import { RouteKind } from '../../lib/protocol/message.js';
import { readLatencyRanges } from '../../lib/counters/kpi.js';
import { startHarness, type ForwardedFrame } from './harness.js';

const byQueue = { kind: RouteKind.queue, key: 'first' };
const answerAfterMs = 30;

t.test('times in the server are taken while the option is on, by kind of request', async (test) => {
  const { connect, partitions, counters } = await startHarness(test);
  const [partition] = partitions;
  partition!.onFrame = (frame: ForwardedFrame) =>
    void setTimeout(() => partition!.ack(frame), answerAfterMs);
  const client = await connect();
  await client.register(1);
  await client.ask(101, 2, {}, byQueue);
  test.equal(readLatencyRanges(counters), undefined, 'off');
  client.send(101, 3, {}, byQueue);
  const options = (value: string) => ({ Options: { 'collect-latency': value } });
  await client.ask(1_004, 4, options('true'));
  await client.answer(3);
  const references = Array.from({ length: 100 }, (_, index) => 10 + index);
  for (const reference of references) client.send(101, reference, {}, byQueue);
  for (const reference of references) await client.answer(reference);
  await client.register(4_000, { ClientType: 'AgentApplication' }, 2);
  await client.ask(108, 5, {}, { ...byQueue, proxyClient: 2 });
  const { body } = await client.ask(175, 6);
  const told = body['Latency'] as Record<string, Record<string, number>>;
  test.equal(told['NewWork']!['Count'], references.length, 'not what came before it was on');
  test.equal(told['Pull']!['Count'], 1);
  test.notOk('Other' in told);
  test.ok(told['NewWork']!['P50Us']! >= (answerAfterMs - 1) * 1_000);
  const { NewWork } = readLatencyRanges(counters)!;
  test.equal(
    NewWork!.ranges.reduce((sum, [, count]) => sum + count, 0),
    references.length,
  );
  await client.ask(1_004, 7, options('false'));
  test.notOk('Latency' in (await client.ask(175, 8)).body);
});
