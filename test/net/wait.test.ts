/** What must not last, seen from a sweep. */
import t from 'tap';
import { Wait } from '../../lib/net/wait.js';

t.test('it lasts from the first look that finds it, without an interruption', async (t) => {
  const wait = new Wait();
  const looks = (...times: readonly (readonly [holds: boolean, nowMs: number])[]): boolean[] =>
    times.map(([holds, nowMs]) => wait.lasts(holds, 0, nowMs, 100));
  t.strictSame(looks([true, 0], [true, 99], [true, 100]), [false, false, true]);
  t.strictSame(looks([false, 110], [true, 120], [true, 219]), [false, false, false]);
  t.strictSame(looks([true, 220]), [true]);
});

t.test('progress begins the time anew', async (t) => {
  const wait = new Wait();
  const look = (progress: number, nowMs: number): boolean => wait.lasts(true, progress, nowMs, 100);
  t.strictSame([look(1, 0), look(2, 90), look(2, 189), look(2, 190)], [false, false, false, true]);
});
