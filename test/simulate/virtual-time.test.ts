/** The order in which a virtual day lets things happen, over a server that only notes them. */
import t from 'tap';
import { EventHeap } from '../../lib/simulate/heap.js';
import { VirtualTime, type VirtualServer } from '../../lib/simulate/virtual-time.js';

/** Timers alone. */
class Timers implements VirtualServer {
  #now = 0;
  readonly #due = new EventHeap<() => void>();

  readonly clock = {
    nowMs: () => this.#now,
    monotonicMs: () => this.#now,
    nextTimerMs: () => this.#due.nextAt() ?? Infinity,
    setTimer: (delayMs: number, callback: () => void) => {
      this.#due.push(this.#now + delayMs, callback);
      return { cancel: () => undefined };
    },
  };

  async run(untilMs: number): Promise<void> {
    for (let at = this.clock.nextTimerMs(); at <= untilMs; at = this.clock.nextTimerMs()) {
      this.#now = at;
      this.#due.pop()!();
      await new Promise((resolve) => setImmediate(resolve));
    }
    this.#now = Math.max(this.#now, untilMs);
  }
}

function noted() {
  const server = new Timers();
  const time = new VirtualTime(server);
  const happened: string[] = [];
  const note = (what: string) => void happened.push(`${what} at ${server.clock.monotonicMs()}`);
  const after = (clock: 'server' | 'day', delayMs: number, what: string, then?: () => void) =>
    (clock === 'server' ? server.clock : time.clock).setTimer(delayMs, () => {
      note(what);
      then?.();
    });
  return { server, time, happened, after };
}

t.test('of one moment the server comes first, with all that follows at once', async (t) => {
  const { time, happened, after } = noted();
  const day = new Promise<string>((resolve) => {
    after('day', 10, 'planned', () => after('server', 0, 'answer'));
    after('day', 10, 'planned too', () => resolve('over'));
    after('server', 10, 'due', () => after('server', 0, 'what follows'));
    after('server', 9, 'earlier');
  });
  t.equal(await time.passUntil(day), 'over');
  t.same(happened, [
    'earlier at 9',
    'due at 10',
    'what follows at 10',
    'planned at 10',
    'answer at 10',
    'planned too at 10',
  ]);
});

t.test('what the server leads to may be earlier than what was planned', async (t) => {
  const { time, happened, after } = noted();
  const day = new Promise<void>((resolve) => {
    after('day', 100, 'late', resolve);
    after('server', 50, 'answer', () => after('day', 10, 'soon'));
    after('day', 70, 'cancelled').cancel();
  });
  await time.passUntil(day);
  t.same(happened, ['answer at 50', 'soon at 60', 'late at 100']);
});

t.test('a day that fails, and one that can never end', async (t) => {
  const { server, time } = noted();
  await t.rejects(time.passUntil(Promise.reject(new Error('no'))), /^no$/);
  const tick = (): void => void server.clock.setTimer(1_000, tick);
  tick();
  const never = new Promise(() => undefined);
  await t.rejects(time.passUntil(never), { name: 'VirtualDayStuck' });
  t.ok(server.clock.monotonicMs() <= 600_000, 'as long as every request takes at most');
});
