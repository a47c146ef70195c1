/** Events leave a thread most of its time for its other work. */
import t from 'tap';
import type { Clock } from '../../lib/clock.js';
import { EventFlushes } from '../../lib/front/event-flushes.js';
import type { Connection } from '../../lib/net/connection.js';

/** A clock that a test moves; timers run when they are due at the end of a round. */
class HandClock implements Clock {
  now = 0;
  readonly timers: { atMs: number; callback: () => void }[] = [];

  nowMs(): number {
    return this.now;
  }

  monotonicMs(): number {
    return this.now;
  }

  setTimer(delayMs: number, callback: () => void) {
    this.timers.push({ atMs: this.now + delayMs, callback });
    return { cancel: () => undefined };
  }

  pass(ms: number): void {
    this.now += ms;
    const due = this.timers.filter(({ atMs }) => atMs <= this.now);
    for (const timer of due) this.timers.splice(this.timers.indexOf(timer), 1);
    for (const { callback } of due) callback();
  }
}

const round = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

function start(flushMs: number) {
  const clock = new HandClock();
  const passed: number[] = [];
  const flushes = new EventFlushes(clock, (partition) => passed.push(partition));
  let flushed = 0;
  const connection = (): Connection =>
    ({
      flush: () => {
        flushed++;
        clock.now += flushMs;
      },
    }) as unknown as Connection;
  return { clock, passed, flushes, connection, flushed: () => flushed };
}

t.test('a mark waits for all writes, and the next one until other work had its time', async (t) => {
  const { clock, passed, flushes, connection, flushed } = start(0.5);
  for (let count = 0; count < 20; count++) flushes.add(connection());
  flushes.mark(1);
  flushes.mark(2);
  flushes.took(2);
  await round();
  t.equal(flushed(), 16, 'a few in a round');
  t.strictSame(passed, [], 'some have not been written to');
  await round();
  t.equal(flushed(), 20);
  t.strictSame(passed, [1]);
  await round();
  const tookMs = 20 * 0.5 + 2;
  clock.pass(3 * tookMs - 1);
  await round();
  t.strictSame(passed, [1], 'three times as long as the events took');
  clock.pass(1);
  await round();
  t.strictSame(passed, [1, 2]);
  flushes.mark(3);
  await round();
  t.strictSame(passed, [1, 2, 3], 'what took no time is not waited for');
});

t.test('who waits for nobody makes no timer', async (t) => {
  const { clock, passed, flushes, connection } = start(0.5);
  flushes.add(connection());
  flushes.mark(0);
  await round();
  flushes.add(connection());
  await round();
  await round();
  t.strictSame(passed, [0]);
  t.equal(clock.timers.length, 0);
});

t.test(
  'a process that stood still for long does not keep events waiting for as long',
  async (t) => {
    const { clock, passed, flushes } = start(0);
    flushes.took(60_000);
    flushes.mark(1);
    await round();
    flushes.mark(2);
    await round();
    t.strictSame(passed, [1]);
    clock.pass(1_000);
    await round();
    t.strictSame(passed, [1, 2]);
  },
);
