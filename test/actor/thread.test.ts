import t from 'tap';
import { startActorSystem } from '../../lib/actor/index.js';
import type { ProbeMessage } from './behaviours.js';
import { child, errorOf, runSystem, until } from './support.js';

const deadlineMs = 10_000;
const unavailable = { errorName: 'Unavailable' };

t.test('the death of a thread is told, and what was asked of it fails', async (t) => {
  const { system, deaths } = await runSystem(t, 2);
  await system.start([child('a', 1), child('b', 2), child('c', 1), child('main', 0)]);
  const a = system.ref<ProbeMessage>('a');
  const b = system.ref<ProbeMessage>('b');
  const open = [a, system.ref<ProbeMessage>('c')].map((ref) =>
    errorOf(ref.ask({ type: 'silence' }, { deadlineMs })),
  );
  b.tell({ type: 'ask-silence', of: 'a' });
  await until(async () => (await system.stats())[2]?.pendingAsks === 1);
  a.tell({ type: 'kill-thread' });
  for (const error of await Promise.all(open)) t.match(error, unavailable);
  await until(() => deaths.length > 0);
  t.match(deaths, [
    {
      thread: 1,
      name: 'worker 1',
      exitCode: 1,
      error: { message: 'thread fault', code: 'E_FAULT' },
      children: ['a', 'c'],
    },
  ]);
  t.notOk(a.tell({ type: 'silence' }));
  t.notOk(a.tellBytes(1, new Uint8Array(1)));
  t.match(await errorOf(a.ask({ type: 'silence' }, { deadlineMs })), unavailable);
  t.match(await errorOf(system.stats()), { message: 'thread fault' });
  t.equal(await b.ask({ type: 'echo', value: 1 }, { deadlineMs }), 1, 'the other thread goes on');
  b.tell({ type: 'ask-silence', of: 'a' });
  t.equal(await b.ask({ type: 'echo', value: 2 }, { deadlineMs }), 2, 'and can ask the dead one');
  t.same(await system.stop(deadlineMs), { late: ['c', 'a'] });
  t.equal(deaths.length, 1);
});

t.test('a thread whose module cannot be loaded fails the start', async (t) => {
  const deaths: unknown[] = [];
  const options = {
    behaviours: {},
    intensity: 1,
    periodMs: 1_000,
    onReport: () => undefined,
    onEscalation: () => undefined,
    onThreadDeath: (death: unknown) => deaths.push(death),
  };
  const good = { name: 'good', module: new URL('./worker.js', import.meta.url) };
  const bad = { name: 'bad', module: new URL('./no-such-file.js', import.meta.url) };
  const start = startActorSystem({ ...options, threads: [good, bad] });
  t.match(await errorOf(start), { code: /MODULE_NOT_FOUND/ });
  const idle = { name: 'idle', module: new URL('data:text/javascript,') };
  t.match(await errorOf(startActorSystem({ ...options, threads: [idle] })), unavailable);
  t.same(deaths, []);
});

t.test('a stopped system can be stopped again', async (t) => {
  const { system } = await runSystem(t, 1);
  t.same(await system.stop(deadlineMs), { late: [] });
  t.same(await system.stop(deadlineMs), { late: [] });
});
