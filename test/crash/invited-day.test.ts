/**
 * A day whose agents are invited, over two kill -9 of its server: the totals add up all the same.
 * `IXION_RECORDED_DAY` names a recorded day to play instead of a made-up one.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import {
  agentObjects,
  dayDefaults,
  generateDay,
  openFleet,
  queuesOf,
  readRecords,
  simulateDay,
} from '../../lib/simulate/index.js';
import { systemClock } from '../../lib/clock.js';
import { directoryOf } from '../fixture/directory.js';
import { KillableServer } from './killable-server.js';

const recorded = process.env['IXION_RECORDED_DAY'] ?? '';
const isRecorded = existsSync(recorded);

t.setTimeout(isRecorded ? 600_000 : 120_000);

t.test('a day with agents invited, and two kills', async (t) => {
  const records = isRecorded
    ? readRecords(readFileSync(recorded, 'utf8'))
    : generateDay({ seed: 5, contacts: 80 });
  const directory = directoryOf(t);
  const queues = queuesOf('demo', records).map((name, at) => ({ name, partition: at % 2 }));
  const server = await KillableServer.create(directory, queues);
  t.teardown(() => server.kill());
  const objects = join(directory, 'agents.yaml');
  writeFileSync(objects, agentObjects(records));
  const applied = await server.command('config', 'apply', objects, '--merge');
  t.equal(applied.code, 0, applied.stderr);
  const state = { kills: 0, restarting: Promise.resolve() };
  const restart = async (): Promise<void> => {
    await server.kill();
    server.spawn();
    await server.ready();
  };
  const { summary, problems } = await simulateDay({
    ...dayDefaults,
    records,
    mode: 'order',
    invite: true,
    speed: isRecorded ? 1_000 : 6_000,
    clock: systemClock,
    openFleet: (names) => openFleet({ server: server.listen }, names),
    onProgress: ({ ended, contacts }) => {
      if (state.kills === 2 || ended < ((state.kills + 1) * contacts) / 3) return;
      state.kills += 1;
      state.restarting = state.restarting.then(restart);
    },
  });
  await state.restarting;
  t.equal(state.kills, 2);
  t.same(problems, []);
  t.match(summary, { submitted: records.length, left: 0 });
});
