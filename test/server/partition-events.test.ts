/** The pump of a partition's events: how much it does at once, for however many readers. */
import t from 'tap';
import type { ActorRef } from '../../lib/actor/index.js';
import { systemClock, type Clock } from '../../lib/clock.js';
import { limits } from '../../lib/limits.js';
import { frameLength } from '../../lib/protocol/frame.js';
import { isEventTag, subscriptionOfTag } from '../../lib/mail/partition.js';
import { PartitionEvents } from '../../lib/host/events.js';
import type { Kept } from '../../lib/host/survivors.js';
import { pumpInTurn } from '../../lib/host/pump-turns.js';
import { Bench, op, queueIn, sessionOf } from '../partition/support.js';

const media = sessionOf('mail', 'MediaServer');
const submits = 500;

/** What the main thread got: by subscription the number of events, and what came between marks. */
class Listener {
  readonly events = new Map<number, number>();
  /** Bytes, mails and marks since `pumps` last grew. */
  readonly pumps: { bytes: number; mails: number }[] = [];
  marks = 0;
  #pump = { bytes: 0, mails: 0 };

  readonly ref = {
    name: 'listener',
    tellBytes: (tag: number, buffer: Uint8Array, start = 0, end = buffer.length): boolean => {
      if (!isEventTag(tag)) throw new Error('no event');
      const subscription = subscriptionOfTag(tag);
      if (subscription === 0) this.#mark();
      else this.#take(subscription, buffer.slice(start, end));
      return true;
    },
  } as unknown as ActorRef;

  #mark(): void {
    this.marks++;
    this.pumps.push(this.#pump);
    this.#pump = { bytes: 0, mails: 0 };
  }

  #take(subscription: number, frames: Uint8Array): void {
    this.#pump.bytes += frames.length;
    this.#pump.mails++;
    let count = this.events.get(subscription) ?? 0;
    for (let at = 0; at < frames.length; at += frameLength(frames, at)) count++;
    this.events.set(subscription, count);
  }
}

async function start(readers: number, clock: Clock = systemClock) {
  const bench = await Bench.start({ sessions: [media] });
  for (let count = 0; count < submits; count++) {
    await bench.ask(media, op.submit(queueIn(0)));
  }
  const { store, outbox } = bench.world.partition(0).core;
  const listener = new Listener();
  const { lastSequence } = outbox;
  const kept = { store, subscriptions: new Map() } as unknown as Kept;
  const crash = (error: unknown): never => {
    throw error;
  };
  const options = { partition: 0, kept, listener: listener.ref, clock, lastSequence, crash };
  const events = new PartitionEvents(options);
  for (let subscription = 1; subscription <= readers; subscription++) {
    const message = {
      type: 'subscribe',
      subscription,
      session: 1,
      proxyClient: 1,
      start: { from: 'oldest' },
      tenants: undefined,
      tellUpToDate: false,
    } as const;
    events.subscribe(message, outbox);
  }
  for (let subscription = 1; subscription <= readers; subscription++) {
    events.giveCredit(subscription, 1e9);
  }
  return { listener, events };
}

const round = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

t.test('a pump is short for any number of readers, and none waits for another', async (t) => {
  const { listener, events } = await start(640);
  await round();
  await round();
  await round();
  await round();
  t.ok(listener.marks <= 2, 'it waits for the main thread');
  let rounds = 0;
  const isDone = () => [...listener.events.values()].filter((count) => count >= submits).length;
  while (isDone() < 640 && rounds++ < 1e6) {
    events.markPassed();
    await round();
  }
  t.equal(isDone(), 640, 'each gets all of them');
  t.ok(
    [...listener.events.values()].every((count) => count === submits),
    'and none twice',
  );
  const mostBytes = Math.max(...listener.pumps.map(({ bytes }) => bytes));
  t.ok(mostBytes <= limits.eventPumpBytes + 16_384 + 1_024, `${mostBytes} bytes in one go`);
});

t.test('a pump ends when its time is over, and goes on where it was', async (t) => {
  let nowMs = 0;
  const clock = { ...systemClock, monotonicMs: () => (nowMs += limits.eventPumpUs / 4_000) };
  const { listener, events } = await start(50, clock);
  while (listener.pumps.length < 20) {
    events.markPassed();
    await round();
  }
  for (const { mails } of listener.pumps) t.ok(mails <= 4, `${mails} visits`);
  t.equal(listener.events.size, 50, 'all in turns');
});

t.test('the pumps of a thread run one in a round of its event loop', async (t) => {
  const ran: number[] = [];
  for (const pump of [1, 2, 3]) pumpInTurn(() => void ran.push(pump));
  const seen: number[] = [];
  for (let count = 0; count < 4; count++) {
    await round();
    seen.push(ran.length);
  }
  t.strictSame(ran, [1, 2, 3]);
  t.ok(
    seen.every((count, index) => count - (seen[index - 1] ?? 0) <= 1),
    seen.join(' '),
  );
});
