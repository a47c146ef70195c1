/** A store restored from a backup has the totals of the day, and goes on from them. */
import { join } from 'node:path';
import t from 'tap';
import { connect, type QueueTotals } from '../../lib/client/index.js';
import { systemClock } from '../../lib/clock.js';
import {
  dayDefaults,
  type DayReport,
  generateDay,
  openFleet,
  simulateDay,
} from '../../lib/simulate/index.js';
import { journeyOf } from '../../lib/simulate/journey.js';
import { ixionToEnd, startDaemon } from '../daemon/daemon.js';
import { directoryOf } from '../fixture/directory.js';

const dayRecords = generateDay({ seed: 5, contacts: 60 });
const submission = { queue: 'demo.PS', mediaType: 'chat', interactionType: 'Inbound' };

/** Sends the day through a server. */
const runDay = (server: string): Promise<DayReport> =>
  simulateDay({
    ...dayDefaults,
    records: dayRecords,
    mode: 'follow',
    speed: 100_000,
    seed: 5,
    clock: systemClock,
    openFleet: (agentNames) => openFleet({ server }, agentNames),
  });

const connectAs = (server: string, clientType: 'MediaServer' | 'AgentApplication') =>
  connect({ server, clientName: `test-${clientType}`, clientType });

async function totalsOf(server: string): Promise<QueueTotals[]> {
  await using client = await connectAs(server, 'MediaServer');
  const totals = await client.queueStatistics();
  return totals.toSorted((a, b) => a.queue.localeCompare(b.queue));
}

const sumOf = (totals: readonly QueueTotals[], key: 'submitted' | 'waiting' | 'processing') =>
  totals.reduce((sum, queue) => sum + queue[key], 0);

t.test('totals of a restored store are those of the day', async (t) => {
  const directory = directoryOf(t);
  const path = (name: string): string => join(directory, name);
  const daemon = await startDaemon(['--data', path('data'), '--demo']);
  t.teardown(() => daemon.kill());
  t.match(await runDay(daemon.listen), { summary: { submitted: 60, left: 0 }, problems: [] });
  // What the day leaves open when the backup is taken: two wait, one is with an agent.
  const media = await connectAs(daemon.listen, 'MediaServer');
  for (let count = 0; count < 3; count += 1) await media.submit(submission);
  const agent = await connectAs(daemon.listen, 'AgentApplication');
  t.equal((await agent.pull({ queue: 'demo.PS' })).length, 1);
  const day = await totalsOf(daemon.listen);

  const backup = ['store', 'backup', path('backup'), '--admin', daemon.admin];
  t.match(await ixionToEnd(backup), { code: 0 });
  await media.submit(submission);
  await agent.close();
  await media.close();

  const restore = ['store', 'restore', path('backup'), '--data', path('restored')];
  t.match(await ixionToEnd(restore), { code: 0 });
  const verify = ['store', 'verify', '--data', path('restored')];
  t.match(await ixionToEnd(verify), { code: 0, stdout: /the store is sound/ });

  const restored = await startDaemon(['--data', path('restored')]);
  t.teardown(() => restored.kill());
  t.strictSame(await totalsOf(restored.listen), day);
  t.equal(sumOf(day, 'submitted'), 63);
  t.match([sumOf(day, 'waiting'), sumOf(day, 'processing')], [2, 1]);
  const served = dayRecords.filter((record) => journeyOf(record).kind === 'served').length;
  const normal = day.reduce((sum, { stopped }) => sum + (stopped['Normal'] ?? 0), 0);
  t.equal(normal, served);

  t.match(await runDay(restored.listen), { summary: { left: 0 }, problems: [] });
  t.equal(sumOf(await totalsOf(restored.listen), 'submitted'), 123);
  restored.child.kill('SIGTERM');
  t.match(await restored.ended, { code: 0 });
  t.match(await ixionToEnd(verify), { code: 0 });
});
