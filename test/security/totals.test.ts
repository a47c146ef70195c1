/**
 * The totals that a client sees are those of its tenants: the same, whatever other tenants do in
 * the same queues, and over kills.
 */
import fc from 'fast-check';
import t from 'tap';
import type { SessionInfo } from '../../lib/partition/request.js';
import type { Totals } from '../../lib/queue/totals.js';
import { Rig, op, pulledIds, queueIn, sessionOf } from '../partition/support.js';
import { Table } from '../../lib/store/contract.js';

const partitions = 2;
const queues = [queueIn(0), queueIn(0, true), queueIn(1)];
const tenants = [1, 2, 3] as const;
type Tenant = (typeof tenants)[number];

interface Step {
  readonly tenant: Tenant;
  readonly what: 'submit' | 'pull' | 'place' | 'stop' | 'hold' | 'kill';
  /** Which queue, and which of the tenant's interactions. */
  readonly queue: number;
  readonly at: number;
}

const clients = new Map(
  tenants.map((tenantId) => {
    const limits = { tenantId, tenants: [tenantId] };
    const media: SessionInfo = { ...sessionOf(`media-${tenantId}`, 'MediaServer'), ...limits };
    const agent: SessionInfo = { ...sessionOf(`agent-${tenantId}`, 'AgentApplication'), ...limits };
    return [tenantId, { media, agent }] as const;
  }),
);
const sessions = [...clients.values()].flatMap(({ media, agent }) => [media, agent]);

/** Takes the steps of some tenants; the result is what each sees of each queue. */
async function run(steps: readonly Step[], of: readonly Tenant[]): Promise<Rig> {
  const rig = await Rig.start({ partitions, sessions });
  const known = new Map<Tenant, string[]>(tenants.map((tenant) => [tenant, []]));
  for (const { tenant, what, queue, at } of steps) {
    if (what === 'kill') {
      await rig.quiet();
      await rig.world.kill();
      continue;
    }
    if (!of.includes(tenant)) continue;
    const { media, agent } = clients.get(tenant)!;
    const ids = known.get(tenant)!;
    const id = ids[at % Math.max(1, ids.length)];
    const name = queues[queue]!;
    if (what === 'submit') {
      const answer = await rig.ask(media, op.submit(name));
      if (answer.kind === 'ack') ids.push(answer.interactionId!);
    } else if (what === 'pull') pulledIds(await rig.ask(agent, op.pull(name)));
    else if (id === undefined) continue;
    else if (what === 'place') await rig.ask(media, op.place(id, name));
    else if (what === 'hold') await rig.ask(media, op.hold(id));
    else {
      const ReasonSystemName = `reason-${tenant}-${at % 5}`;
      await rig.ask(media, op.stop(id, { ReasonSystemName }));
    }
  }
  await rig.quiet();
  return rig;
}

/** What clients of these tenants see. */
function seen(rig: Rig, of: readonly number[]): Record<string, Totals> {
  const rows = Array.from({ length: partitions }, (_, partition) => {
    const { core } = rig.world.partition(partition);
    return core.queues
      .statistics()
      .filter(({ queue }) => queue.partition === partition)
      .map(({ queue, totals }) => [
        queue.name,
        core.queues.tenants.share(queue.number, totals, of),
      ]);
  });
  return Object.fromEntries(rows.flat()) as Record<string, Totals>;
}

const step: fc.Arbitrary<Step> = fc.record({
  tenant: fc.constantFrom(...tenants),
  what: fc.constantFrom('submit', 'submit', 'pull', 'place', 'stop', 'hold', 'kill'),
  queue: fc.nat(queues.length - 1),
  at: fc.nat(100),
});

t.test('what one tenant sees does not depend on the others; all see what there is', async (t) => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 60 }), async (steps) => {
      const all = await run(steps, tenants);
      for (const tenant of tenants) {
        const alone = await run(steps, [tenant]);
        t.strictSame(seen(all, [tenant]), seen(alone, tenants), `tenant ${tenant}`);
        const others = tenants.filter((other) => other !== tenant);
        const rest = await run(steps, others);
        t.strictSame(seen(all, others), seen(rest, tenants), `all but tenant ${tenant}`);
      }
      const before = tenants.map((tenant) => seen(all, [tenant]));
      t.strictSame(all.world.faults(), [], 'verify agrees');
      await all.world.kill();
      t.strictSame(
        tenants.map((tenant) => seen(all, [tenant])),
        before,
        'as it was on disk',
      );
    }),
    { numRuns: 12 },
  );
});

t.test('with one tenant nothing is counted twice', async (t) => {
  const steps = Array.from({ length: 20 }, (_, at) => {
    return { tenant: 1, what: 'submit', queue: at % 3, at } as const;
  });
  const rig = await run(steps, tenants);
  for (const partition of [0, 1]) {
    const { store } = rig.world.partition(partition).core;
    const keys = store.range(Table.totals, { from: '' }).map(([key]) => key);
    t.ok(keys.length > 0 && keys.every((key) => key.length === 4), 'a row per queue');
  }
});

t.test(
  'more reasons than are counted by name: none shows to whom it does not belong',
  async (t) => {
    const rig = await Rig.start({ sessions });
    const stop = async (tenant: Tenant, reason: string): Promise<void> => {
      const { media } = clients.get(tenant)!;
      const answer = await rig.ask(media, op.submit(queues[0]!));
      if (answer.kind !== 'ack') throw new Error(answer.kind);
      await rig.ask(media, op.stop(answer.interactionId!, { ReasonSystemName: reason }));
    };
    for (let at = 0; at < 40; at += 1) {
      await stop(1, `one-${at}`);
      await stop(2, `two-${at}`);
    }
    const { core } = rig.world.partition(0);
    const [{ queue, totals } = { queue: { number: 0 }, totals: undefined }] =
      core.queues.statistics();
    for (const [tenant, foreign] of [
      [1, /two/],
      [2, /one/],
      [3, /./],
    ] as const) {
      const { stopped } = core.queues.tenants.share(queue.number, totals!, [tenant]);
      const sum = Object.values(stopped).reduce((total, count) => total + count, 0);
      t.equal(sum, tenant === 3 ? 0 : 40);
      t.notMatch(Object.keys(stopped).join(), foreign);
    }
  },
);
