import t from 'tap';
import type { Behaviour } from '../../lib/actor/index.js';
import { behaviours, orders, type ProbeMessage, refused } from './behaviours.js';
import { child, errorOf, runSystem, until } from './support.js';

const deadlineMs = 20_000;

/** Keeps the fates that ledgers tell of. */
function collector(fates: number[]): Behaviour<unknown, unknown> {
  return {
    start: () => ({
      receive(batch) {
        for (const envelope of batch) if (envelope.kind === 'bytes') fates.push(envelope.tag);
      },
    }),
    unavailable: () => undefined,
  };
}

for (const how of ['throw', 'reject', 'context'] as const) {
  t.test(`an actor that crashed by ${how} is rebuilt in its thread`, async (t) => {
    const { system, reports } = await runSystem(t, 1);
    await system.start([
      child('journal', 0),
      child('far', 1, { argument: { journal: 'journal' } }),
    ]);
    const far = system.ref<ProbeMessage>('far');
    far.tell({ type: 'crash', how });
    const journal = system.ref<ProbeMessage>('journal');
    const steps: string[] = [];
    await until(async () => {
      steps.push(...(await journal.ask<string[]>({ type: 'received' }, { deadlineMs })));
      return steps.length === 3;
    });
    t.same(steps, ['far start 1', `far crashed by ${how}`, 'far start 2']);
    t.match(reports, [
      {
        child: 'far',
        incarnation: 1,
        errorContext: 'child-terminated',
        reason: 'crash',
        error: { name: 'Error', message: `by ${how}`, stack: /behaviours/ },
        offender: { id: 'far', behaviour: 'probe', thread: 1, restart: 'permanent' },
        restartsInPeriod: 1,
        decision: 'restart',
      },
    ]);
    t.same(system.reports, reports);
    t.match((await system.stats())[1]?.actors, [{ name: 'far', incarnation: 2 }]);
  });
}

t.test('100 crashes with full credits: every mail has one fate, in order', async (t) => {
  const creditBytes = 65_536;
  const fates: Record<string, number[]> = { near: [], far: [] };
  const { system, reports } = await runSystem(t, 1, {
    intensity: Infinity,
    behaviours: {
      ...behaviours,
      'collector-near': collector(fates['near'] as number[]),
      'collector-far': collector(fates['far'] as number[]),
    },
  });
  const places = ['near', 'far'] as const;
  await system.start([
    child('other', 1),
    ...places.map((id) => child(`collector-${id}`, 0, { behaviour: `collector-${id}` })),
    ...places.map((id, thread) => {
      const argument = { collector: `collector-${id}` };
      return child(`ledger-${id}`, thread, { behaviour: 'ledger', argument, creditBytes });
    }),
  ]);
  const other = system.ref<ProbeMessage>('other');
  const allAsks: Promise<unknown>[] = [];
  for (const id of places) {
    const ref = system.ref<never>(`ledger-${id}`);
    const asks: Promise<unknown>[] = [];
    let tag = 0;
    const crashes = (): number => reports.filter(({ child }) => child === `ledger-${id}`).length;
    for (let round = 0; crashes() < 100; round += 1) {
      // Fills the credit, with a crash somewhere in the middle.
      const crashAt = tag + ((round * 37) % 60);
      for (;;) {
        const mail = new Uint8Array(200 + ((tag * 31) % 400));
        if (tag === crashAt) mail[0] = round % 2 === 0 ? orders.throw : orders.reject;
        else if (tag % 50 === 0) mail[0] = orders.wait;
        if (!ref.tellBytes(tag, mail)) break;
        tag += 1;
        if (tag % 60 === 0) asks.push(errorOf(ref.ask({} as never, { deadlineMs })));
      }
      await until(() => ref.tellBytes(tag, new Uint8Array(100)));
      tag += 1;
      if (round % 10 === 0) {
        t.equal(await other.ask({ type: 'echo', value: round }, { deadlineMs }), round);
      }
    }
    const got = fates[id] as number[];
    await until(() => got.length >= tag);
    const plain = got.map((fate) => (fate >= refused ? fate - refused : fate));
    t.same(
      plain,
      Array.from({ length: tag }, (_, n) => n),
    );
    t.ok(got.some((fate) => fate >= refused) && got.some((fate) => fate < refused));
    allAsks.push(...asks);
  }
  // The ledger answers none: all end with its crash, or at the latest with its stop.
  await system.stop(5_000);
  t.ok(allAsks.length > 100);
  for (const error of await Promise.all(allAsks))
    t.match(error, { errorName: /^(Unavailable|Busy)$/ });
});

t.test('a crash during stop, and a crash while draining, still end the actor', async (t) => {
  const { system, reports } = await runSystem(t, 1, { intensity: 10 });
  await system.start([
    child('fails', 1, { argument: { failStop: true } }),
    child('drains', 1),
    child('fine', 1),
  ]);
  system.ref<ProbeMessage>('drains').tell({ type: 'crash', how: 'reject' });
  t.same(await system.stop(5_000), { late: [] });
  // The crash may be reported before or after the stop of the actor behind it: by
  // name, not by time.
  reports.sort((a, b) => (a.child < b.child ? -1 : 1));
  t.match(reports, [
    { child: 'drains', reason: 'crash', errorContext: 'child-terminated' },
    {
      child: 'fails',
      reason: 'crash',
      errorContext: 'shutdown-error',
      error: { message: 'no stop' },
    },
    { child: 'fine', reason: 'shutdown', errorContext: 'shutdown', decision: 'remove' },
  ]);
});
