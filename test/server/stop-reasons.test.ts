/** Reasons of stops are names that clients choose: totals stay small, whatever they choose. */
import { join } from 'node:path';
import t from 'tap';
import { connect, type QueueTotals } from '../../lib/client/index.js';
import { formatEndpoint } from '../../lib/config/endpoint.js';
import { startServer } from '../../lib/index.js';
import { limits } from '../../lib/limits.js';
import { verifyStore } from '../../lib/data/verify.js';
import { runHere } from '../cli/support.js';
import { directoryOf } from '../fixture/directory.js';

const quiet = { listen: '127.0.0.1:0', withAdmin: false, threads: 1, partitions: 2 } as const;
const queues = Array.from({ length: 70 }, (_, index) => `queue ${index}`);
const reasonsOfEach = 64;
/** As long as a name may be. */
const longReason = (index: number): string => `${index} `.padEnd(limits.nameBytes, 'r');
const shortReason = (index: number): string => `r${index}`;

const sumOf = ({ stopped }: QueueTotals): number =>
  Object.values(stopped).reduce((sum, count) => sum + count, 0);

t.test('totals are told and kept whatever reasons clients choose, and can be reset', async (t) => {
  const directory = directoryOf(t);
  const data = join(directory, 'data');
  const businessProcesses = [{ name: 'p', queues: queues.map((name) => ({ name })) }];
  const started = () => startServer({ ...quiet, data, businessProcesses, create: 'if-missing' });
  let server = await started();
  t.teardown(() => server.stop());
  const address = () => formatEndpoint(server.address);
  const connected = () =>
    connect({ server: address(), clientName: 'test', clientType: 'MediaServer' });
  const client = await connected();
  const stopIn = async (queue: string, systemName: string): Promise<void> => {
    const contact = { queue, mediaType: 'email', interactionType: 'Inbound' };
    const { interactionId } = await client.submit(contact);
    await client.stop(interactionId, { reason: { systemName } });
  };
  for (const queue of queues) {
    const work = Array.from({ length: reasonsOfEach }, (_, index) => [
      stopIn(queue, longReason(index)),
      stopIn(queue, shortReason(index)),
    ]);
    await Promise.all(work.flat());
    await stopIn(queue, 'Sent');
  }
  const all = await client.queueStatistics();
  t.equal(all.length, queues.length);
  for (const totals of all) {
    const names = Object.keys(totals.stopped).filter((name) => name !== 'other');
    t.equal(sumOf(totals), 2 * reasonsOfEach + 1, 'none is lost');
    t.ok(names.length <= limits.stopReasonsPerQueue + 1 && names.includes('Sent'));
    t.ok(names.every((name) => Buffer.byteLength(name) <= limits.stopReasonBytes));
  }
  t.match(await runHere('queue', 'list', '--server', address()), { code: 0, error: '' });
  const file = join(directory, 'all.jsonl');
  t.match(await runHere('export', file, '--server', address()), { code: 0 });
  const reset = await runHere('queue', 'reset-reasons', queues[0]!, '--server', address());
  t.match(reset, { code: 0, out: 'reasons of queue 0 reset\n' });
  t.match(await runHere('queue', 'reset-reasons', 'nowhere', '--server', address()), {
    error: /nowhere/,
  });
  await client.close();
  await server.stop();
  t.equal((await verifyStore(data)).faults, 0);
  server = await started();
  const again = await connected();
  const [first, second] = await again.queueStatistics(queues.slice(0, 2));
  t.strictSame(first!.stopped, { Sent: 1, other: 2 * reasonsOfEach }, 'kept over a restart');
  t.ok(Object.keys(second!.stopped).length > 2, 'another queue keeps its own');
  await again.close();
});
