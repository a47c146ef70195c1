import t from 'tap';
import type { Behaviour, BytesEnvelope, Envelope } from '../../lib/actor/index.js';
import { behaviours, type ProbeMessage } from './behaviours.js';
import { child, errorOf, runSystem, until, untilRunning } from './support.js';

const deadlineMs = 10_000;

t.test('mail keeps its order over both lanes, to and from every thread', async (t) => {
  const { system } = await runSystem(t, 2);
  await system.start([child('a', 0), child('b', 1), child('c', 2), child('d', 2)]);
  for (const name of ['a', 'b', 'c']) {
    const ref = system.ref<ProbeMessage>(name);
    const expected: (number | string)[] = [];
    for (let n = 0; n < 2_000; n += 1) {
      const text = n % 3 === 0;
      const sent = text
        ? ref.tell({ type: 'note', text: `n${n}` })
        : ref.tellBytes(n, new Uint8Array(n % 300));
      if (!sent) t.fail('credit');
      expected.push(text ? `n${n}` : n);
    }
    t.same(await ref.ask({ type: 'received' }, { deadlineMs }), expected);
  }
  const tags = Array.from({ length: 500 }, (_, tag) => tag);
  for (const [from, to] of [
    ['b', 'c'],
    ['c', 'a'],
    ['c', 'd'],
    ['b', 'b'],
  ] as const) {
    system.ref<ProbeMessage>(from).tell({ type: 'send', to, count: 500 });
    // Its answer follows what it sent, but comes another way than `to`'s mail.
    await system.ref<ProbeMessage>(from).ask({ type: 'echo', value: 1 }, { deadlineMs });
    const got: number[] = [];
    await until(async () => {
      const ref = system.ref<ProbeMessage>(to);
      got.push(...(await ref.ask<number[]>({ type: 'received' }, { deadlineMs })));
      return got.length >= 500;
    });
    t.same(got, tags, `${from} to ${to}`);
  }
});

/** Keeps all its batches. */
function keeper(batches: (readonly Envelope<unknown>[])[]): Behaviour<unknown, unknown> {
  return {
    start: () => ({
      receive(batch) {
        batches.push(batch);
      },
    }),
    unavailable: () => undefined,
  };
}

t.test('what is sent in one turn arrives as one batch, and its bytes stay valid', async (t) => {
  const batches: (readonly Envelope<unknown>[])[] = [];
  const { system } = await runSystem(t, 1, {
    behaviours: { ...behaviours, keeper: keeper(batches) },
  });
  await system.start([child('kept', 0, { behaviour: 'keeper' }), child('far', 1)]);
  const ref = system.ref('kept');
  const source = new Uint8Array(3_000);
  for (let n = 0; n < 30; n += 1) {
    source.fill(n);
    ref.tellBytes(n, source, n, 2_000 + n);
  }
  await until(() => batches.length > 0);
  source.fill(99);
  // More than fits into the staging buffer, and more than any packet.
  ref.tellBytes(0xffff_ffff, new Uint8Array(700_000).fill(7));
  await until(() => batches.length > 1);
  t.equal(batches[0]?.length, 30);
  for (const [n, envelope] of (batches[0] as readonly BytesEnvelope[]).entries()) {
    t.equal(envelope.tag, n);
    t.same(envelope.bytes, new Uint8Array(2_000).fill(n));
  }
  const [large] = batches[1] as readonly BytesEnvelope[];
  t.equal(large?.tag, 0xffff_ffff);
  t.equal(large?.bytes.length, 700_000);
  t.ok(large?.bytes.every((byte) => byte === 7));

  system.ref<ProbeMessage>('far').tell({ type: 'send', to: 'kept', count: 50 });
  await until(() => batches.length > 2);
  t.equal(batches[2]?.length, 50, 'from another thread as well');
});

t.test('mail gathers while an actor is busy, and comes as the next batch', async (t) => {
  const batches: number[] = [];
  let release: () => void = () => undefined;
  const busy: Behaviour<unknown, unknown> = {
    start: () => ({
      receive(batch) {
        batches.push(batch.length);
        return new Promise<void>((resolve) => {
          release = resolve;
        });
      },
    }),
    unavailable: () => undefined,
  };
  const { system } = await runSystem(t, 0, { behaviours: { busy } });
  await system.start([child('busy', 0, { behaviour: 'busy' })]);
  const ref = system.ref('busy');
  ref.tell(1);
  await until(() => batches.length === 1);
  for (let n = 0; n < 5; n += 1) {
    ref.tell(n);
    await new Promise(setImmediate);
  }
  t.same(batches, [1]);
  release();
  await until(() => batches.length === 2);
  t.same(batches, [1, 5]);
  release();
});

t.test('batchMails does not bound what gathered while an actor was busy', async (t) => {
  const batches: string[] = [];
  let release: () => void = () => undefined;
  const busy: Behaviour<unknown, unknown> = {
    start: () => ({
      receive(batch) {
        batches.push(batch.map((envelope) => (envelope as BytesEnvelope).tag).join(' '));
        if (batches.length > 1) return undefined;
        return new Promise<void>((resolve) => {
          release = resolve;
        });
      },
    }),
    unavailable: () => undefined,
  };
  const { system } = await runSystem(t, 0, { behaviours: { busy } });
  await system.start([child('busy', 0, { behaviour: 'busy', batchMails: 2, creditBytes: 900 })]);
  const ref = system.ref('busy');
  const mail = new Uint8Array(88);
  for (let tag = 0; tag < 9; tag += 1) t.ok(ref.tellBytes(tag, mail));
  await until(() => batches.length === 1);
  release();
  await until(() => batches.length === 2);
  t.same(batches, ['0 1', '2 3 4 5 6 7 8']);
  await until(() => ref.settled === 9);
  for (let tag = 9; tag < 12; tag += 1) t.ok(ref.tellBytes(tag, mail));
  await until(() => batches.length === 4);
  t.same(batches.slice(2), ['9 10', '11'], 'then it does again');
});

t.test('batchMails bounds a batch, and what is due comes between two', async (t) => {
  const steps: string[] = [];
  const splitter: Behaviour<unknown, number> = {
    start: () => ({
      receive(batch) {
        steps.push(batch.map((envelope) => (envelope as BytesEnvelope).tag).join(' '));
        setImmediate(() => steps.push('other work'));
      },
    }),
    unavailable: () => undefined,
  };
  const { system } = await runSystem(t, 0, { behaviours: { ...behaviours, splitter } });
  // The credit of five such mails: that of a batch comes back with it.
  const spec = { behaviour: 'splitter', batchMails: 2, creditBytes: 500 };
  await system.start([child('a', 0, spec)]);
  const ref = system.ref<number>('a');
  const mail = new Uint8Array(88);
  for (let tag = 0; tag < 5; tag += 1) t.ok(ref.tellBytes(tag, mail));
  t.notOk(ref.tellBytes(5, mail));
  await until(() => steps.length >= 6);
  t.same(steps, ['0 1', 'other work', '2 3', 'other work', '4', 'other work']);
  t.equal(ref.settled, 5);
  for (let tag = 5; tag < 10; tag += 1) t.ok(ref.tellBytes(tag, mail));
  await system.stop(5_000);
  t.same(
    steps.filter((step) => step !== 'other work'),
    ['0 1', '2 3', '4', '5 6', '7 8', '9'],
    'a stop takes all batches with it',
  );
});

t.test('two actors of one thread never share an object', async (t) => {
  const { system } = await runSystem(t, 0);
  await system.start([child('a', 0)]);
  const value = { list: [1] };
  const ref = system.ref<ProbeMessage>('a');
  const answer = await ref.ask<typeof value>({ type: 'echo', value }, { deadlineMs });
  t.same(answer, value);
  t.not(answer, value);
});

t.test('what cannot be cloned crashes its sender alone', async (t) => {
  const { system, reports } = await runSystem(t, 1, { intensity: 10 });
  await system.start([child('bad', 1), child('near', 1), child('far', 0)]);
  const bad = system.ref<ProbeMessage>('bad');
  for (const [n, to] of ['far', 'near'].entries()) {
    bad.tell({ type: 'send-uncloneable', to });
    await until(() => reports.length === n + 1);
    const got = await system.ref<ProbeMessage>(to).ask({ type: 'received' }, { deadlineMs });
    t.same(got, ['before', 'after', 1]);
    t.match(reports[n], { child: 'bad', reason: 'crash', error: { name: 'DataCloneError' } });
    await untilRunning(system, 'bad', n + 2);
  }
});

t.test('an answer that cannot be cloned fails its ask', async (t) => {
  const { system, reports } = await runSystem(t, 1);
  await system.start([child('bad', 1)]);
  const bad = system.ref<ProbeMessage>('bad');
  t.match(await errorOf(bad.ask({ type: 'answer-uncloneable' }, { deadlineMs })), {
    errorName: 'Internal',
  });
  await until(() => reports.length === 1);
});

t.test('a name that no actor has is a programmer error', async (t) => {
  const { system } = await runSystem(t, 0);
  t.throws(() => system.ref('nobody').tell(1), /no actor is named nobody/);
});
