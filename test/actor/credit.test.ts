import t from 'tap';
import { openGate, type ProbeMessage } from './behaviours.js';
import { child, errorOf, runSystem, until } from './support.js';

const deadlineMs = 10_000;
const creditBytes = 100_000;

t.test('an actor that does not receive bounds what is sent to it', async (t) => {
  const { system } = await runSystem(t, 1);
  await system.start([
    child('near', 0, { creditBytes }),
    child('far', 1, { creditBytes }),
    child('other', 1, { creditBytes }),
  ]);
  for (const name of ['near', 'far']) {
    const ref = system.ref<ProbeMessage>(name);
    const gate = new SharedArrayBuffer(4);
    ref.tell({ type: 'block', gate });
    const mail = new Uint8Array(988);
    let sent = 0;
    while (ref.tellBytes(sent, mail)) sent += 1;
    t.equal(sent, Math.floor((creditBytes - 1_024) / 1_000), 'each mail counts with its header');
    t.notOk(ref.tell({ type: 'note', text: 'a message counts as at least 1 KiB' }));
    t.match(await errorOf(ref.ask({ type: 'received' }, { deadlineMs })), { errorName: 'Busy' });

    const other = system.ref<ProbeMessage>('other');
    t.equal(await other.ask({ type: 'echo', value: 1 }, { deadlineMs }), 1, 'others go on');

    openGate(gate);
    const tags: (number | string)[] = [];
    await until(async () => {
      // Busy until the credit has come back.
      await until(() => ref.tell({ type: 'note', text: 'again' }));
      const more = await ref.ask<(number | string)[]>({ type: 'received' }, { deadlineMs });
      tags.push(...more.filter((tag) => typeof tag === 'number'));
      return tags.length >= sent;
    });
    t.same(
      tags,
      Array.from({ length: sent }, (_, tag) => tag),
      'nothing was lost',
    );
  }
});

t.test('a message counts as what its sender says, and comes back as that', async (t) => {
  const { system } = await runSystem(t, 1);
  await system.start([child('near', 0, { creditBytes }), child('far', 1, { creditBytes })]);
  for (const name of ['near', 'far']) {
    const ref = system.ref<ProbeMessage>(name);
    const large: ProbeMessage = { type: 'note', text: 'x'.repeat(20_000) };
    for (let round = 0; round < 20; round += 1) {
      const gate = new SharedArrayBuffer(4);
      // A tell and an ask of twenty kilobytes each, until the credit is used up.
      await until(() => ref.tell({ type: 'block', gate }, 60_000));
      t.ok(ref.tell(large, 20_000), 'there is credit for one more');
      const echo = ref.ask({ type: 'echo', value: large.text }, { deadlineMs, bytes: 19_000 });
      t.notOk(ref.tell(large, 20_000), 'but not for two');
      const busy = ref.ask({ type: 'echo', value: 1 }, { deadlineMs, bytes: 20_000 });
      t.match(await errorOf(busy), { errorName: 'Busy' });
      t.notOk(ref.tell({ type: 'note', text: 'small' }, 1), 'none counts less than 1 KiB');
      openGate(gate);
      t.equal(await echo, large.text);
    }
  }
});

t.test('a large message that cannot be cloned gives all of its credit back', async (t) => {
  const { system } = await runSystem(t, 1);
  await system.start([
    child('sender', 0, { restart: 'transient' }),
    child('far', 1, { creditBytes }),
  ]);
  const sender = system.ref<ProbeMessage>('sender');
  const far = system.ref<ProbeMessage>('far');
  sender.tell({ type: 'send-uncloneable', to: 'far', bytes: 90_000 });
  const received: unknown[] = [];
  await until(async () => {
    received.push(...(await far.ask<unknown[]>({ type: 'received' }, { deadlineMs })));
    return received.length === 3;
  });
  t.same(received, ['before', 'after', 1]);
  await until(() => far.tell({ type: 'note', text: 'large' }, 90_000));
});

t.test('a mail longer than the credit goes alone', async (t) => {
  const { system } = await runSystem(t, 1);
  await system.start([child('far', 1, { creditBytes: 1_000 })]);
  const ref = system.ref<ProbeMessage>('far');
  for (let n = 0; n < 5; n += 1) {
    await until(() => ref.tellBytes(n, new Uint8Array(50_000)));
    t.notOk(ref.tellBytes(n, new Uint8Array(1)));
  }
  await until(() => ref.tellBytes(5, new Uint8Array(1)));
});

t.test('credit lasts for any number of mails of any size', async (t) => {
  const { system } = await runSystem(t, 1);
  await system.start([child('far', 1, { creditBytes: 3_000 })]);
  const ref = system.ref<ProbeMessage>('far');
  for (let n = 0; n < 3_000; n += 1) {
    const bytes = new Uint8Array((n * 7_919) % 2_900);
    while (!ref.tellBytes(n, bytes)) await new Promise(setImmediate);
  }
  while (!ref.tell({ type: 'note', text: 'last' })) await new Promise(setImmediate);
  await until(async () => (await system.stats())[1]?.actors[0]?.waiting === 0);
});

t.test('no bound with Infinity', async (t) => {
  const { system } = await runSystem(t, 1);
  await system.start([child('far', 1, { creditBytes: Infinity })]);
  const ref = system.ref<ProbeMessage>('far');
  const gate = new SharedArrayBuffer(4);
  ref.tell({ type: 'block', gate });
  const mail = new Uint8Array(1_000_000);
  let sent = 0;
  while (sent < 20 && ref.tellBytes(sent, mail)) sent += 1;
  t.equal(sent, 20);
  openGate(gate);
});
