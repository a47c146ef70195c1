import t from 'tap';
import {
  type DayReport,
  generateDay,
  readRecords,
  simulateDay,
  type SimulationMode,
} from '../../lib/simulate/index.js';
import { journeyOf } from '../../lib/simulate/journey.js';
import { dayDefaults, trapFile, trapQueues, trapTotals } from './days.js';
import { FakeServer } from './fake-server.js';
import { ManualClock } from './manual-clock.js';

const traps = readRecords(trapFile);

t.test('follow: every contact ends as it was recorded', async (t) => {
  const server = new FakeServer(trapQueues);
  const { summary, problems } = await simulateDay({
    ...dayDefaults,
    records: traps,
    openFleet: server.openFleet,
  });
  t.same(problems, []);
  t.match(summary, trapTotals);
  t.equal(server.interactions.size, 0);
  t.match(server.totals('demo.menu'), { submitted: 13, left: 11, stopped: { Abandoned: 2 } });
  t.match(server.totals('demo.PS'), {
    entered: 8,
    stopped: { Normal: 5, Abandoned: 2, Phantom: 1 },
  });
  const served = Object.fromEntries(summary.agents.map((agent) => [agent.agentName, agent.served]));
  t.same(served, { ANNA: 5, BERT: 2, SPARE: 1 });
  t.ok(server.log.includes('SPARE pullById'), 'a row without an agent has a spare one');
});

t.test('the contact carries what the row says', async (t) => {
  const server = new FakeServer(trapQueues);
  await simulateDay({ ...dayDefaults, records: traps.slice(2, 3), openFleet: server.openFleet });
  t.match(server.submissions, [
    {
      queue: 'demo.menu',
      externalId: 'AA03/3',
      isOnline: true,
      userData: { VruLine: 'AA03', CallId: '3', ServiceType: 'PS' },
    },
  ]);
});

/** Runs the trap day second by second on a clock of its own; all answers take no time. */
async function runExactly(mode: SimulationMode): Promise<DayReport> {
  const clock = new ManualClock();
  const server = new FakeServer(trapQueues, 1, true);
  const running = simulateDay({
    ...dayDefaults,
    mode,
    speed: 1,
    clock,
    records: traps,
    openFleet: server.openFleet,
  });
  // Four turns in each second: a step may be due at the time at which the one before was answered.
  for (let turn = 0; turn < 4 * 3_600; turn++) {
    await new Promise((resolve) => setImmediate(resolve));
    clock.advanceTo(Math.floor(turn / 4) * 1_000);
  }
  return running;
}

t.test('follow: waits and services are the recorded ones', async (t) => {
  const { summary } = await runExactly('follow');
  t.equal(summary.waitWithin2sShare, 1);
  const { waits } = summary;
  const exact = [0, 0, 0, 0, 5, 20, 30, 45];
  t.equal(Math.round(waits.meanSeconds), Math.round(100 / exact.length));
  t.equal(Math.round(waits.p50Seconds), 0);
  t.equal(Math.round(waits.p95Seconds), 45);
  t.equal(summary.answeredInTime, 6);
  const [anna] = summary.agents;
  t.equal(Math.round(anna?.busySeconds ?? 0), 245, 'overlapping services count once');
});

t.test('order: the agents of the record, in the order of the queue', async (t) => {
  const { summary, problems } = await runExactly('order');
  t.same(problems, []);
  // Anna takes in turn what waits for her; who has no patience left by then is gone.
  t.match(summary, { submitted: 13, abandonedBefore: 2, phantom: 1 });
  const again = await runExactly('order');
  t.same(again.summary, summary, 'the same seed gives the same day');
});

t.test('order: every contact ends, and the counts agree with the server', async (t) => {
  for (const seed of [1, 2, 3]) {
    const server = new FakeServer(trapQueues, seed);
    const { summary, problems } = await simulateDay({
      ...dayDefaults,
      mode: 'order',
      seed,
      records: traps,
      openFleet: server.openFleet,
    });
    t.same(problems, []);
    t.equal(summary.submitted, 13);
    t.equal(summary.abandonedBefore, 2);
    t.equal(summary.phantom, 1);
    t.equal(summary.served + summary.abandonedFromQueue, 10);
    t.equal(summary.left, 0);
    t.equal(server.interactions.size, 0);
    t.equal(summary.types['TT']?.served, 1, 'nobody by name serves this type: the spare does');
    const spare = server.log.filter((line) => line.startsWith('SPARE') && line.endsWith(' stop'));
    t.equal(spare.length, 1, 'and nothing else');
    t.notOk(server.log.some((line) => line.endsWith('pullById')));
  }
});

t.test('a generated day adds up in both modes', async (t) => {
  const records = generateDay({ seed: 4, contacts: 250 });
  const types = new Set(records.map(({ type }) => type));
  const queues = ['demo.menu', ...[...types].map((type) => `demo.${type}`)];
  const recorded = records.map((record) => journeyOf(record).kind);
  for (const mode of ['follow', 'order'] as const) {
    const server = new FakeServer(queues, 5);
    const progress: number[] = [];
    const { summary, problems } = await simulateDay({
      ...dayDefaults,
      mode,
      speed: 50_000,
      records,
      openFleet: server.openFleet,
      onProgress: ({ ended }) => void progress.push(ended),
    });
    t.same(problems, []);
    t.equal(summary.submitted, 250);
    t.ok(progress.length > 0 && progress.every((ended) => ended >= 0 && ended <= 250));
    if (mode === 'follow') {
      t.equal(summary.served, recorded.filter((kind) => kind === 'served').length);
      t.equal(summary.left, 0);
    }
  }
});

t.test('order gives a queue in its order, one contact to one agent at a time', async (t) => {
  const records = generateDay({ seed: 9, contacts: 150 });
  const types = new Set(records.map(({ type }) => type));
  const server = new FakeServer(['demo.menu', ...[...types].map((type) => `demo.${type}`)]);
  await simulateDay({
    ...dayDefaults,
    mode: 'order',
    speed: 50_000,
    records,
    openFleet: server.openFleet,
  });
  const pulls = server.log.filter((line) => line.endsWith(' pull')).length;
  const stops = server.log.filter((line) => /^AGENT.* stop$/.test(line)).length;
  t.ok(stops > 0);
  t.ok(pulls < 5 * stops, 'a free agent does not ask again and again');
});

t.test('what others did to the queues is told', async (t) => {
  const server = new FakeServer(trapQueues);
  const media = server.client('other', true);
  const { problems } = await simulateDay({
    ...dayDefaults,
    records: traps,
    openFleet: async (names) => {
      const fleet = await server.openFleet(names);
      const submit = fleet.media.submit.bind(fleet.media);
      let first = true;
      fleet.media.submit = async (...args) => {
        if (first) {
          first = false;
          await media.submit({ queue: 'demo.menu', mediaType: 'x', interactionType: 'y' });
        }
        return submit(...args);
      };
      return fleet;
    },
  });
  t.same(problems, [
    'queue demo.menu, submitted: the server counted 14, its clients 13',
    'queue demo.menu, present: the server counted 1, its clients 0',
  ]);
});

t.test('a step that fails is told with its line, and the rest of the day goes on', async (t) => {
  const server = new FakeServer(trapQueues);
  const { summary, problems } = await simulateDay({
    ...dayDefaults,
    records: traps,
    openFleet: async (names) => {
      const fleet = await server.openFleet(names);
      const bert = fleet.agents.get('BERT');
      if (bert !== undefined) bert.pullById = () => Promise.reject(new Error('no hands'));
      return fleet;
    },
  });
  t.match(problems, [
    'line 5, contact AA04/4: Error: no hands',
    'line 9, contact AA08/8: Error: no hands',
    /^line 5, contact AA04.4: left on the server as .+: nobody took it$/,
    /^line 9, contact AA08.8: left on the server as/,
  ]);
  t.match(summary, { submitted: 13, served: 6, left: 2 });
});

t.test('order refuses queues in which something waits; both refuse missing queues', async (t) => {
  const server = new FakeServer(trapQueues);
  server.submit({ queue: 'demo.NW', mediaType: 'x', interactionType: 'y' });
  const options = { ...dayDefaults, records: traps, openFleet: server.openFleet };
  await t.rejects(simulateDay({ ...options, mode: 'order' }), {
    name: 'QueuesNotEmptyError',
    message: /demo\.NW \(1\)/,
  });
  await t.rejects(simulateDay({ ...options, process: 'other' }), {
    name: 'QueuesMissingError',
    message: /no queue other\.menu\nline 2: type PS .*no queue other\.PS/,
  });
});
