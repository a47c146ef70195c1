import { MessageChannel } from 'node:worker_threads';
import t, { type Test } from 'tap';
import { Control } from '../../lib/actor/control.js';
import { systemClock } from '../../lib/clock.js';
import { IxionError } from '../../lib/errors.js';
import { errorOf } from './support.js';

const deadlineMs = 10_000;

const methods = {
  double: (value: number) => value * 2,
  later: (value: string) => Promise.resolve(value),
  never: () => new Promise<void>(() => undefined),
  fails(): void {
    throw Object.assign(new TypeError('wrong'), { code: 'E_WRONG' });
  },
  refuses(): void {
    throw new IxionError('Busy', 'not now', { retryAfterMs: 9 });
  },
  uncloneable: () => () => undefined,
};

function connect(t: Test): Control<typeof methods> {
  const { port1, port2 } = new MessageChannel();
  const there = new Control<Record<string, never>>(port2, methods, systemClock);
  const here = new Control<typeof methods>(port1, {}, systemClock);
  t.teardown(() => (here.close(), there.close()));
  return here;
}

t.test('results and errors come back', async (t) => {
  const control = connect(t);
  t.equal(await control.call('double', 21, deadlineMs), 42);
  t.equal(await control.call('later', 'x', deadlineMs), 'x');
  t.match(await errorOf(control.call('fails', undefined, deadlineMs)), {
    name: 'TypeError',
    message: 'wrong',
    code: 'E_WRONG',
    stack: /control.test/,
  });
  const refused = await errorOf(control.call('refuses', undefined, deadlineMs));
  t.ok(refused instanceof IxionError);
  t.match(refused, { errorName: 'Busy', message: 'not now', retryAfterMs: 9, code: 1040 });
  t.match(await errorOf(control.call('uncloneable', undefined, deadlineMs)), { name: 'TypeError' });
  const unknown = (control as unknown as Control<Record<string, () => void>>).call(
    'x',
    undefined,
    deadlineMs,
  );
  t.match(await errorOf(unknown), { message: 'no control method x' });
});

t.test('no call waits for ever', async (t) => {
  const control = connect(t);
  t.match(await errorOf(control.call('never', undefined, 1)), { errorName: 'DeadlineExceeded' });
  const open = errorOf(control.call('never', undefined, deadlineMs));
  const lost = new Error('lost');
  control.lose(lost);
  t.equal(await open, lost);
  t.equal(await errorOf(control.call('double', 1, deadlineMs)), lost);
});
