/** Mistakes of those who use the runtime, and whose affair they are. */
import { readFileSync, readdirSync } from 'node:fs';
import t from 'tap';
import type { ProbeMessage } from './behaviours.js';
import { child, errorOf, runSystem, until, untilRunning } from './support.js';

const deadlineMs = 10_000;
const echo = { type: 'echo', value: 7 } as const;

t.test('an actor that fails an ask with what is not an IxionError crashes itself', async (t) => {
  const { system, reports } = await runSystem(t, 1, { intensity: 100 });
  await system.start([child('here', 0), child('there', 1)]);
  let incarnation = 1;
  for (const wrong of ['error', 'nothing', 'text'] as const) {
    for (const later of [false, true]) {
      incarnation += 1;
      for (const name of ['here', 'there']) {
        const actor = system.ref<ProbeMessage>(name);
        const what = `${name}: ${wrong}, ${later ? 'later' : 'at once'}`;
        const error = await errorOf(
          actor.ask({ type: 'fail-wrongly', with: wrong, later }, { deadlineMs }),
        );
        t.match(error, { name: 'IxionError', errorName: 'Internal' }, what);
        await untilRunning(system, name, incarnation);
        t.equal(await actor.ask(echo, { deadlineMs }), 7, `${what}: it is there again`);
        t.match(reports.at(-1), { child: name, reason: 'crash', decision: 'restart' }, what);
        t.match(reports.at(-1)?.error?.message, /fail\(\) wants an IxionError/, what);
      }
    }
  }
  t.equal(reports.length, 12);
});

t.test('a start that was refused leaves nothing: its children may be started again', async (t) => {
  const { system, reports } = await runSystem(t, 1);
  await system.start([child('first', 1)]);
  const refused: [string, Parameters<typeof system.start>[0]][] = [
    [
      'cannot start',
      [child('a', 1), child('b', 0), child('bad', 1, { argument: { failFrom: 1 } })],
    ],
    ['no such thread', [child('a', 1), child('b', 9)]],
    ['no such behaviour', [child('a', 1), child('b', 1, { behaviour: 'unheard-of' })]],
    ['one name twice', [child('a', 1), child('a', 0)]],
    ['a name that is taken', [child('a', 0), child('first', 1)]],
    ['no credit', [child('a', 1), child('b', 1, { creditBytes: -1 })]],
  ];
  for (const [what, children] of refused) {
    t.ok((await errorOf(system.start(children))) instanceof Error, what);
    const names = (await system.stats()).flatMap(({ actors }) => actors.map(({ name }) => name));
    t.same(names, ['first'], what);
  }
  reports.length = 0;
  await system.start([child('a', 0), child('b', 1)]);
  for (const name of ['first', 'a', 'b']) {
    t.equal(await system.ref<ProbeMessage>(name).ask(echo, { deadlineMs }), 7, name);
  }
  t.same(await system.stop(deadlineMs), { late: [] });
  t.same(
    reports.map(({ child: id }) => id),
    ['b', 'a', 'first'],
    'only what runs is stopped',
  );
});

t.test('a reference to an actor whose start was refused reaches nobody', async (t) => {
  const { system } = await runSystem(t, 1);
  const bad = child('bad', 1, { argument: { failFrom: 1 } });
  await errorOf(system.start([child('a', 1), bad]));
  t.throws(() => system.ref('a').tell({ type: 'silence' }), /no actor is named a/);
});

t.test('errors of the runtime speak of actors', async (t) => {
  const { system, deaths } = await runSystem(t, 2);
  await system.start([child('a', 1), child('b', 2), child('c', 2, { creditBytes: 2_000 })]);
  const [a, b, c] = ['a', 'b', 'c'].map((name) => system.ref<ProbeMessage>(name));
  const silence = { type: 'silence' } as const;
  const gate = new SharedArrayBuffer(4);
  const dead = errorOf(a!.ask(silence, { deadlineMs }));
  const crashed = errorOf(b!.ask(silence, { deadlineMs }));
  b!.tell({ type: 'crash', how: 'throw' });
  const late = errorOf(c!.ask(silence, { deadlineMs: 5 }));
  const errors = [await crashed, await late];
  c!.tell({ type: 'block', gate });
  errors.push(await errorOf(c!.ask(silence, { deadlineMs, bytes: 5_000 })));
  const controller = new AbortController();
  const aborted = errorOf(b!.ask(silence, { deadlineMs, signal: controller.signal }));
  controller.abort();
  errors.push(await aborted);
  new Int32Array(gate)[0] = 1;
  a!.tell({ type: 'kill-thread' });
  errors.push(await dead);
  await until(() => deaths.length > 0);
  errors.push(await errorOf(a!.ask(silence, { deadlineMs })));
  const names = errors.map((error) => (error as { errorName?: string }).errorName);
  t.strictSame(names, [
    'Unavailable',
    'DeadlineExceeded',
    'Busy',
    'Aborted',
    'Unavailable',
    'Unavailable',
  ]);
  for (const error of errors) {
    const { message } = error as Error;
    // The first is what the behaviour of the test says.
    t.match(message, /actor|thread|by behaviour/, message);
    t.notMatch(message, /partition|connection|client|interaction/i, message);
  }
});

t.test('no source of the runtime gives an error the words of the server', (t) => {
  const folder = new URL('../../../lib/actor/', import.meta.url);
  for (const file of readdirSync(folder)) {
    const text = readFileSync(new URL(file, folder), 'utf8');
    t.notMatch(text, /new IxionError\('\w+'\)/, file);
  }
  t.end();
});
