/** The pump of a partition's events: how much it does at once, for however many readers. */
import t from 'tap';
import type { ActorRef } from '../../lib/actor/index.js';
import { systemClock, type Clock } from '../../lib/clock.js';
import { EventNumber } from '../../lib/interaction/event.js';
import { limits } from '../../lib/limits.js';
import { frameLength } from '../../lib/protocol/frame.js';
import { framesEnd, isEventTag, readerAt, readersOfTag } from '../../lib/mail/events.js';
import { PartitionEvents } from '../../lib/host/events.js';
import type { Survivors } from '../../lib/host/survivors.js';
import { EventReaders } from '../../lib/host/event-readers.js';
import { pumpInTurn } from '../../lib/host/pump-turns.js';
import { Rig, op, queueIn, sessionOf } from '../partition/support.js';

const media = sessionOf('mail', 'MediaServer');
const submits = 500;

/** An actor that reads: by reader the number of events, and what came between marks. */
class Listener {
  readonly events = new Map<number, number>();
  /** What came up to each mark: bytes by readers, bytes, mails. */
  readonly pumps: { bytes: number; mailBytes: number; mails: number }[] = [];
  marks = 0;
  /** False: it takes nothing now. */
  takes = true;
  #pump = { bytes: 0, mailBytes: 0, mails: 0 };

  readonly ref = {
    name: 'front',
    tellBytes: (tag: number, buffer: Uint8Array, start = 0, end = buffer.length): boolean => {
      if (!isEventTag(tag)) throw new Error('no event');
      if (!this.takes) return false;
      if (readersOfTag(tag) === 0) this.#mark();
      else this.#take(tag, buffer.slice(start, end));
      return true;
    },
  } as unknown as ActorRef;

  get isDone(): boolean {
    return [...this.events.values()].every((count) => count >= submits);
  }

  #mark(): void {
    this.marks++;
    this.pumps.push(this.#pump);
    this.#pump = { bytes: 0, mailBytes: 0, mails: 0 };
  }

  #take(tag: number, bytes: Uint8Array): void {
    const readers = readersOfTag(tag);
    const end = framesEnd(tag, bytes);
    this.#pump.bytes += end * readers;
    this.#pump.mailBytes += bytes.length;
    this.#pump.mails++;
    let count = 0;
    for (let at = 0; at < end; at += frameLength(bytes, at)) count++;
    for (let index = 0; index < readers; index++) {
      const reader = readerAt(tag, bytes, index);
      this.events.set(reader, (this.events.get(reader) ?? 0) + count);
    }
  }
}

interface Started {
  readonly listener: Listener;
  readonly events: PartitionEvents;
  subscribe(number: number, more?: object): void;
}

async function start(
  readers: number,
  clock: Clock = systemClock,
  actors: Readonly<Record<string, Listener>> = {},
  lastSequence = submits,
): Promise<Started> {
  const rig = await Rig.start({ sessions: [media] });
  for (let count = 0; count < submits; count++) {
    await rig.ask(media, op.submit(queueIn(0)));
  }
  const { store, outbox } = rig.world.partition(0).core;
  const listener = new Listener();
  const survivors = { store, readers: new EventReaders() } as unknown as Survivors;
  const crash = (error: unknown): never => {
    throw error;
  };
  const resolve = (name: string): ActorRef => (actors[name] ?? listener).ref;
  const events = new PartitionEvents({
    partition: 0,
    survivors,
    resolve,
    clock,
    lastSequence,
    queueState: () => undefined,
    crash,
  });
  const subscribe = (reader: number, more: object = {}): void => {
    const message = {
      type: 'subscribe',
      target: 'front',
      reader,
      start: { from: 'oldest' },
      wanted: undefined,
      tellUpToDate: false,
      ...more,
    } as const;
    events.subscribe(message, outbox);
  };
  for (let reader = 1; reader <= readers; reader++) subscribe(reader);
  for (let reader = 1; reader <= readers; reader++) events.giveCredits('front', [reader, 1e9]);
  return { listener, events, subscribe };
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
  let mostLookedAt = 0;
  while (!(listener.isDone && listener.events.size === 640) && rounds++ < 1e6) {
    events.markPassed('front');
    await round();
    mostLookedAt = Math.max(mostLookedAt, events.lastWork.looked);
  }
  t.equal(listener.events.size, 640, 'each gets all of them');
  t.equal(events.frames.framesMade, submits, 'each is made into a frame once');
  t.ok(events.frames.rowsRead <= submits, `${events.frames.rowsRead} rows read`);
  t.ok(mostLookedAt <= limits.eventPumpEvents + 512, `${mostLookedAt} looked at in one go`);
  t.ok(
    [...listener.events.values()].every((count) => count === submits),
    'and none twice',
  );
  const mostBytes = Math.max(...listener.pumps.map(({ bytes }) => bytes));
  t.ok(mostBytes <= limits.eventPumpBytes + 16_384 + 1_024, `${mostBytes} bytes in one go`);
  const sum = (of: (pump: (typeof listener.pumps)[number]) => number): number =>
    listener.pumps.reduce((total, pump) => total + of(pump), 0);
  const [bytes, mailBytes] = [sum((pump) => pump.bytes), sum((pump) => pump.mailBytes)];
  t.ok(mailBytes < bytes / 6, `${mailBytes} bytes were sent for ${bytes}`);
});

t.test('a pump ends when its time is over, and goes on where it was', async (t) => {
  let nowMs = 0;
  const clock = { ...systemClock, monotonicMs: () => (nowMs += limits.eventPumpUs / 4_000) };
  const { listener, events } = await start(50, clock);
  while (listener.pumps.length < 20) {
    events.markPassed('front');
    await round();
  }
  for (const { mails } of listener.pumps) t.ok(mails <= 4, `${mails} visits`);
  t.equal(listener.events.size, 50, 'all in turns');
});

t.test('a pump for readers who want nothing ends after so many events', async (t) => {
  const clock = { ...systemClock, monotonicMs: () => 0 };
  const { listener, events, subscribe } = await start(0, clock);
  const readers = 60;
  for (let reader = 1; reader <= readers; reader++) {
    subscribe(reader, { wanted: [{ tenant: 1_000 + reader, kinds: undefined }] });
    events.giveCredits('front', [reader, 1]);
  }
  const looked: number[] = [];
  for (let count = 0; count < 100; count++) {
    await round();
    const work = { ...events.lastWork };
    if (work.looked > 0) looked.push(work.looked);
  }
  t.equal(listener.events.size, 0);
  t.equal(listener.marks, 0, 'nothing was sent, nothing is waited for');
  const most = Math.max(...looked);
  t.ok(most <= limits.eventPumpEvents + 512, `${most} looked at in one go`);
  t.ok(most >= limits.eventPumpEvents);
});

t.test('an actor that passes no marks keeps no other waiting', async (t) => {
  const other = new Listener();
  const { listener, events, subscribe } = await start(3, systemClock, { other });
  subscribe(1, { target: 'other', kinds: [EventNumber.InteractionSubmitted] });
  events.giveCredits('other', [1, 1e9]);
  for (let count = 0; count < 200 && !(other.events.size > 0 && other.isDone); count++) {
    events.markPassed('other');
    await round();
  }
  t.strictSame([...other.events], [[1, submits]]);
  t.equal(listener.marks, 2);
  t.notOk(listener.isDone);
});

t.test(
  'an actor that takes no mail for a time misses nothing and keeps none waiting',
  async (t) => {
    const other = new Listener();
    const tries: (() => void)[] = [];
    const clock = {
      ...systemClock,
      setTimer: (_: number, callback: () => void) => {
        tries.push(callback);
        return { cancel: () => {} };
      },
    };
    const { listener, events, subscribe } = await start(0, clock, { other });
    listener.takes = false;
    for (const target of ['front', 'other']) {
      subscribe(1, { target, tellUpToDate: true });
      events.giveCredits(target, [1, 1e9]);
    }
    for (let count = 0; count < 50; count++) {
      events.markPassed('other');
      await round();
    }
    t.strictSame([...other.events], [[1, submits + 1]], 'and that it is up to date');
    t.equal(listener.events.size, 0);
    t.equal(tries.length, 1);
    tries.pop()!();
    await round();
    t.equal(tries.length, 1, 'it is tried again');
    listener.takes = true;
    tries.pop()!();
    for (let count = 0; count < 50; count++) {
      events.markPassed('front');
      await round();
    }
    t.strictSame([...listener.events], [[1, submits + 1]]);
  },
);

t.test('readers of several actors may have one number, and end by themselves', async (t) => {
  const other = new Listener();
  const { listener, events, subscribe } = await start(0, systemClock, { other });
  for (const target of ['front', 'other'])
    for (const number of [1, 2]) subscribe(number, { target });
  events.unsubscribe('other', 1);
  events.giveCredits('other', [1, 1e9]);
  events.giveCredits('other', [2, 1e9]);
  events.giveCredits('front', [1, 1e9]);
  events.unsubscribeAll('front');
  for (let count = 0; count < 50; count++) {
    events.markPassed('other');
    await round();
  }
  t.strictSame([...other.events], [[2, submits]]);
  t.equal(listener.events.size, 0);
});

t.test('new events come to all who had what there was, and no reader costs nothing', async (t) => {
  const { listener, events, subscribe } = await start(0);
  events.durableUpTo(1);
  for (let reader = 1; reader <= 5; reader++) {
    subscribe(reader, { start: { from: 'next' } });
    events.giveCredits('front', [reader, 1e9]);
  }
  await round();
  t.equal(listener.events.size, 0);
  for (let sequence = 2; sequence <= 50; sequence++) {
    events.durableUpTo(sequence);
    events.markPassed('front');
    await round();
  }
  t.strictSame([...listener.events.values()], [49, 49, 49, 49, 49]);
  t.equal(
    listener.pumps.reduce((sum, { mails }) => sum + mails, 0),
    49,
    'one mail for all five',
  );
});

t.test('who had all there was does not wait behind those who read from the start', async (t) => {
  const { listener, events, subscribe } = await start(640, systemClock, {}, submits - 10);
  subscribe(1_000, { start: { from: 'next' } });
  events.giveCredits('front', [1_000, 1e9]);
  for (let count = 0; count < 5; count++) {
    events.markPassed('front');
    await round();
  }
  t.equal(listener.events.get(1_000), undefined);
  events.durableUpTo(submits);
  const { marks } = listener;
  while (listener.events.get(1_000) === undefined && listener.marks < marks + 100) {
    events.markPassed('front');
    await round();
  }
  t.equal(listener.events.get(1_000), 10);
  t.ok(listener.marks <= marks + 3, `${listener.marks - marks} pumps until then`);
  t.ok(listener.events.size < 640, 'others have not been visited yet');
});

t.test('an instance that has ended sends nothing more', async (t) => {
  const { listener, events } = await start(10);
  events.end();
  await round();
  await round();
  t.equal(listener.marks, 0);
});

t.test('the pumps of a thread run one in a round of its event loop', async (t) => {
  const ran: number[] = [];
  for (const pump of [1, 2, 3]) pumpInTurn(systemClock, () => void ran.push(pump));
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
