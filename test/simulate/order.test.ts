/** Mode `order` leaves nobody, and a day that is ended early says what it leaves. */
import t from 'tap';
import {
  type DayEndedEarly,
  generateDay,
  readRecords,
  simulateDay,
} from '../../lib/simulate/index.js';
import { cancelReason } from '../../lib/simulate/contact.js';
import { dayDefaults, fileOf, trapQueues } from './days.js';
import { FakeServer } from './fake-server.js';

const afterTheLast = fileOf([
  'AA01,1,TT,23:54:00,23:54:10,10,0:00:00,0:00:00,0,AGENT,23:54:10,23:56:10,120,A1,A1',
  'AA02,2,TT,23:57:00,23:57:12,12,0:00:00,0:00:00,0,AGENT,23:57:12,23:58:12,60,NO_SERVER,NO_',
]);

t.test('a contact that comes after the last agent of its type has gone is served', async (t) => {
  for (const seed of [1, 2, 3, 4]) {
    const server = new FakeServer(trapQueues, seed);
    const { summary, problems } = await simulateDay({
      ...dayDefaults,
      mode: 'order',
      records: readRecords(afterTheLast),
      openFleet: server.openFleet,
    });
    t.same(problems, []);
    t.match(summary, { submitted: 2, served: 2, left: 0 });
    t.match(summary.agents, [{ agentName: 'A1', served: 2 }]);
  }
});

t.test('generated days leave nobody, over several days too', async (t) => {
  for (const seed of [3, 8]) {
    const records = generateDay({ seed, contacts: 120, days: 2, date: '1999-12-31' });
    const types = new Set(records.map(({ type }) => type));
    const server = new FakeServer(['demo.menu', ...[...types].map((type) => `demo.${type}`)], seed);
    const { summary, problems } = await simulateDay({
      ...dayDefaults,
      mode: 'order',
      speed: 200_000,
      records,
      openFleet: server.openFleet,
    });
    t.same(problems, [], `seed ${seed}`);
    t.equal(summary.left, 0);
    const dates = new Set(summary.intervals.map(({ date }) => date));
    // On a busy machine the last ones may come to their queue after midnight.
    t.same([...dates].slice(0, 2), ['1999-12-31', '2000-01-01']);
    t.notOk(dates.has(undefined));
    const sum = summary.intervals.reduce((all, { submitted }) => all + submitted, 0);
    t.equal(sum, 240, 'each contact counts in one interval');
  }
});

t.test('a step that fails holds nobody at work for ever', async (t) => {
  const server = new FakeServer(trapQueues);
  const { problems } = await simulateDay({
    ...dayDefaults,
    mode: 'order',
    records: readRecords(afterTheLast),
    openFleet: async (names) => {
      const fleet = await server.openFleet(names);
      fleet.router.placeInQueue = () => Promise.reject(new Error('no road'));
      return fleet;
    },
  });
  t.match(problems, [/no road/, /no road/, /left on the server/, /left on the server/]);
});

for (const clean of [false, true]) {
  t.test(`a day ended early, ${clean ? 'cleaned' : 'as it is'}`, async (t) => {
    const server = new FakeServer(trapQueues);
    const records = readRecords(afterTheLast);
    const abort = new AbortController();
    const running = simulateDay({
      ...dayDefaults,
      speed: 60,
      clean,
      records,
      openFleet: server.openFleet,
      signal: abort.signal,
      onProgress: ({ submitted }) => void (submitted > 0 && abort.abort()),
    });
    const error = (await t.rejects(running, { name: 'DayEndedEarly' })) as
      | DayEndedEarly
      | undefined;
    t.ok(error);
    t.match(
      await running.catch((reason: unknown) => reason),
      clean ? { submitted: 1, left: 0, cancelled: 1 } : { submitted: 1, left: 1, cancelled: 0 },
    );
    t.equal(server.interactions.size, clean ? 0 : 1);
    const stopped = trapQueues.map((queue) => server.totals(queue).stopped[cancelReason] ?? 0);
    t.equal(
      stopped.reduce((a, b) => a + b),
      clean ? 1 : 0,
    );
  });
}
