import t from 'tap';
import type { Behaviour, Restart } from '../../lib/actor/index.js';
import { behaviours, holdThread, openGate, type ProbeMessage } from './behaviours.js';
import { child, errorOf, runSystem, until, untilRunning } from './support.js';

const deadlineMs = 10_000;

/** Keeps what it is told. */
function journal(steps: string[]): Behaviour<unknown, { readonly text: string }> {
  return {
    start: () => ({
      receive(batch) {
        for (const mail of batch) if (mail.kind === 'message') steps.push(mail.message.text);
      },
    }),
    unavailable: () => undefined,
  };
}

t.test('children start in parallel and stop in reverse order, drained', async (t) => {
  const steps: string[] = [];
  const { system, reports } = await runSystem(t, 2, {
    behaviours: { ...behaviours, journal: journal(steps) },
  });
  const argument = { journal: 'journal' };
  await system.start([
    child('journal', 0, { behaviour: 'journal' }),
    child('a', 1, { argument }),
    child('b', 0, { argument }),
    child('c', 2, { argument }),
    child('d', 1, { argument }),
  ]);
  await until(() => steps.length === 4);
  t.same(steps.splice(0).sort(), ['a start 1', 'b start 1', 'c start 1', 'd start 1']);
  const gate = new SharedArrayBuffer(4);
  system.ref<ProbeMessage>('a').tell({ type: 'block', gate });
  // What d sends while it drains is received before its target stops.
  system.ref<ProbeMessage>('d').tell({ type: 'send', to: 'c', count: 300 });
  system.ref<ProbeMessage>('c').tell({ type: 'send', to: 'a', count: 200 });
  for (let n = 0; n < 100; n += 1) system.ref('a').tellBytes(n, new Uint8Array(10));
  const stopped = system.stop(deadlineMs);
  // Long enough for the stop to arrive before the end of this turn.
  holdThread(30);
  setTimeout(() => openGate(gate), 20);
  // The journal stops last, after it got all of it.
  t.same(await stopped, { late: [] });
  t.same(steps, ['d stop after 0', 'c stop after 300', 'b stop after 0', 'a stop after 300']);
  t.same(
    reports.map(({ child: id, reason, errorContext }) => [id, reason, errorContext]),
    ['d', 'c', 'b', 'a', 'journal'].map((id) => [id, 'shutdown', 'shutdown']),
  );
});

t.test('a stop does not overtake mail that its thread has not read yet', async (t) => {
  const steps: string[] = [];
  const { system } = await runSystem(t, 1, {
    behaviours: { ...behaviours, journal: journal(steps) },
  });
  const argument = { journal: 'journal' };
  await system.start([
    child('journal', 0, { behaviour: 'journal' }),
    child('a', 1),
    child('b', 1, { argument }),
  ]);
  system.ref<ProbeMessage>('a').tell({ type: 'hold-thread', holdMs: 60 });
  await new Promise((resolve) => setTimeout(resolve, 20));
  for (let n = 0; n < 100; n += 1) system.ref('b').tellBytes(n, new Uint8Array(10));
  await system.stop(deadlineMs);
  t.same(steps, ['b start 1', 'b stop after 100']);
});

t.test('a child that cannot start fails the start, and the others end again', async (t) => {
  const { system, reports, escalations } = await runSystem(t, 1);
  const start = system.start([
    child('good', 1),
    child('bad', 1, { argument: { failFrom: 1 } }),
    child('fine', 0),
  ]);
  t.match(await errorOf(start), { message: 'no start', code: 'E_START', stack: /behaviours/ });
  t.match(reports, [
    {
      child: 'bad',
      errorContext: 'start-error',
      reason: 'crash',
      error: { message: 'no start', code: 'E_START' },
      decision: 'remove',
    },
    { child: 'fine', reason: 'shutdown' },
    { child: 'good', reason: 'shutdown' },
  ]);
  t.same(escalations, []);
});

t.test('a behaviour that a thread does not have fails the start', async (t) => {
  const { system } = await runSystem(t, 1);
  const start = system.start([child('a', 1, { behaviour: 'unheard-of' }), child('b', 1)]);
  t.match(await errorOf(start), { message: /no behaviour unheard-of/ });
});

t.test('restart types', async (t) => {
  const expectations: [Restart, 'crash' | 'end', 'restart' | 'remove'][] = [
    ['permanent', 'crash', 'restart'],
    ['permanent', 'end', 'restart'],
    ['transient', 'crash', 'restart'],
    ['transient', 'end', 'remove'],
    ['temporary', 'crash', 'remove'],
    ['temporary', 'end', 'remove'],
  ];
  const { system, reports } = await runSystem(t, 1, { intensity: 100 });
  for (const [restart, how, decision] of expectations) {
    const id = `${restart} ${how}`;
    await system.start([child(id, 1, { restart })]);
    const ref = system.ref<ProbeMessage>(id);
    ref.tell(how === 'crash' ? { type: 'crash', how: 'throw' } : { type: 'end' });
    await until(() => reports.some((report) => report.child === id));
    const reason = how === 'crash' ? 'crash' : 'normal';
    t.match(reports.at(-1), { child: id, incarnation: 1, reason, decision });
    if (decision === 'restart') await untilRunning(system, id, 2);
    const asked = ref.ask({ type: 'echo', value: 1 }, { deadlineMs });
    if (decision === 'restart') t.equal(await asked, 1);
    else t.match(await errorOf(asked), { message: 'by behaviour', errorName: 'Unavailable' });
  }
});

t.test('more restarts than the intensity within the period are escalated', async (t) => {
  const { system, reports, escalations } = await runSystem(t, 1, {
    intensity: 3,
    periodMs: 600_000,
  });
  await system.start([child('a', 1), child('b', 0), child('c', 1)]);
  for (const [n, id] of ['a', 'b', 'a', 'b'].entries()) {
    system.ref<ProbeMessage>(id).tell({ type: 'crash', how: 'throw' });
    await until(() => reports.length === n + 1);
    t.match(reports[n], { child: id, restartsInPeriod: n + 1 });
    if (n < 3) await untilRunning(system, id, Math.floor(n / 2) + 2);
  }
  t.same(
    reports.map((report) => report.decision),
    ['restart', 'restart', 'restart', 'escalate'],
  );
  t.same(escalations, [reports[3]]);
  // The rest goes on until the one who was told decides.
  const c = system.ref<ProbeMessage>('c');
  t.equal(await c.ask({ type: 'echo', value: 1 }, { deadlineMs }), 1);
});

t.test('a start that fails again and again is escalated', async (t) => {
  const { system, reports, escalations } = await runSystem(t, 1, { intensity: 5 });
  await system.start([child('a', 1, { argument: { failFrom: 2 } })]);
  system.ref<ProbeMessage>('a').tell({ type: 'crash', how: 'throw' });
  await until(() => escalations.length === 1);
  t.same(
    reports.map(({ errorContext, incarnation, decision }) => [errorContext, incarnation, decision]),
    [
      ['child-terminated', 1, 'restart'],
      ['start-error', 2, 'restart'],
      ['start-error', 3, 'restart'],
      ['start-error', 4, 'restart'],
      ['start-error', 5, 'restart'],
      ['start-error', 6, 'escalate'],
    ],
  );
});

t.test('restarts older than the period do not count', async (t) => {
  let nowMs = 0;
  const clock = { nowMs: () => nowMs, monotonicMs: () => nowMs, setTimer: () => never };
  const never = { cancel: () => undefined };
  const { system, escalations, reports } = await runSystem(t, 0, {
    clock,
    intensity: 1,
    periodMs: 1_000,
  });
  await system.start([child('a', 0)]);
  for (let n = 0; n < 5; n += 1) {
    nowMs += 1_000;
    system.ref<ProbeMessage>('a').tell({ type: 'crash', how: 'throw' });
    await untilRunning(system, 'a', n + 2);
  }
  t.same(escalations, []);
  t.ok(reports.every(({ restartsInPeriod }) => restartsInPeriod === 1));
});

t.test('a behaviour that cannot refuse mail is escalated', async (t) => {
  const mute = {
    start: () => ({ receive: () => Promise.reject(new Error('crash')) }),
    unavailable(): void {
      throw new Error('mute');
    },
  };
  const { system, escalations } = await runSystem(t, 0, { behaviours: { ...behaviours, mute } });
  await system.start([child('a', 0, { behaviour: 'mute' })]);
  system.ref('a').tell(1);
  await until(() => escalations.length > 0);
  t.match(escalations, [{ child: 'a', error: { message: 'mute' }, decision: 'escalate' }]);
});

t.test('a child that does not stop in time is left behind, the others stop', async (t) => {
  const { system, reports } = await runSystem(t, 1);
  await system.start([
    child('a', 1),
    child('slow', 0, { argument: { hangStop: true }, shutdownMs: 20 }),
    child('b', 1),
  ]);
  t.same(await system.stop(deadlineMs), { late: ['slow'] });
  t.same(
    reports.map(({ child: id, reason }) => [id, reason]),
    [
      ['b', 'shutdown'],
      ['slow', 'late'],
      ['a', 'shutdown'],
    ],
  );
});
