import t from 'tap';
import type { ProbeMessage } from './behaviours.js';
import { child, errorOf, runSystem, until, untilRunning } from './support.js';

const deadlineMs = 10_000;

t.test('asks, on this thread and another', async (t) => {
  const { system } = await runSystem(t, 1);
  await system.start([child('near', 0), child('far', 1)]);
  for (const [thread, name] of ['near', 'far'].entries()) {
    const ref = system.ref<ProbeMessage>(name);
    const value = { deep: [1, 'two', new Uint8Array([3])] };

    await t.test(`${name}: is answered`, async (t) => {
      t.same(await ref.ask({ type: 'echo', value }, { deadlineMs }), value);
    });

    await t.test(`${name}: fails with the error that the actor gave`, async (t) => {
      t.match(await errorOf(ref.ask({ type: 'refuse' }, { deadlineMs })), {
        name: 'IxionError',
        errorName: 'Busy',
        code: 1040,
        message: 'not now',
        retryable: true,
        retryAfterMs: 7,
      });
    });

    await t.test(`${name}: is given up at its deadline, its answer counted as late`, async (t) => {
      const before = (await system.stats())[0]?.lateAnswers ?? NaN;
      t.match(await errorOf(ref.ask({ type: 'late', delayMs: 30 }, { deadlineMs: 1 })), {
        errorName: 'DeadlineExceeded',
      });
      await until(async () => (await system.stats())[0]?.lateAnswers === before + 1);
    });

    await t.test(`${name}: is given up by its signal`, async (t) => {
      const early = AbortSignal.abort();
      const aborted = { errorName: 'Aborted' };
      t.match(await errorOf(ref.ask({ type: 'silence' }, { deadlineMs, signal: early })), aborted);
      const controller = new AbortController();
      const asked = ref.ask({ type: 'silence' }, { deadlineMs, signal: controller.signal });
      controller.abort();
      t.match(await errorOf(asked), aborted);
    });

    await t.test(`${name}: leaves nothing behind`, async (t) => {
      const stats = await system.stats();
      t.equal(stats[0]?.pendingAsks, 0);
      t.match(stats[thread]?.actors, [{ name, state: 'running', incarnation: 1, waiting: 0 }]);
    });
  }
});

t.test('what an ending actor leaves unanswered fails', async (t) => {
  const { system } = await runSystem(t, 1, { intensity: 10 });
  await system.start([child('far', 1), child('asker', 1, { restart: 'temporary' })]);
  const far = system.ref<ProbeMessage>('far');
  const unavailable = { errorName: 'Unavailable' };
  const open = errorOf(far.ask({ type: 'silence' }, { deadlineMs }));
  far.tell({ type: 'crash', how: 'throw' });
  t.match(await open, unavailable, 'asked before the crash');

  await untilRunning(system, 'far', 2);
  const asker = system.ref<ProbeMessage>('asker');
  asker.tell({ type: 'ask-silence', of: 'far' });
  await until(async () => (await system.stats())[1]?.pendingAsks === 1);
  asker.tell({ type: 'crash', how: 'reject' });
  await until(async () => (await system.stats())[1]?.pendingAsks === 0);
  t.match(
    await errorOf(asker.ask({ type: 'echo', value: 1 }, { deadlineMs })),
    unavailable,
    'gone',
  );

  const last = errorOf(far.ask({ type: 'silence' }, { deadlineMs }));
  await system.stop(5_000);
  t.match(await last, unavailable, 'asked before the stop');
});

t.test('too many asks are a programmer error', async (t) => {
  const { system } = await runSystem(t, 0);
  await system.start([child('near', 0, { creditBytes: Infinity })]);
  const ref = system.ref<ProbeMessage>('near');
  const asks: Promise<unknown>[] = [];
  t.throws(() => {
    for (;;) asks.push(ref.ask({ type: 'silence' }, { deadlineMs }));
  }, /too many asks/);
  t.equal(asks.length, 65_536);
  ref.tell({ type: 'crash', how: 'throw' });
  const outcomes = await Promise.allSettled(asks);
  t.ok(outcomes.every(({ status }) => status === 'rejected'));
});
