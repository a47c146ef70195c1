/** A client sees its tenants' interactions and no others, wherever they are and however it asks. */
import t from 'tap';
import { limits } from '../../lib/limits.js';
import type { Operation, Session } from '../../lib/partition/request.js';
import {
  Bench,
  errorOf,
  idAtHome,
  keyOf,
  op,
  pulledIds,
  queueIn,
  sessionOf,
} from '../partition/support.js';

const limited = (session: Session, ...tenants: number[]): Session => ({
  ...session,
  tenantId: tenants[0]!,
  tenants,
});

const red = limited(sessionOf('red-media', 'MediaServer'), 1);
const redAgent = limited(sessionOf('red-agent', 'AgentApplication'), 1);
const blue = limited(sessionOf('blue-media', 'MediaServer'), 2);
const blueAgent = limited(sessionOf('blue-agent', 'AgentApplication'), 2);
const both = limited(sessionOf('both-agent', 'AgentApplication'), 1, 2);
const open = sessionOf('open', 'AgentApplication');
const sessions = [red, redAgent, blue, blueAgent, both, open];

const start = (partitions = 1) => Bench.start({ partitions, sessions });

async function submitted(bench: Bench, session: Session, queue = queueIn(0)): Promise<string> {
  const answer = await bench.ask(session, op.submit(queue));
  if (answer.kind !== 'ack' || answer.interactionId === undefined) throw new Error(errorOf(answer));
  return answer.interactionId;
}

const byId = (id: string): Operation[] => [
  op.get(id),
  op.change(id, { Priority: 9 }),
  op.place(id, queueIn(0, true)),
  op.hold(id),
  op.resume(id),
  op.stop(id),
];

t.test(
  'by identifier a foreign interaction is unknown, in the words of one that is not',
  async (t) => {
    const bench = await start();
    const id = await submitted(bench, blue);
    const nothing = 'no.such.id';
    const pairs = [...byId(id), op.pullById(id, { WaitTimeoutMs: 100 })].map(
      (operation, index) =>
        [
          operation,
          [...byId(nothing), op.pullById(nothing, { WaitTimeoutMs: 100 })][index]!,
        ] as const,
    );
    for (const [operation, same] of pairs) {
      const session = operation.kind === 'pull' ? redAgent : red;
      const answer = await bench.ask(session, operation);
      const expected = JSON.stringify(await bench.ask(session, same)).replaceAll(nothing, id);
      t.equal(errorOf(answer), 'UnknownInteraction', operation.kind);
      t.equal(
        JSON.stringify(answer),
        expected,
        `${operation.kind}: nothing tells that it is there`,
      );
    }
    t.equal(
      errorOf(await bench.ask(blue, op.get(id))),
      'properties',
      'untouched, and seen by its own',
    );
    t.equal(errorOf(await bench.ask(open, op.get(id))), 'properties', 'no list: all tenants');
    t.equal(errorOf(await bench.ask(both, op.get(id))), 'properties');
  },
);

t.test('a pull passes over foreign interactions, and takes its own in their order', async (t) => {
  const bench = await start();
  const blues = [await submitted(bench, blue), await submitted(bench, blue)];
  const reds = [await submitted(bench, red), await submitted(bench, red)];
  blues.push(await submitted(bench, blue));
  t.strictSame(pulledIds(await bench.ask(redAgent, op.pull(queueIn(0), { Count: 10 }))), reds);
  t.strictSame(pulledIds(await bench.ask(redAgent, op.pull(queueIn(0), { Count: 10 }))), []);
  t.strictSame(pulledIds(await bench.ask(both, op.pull(queueIn(0)))), blues.slice(0, 1));
  t.strictSame(
    pulledIds(await bench.ask(blueAgent, op.pull(queueIn(0), { Count: 9 }))),
    blues.slice(1),
  );
});

t.test('a pull looks past a bounded number of foreign interactions', async (t) => {
  const bench = await start();
  for (let count = 0; count < limits.foreignInteractionsPassed; count++) {
    bench.send(blue, op.submit(queueIn(0)));
  }
  const last = await submitted(bench, red);
  t.strictSame(pulledIds(await bench.ask(redAgent, op.pull(queueIn(0)))), [], 'one too many');
  await bench.ask(blueAgent, op.pull(queueIn(0)));
  t.strictSame(pulledIds(await bench.ask(redAgent, op.pull(queueIn(0)))), [last]);
});

t.test('a pull that waits is served with its own only', async (t) => {
  const bench = await start();
  const wait = { WaitTimeoutMs: 60_000 };
  const redPull = bench.send(redAgent, op.pull(queueIn(0), wait));
  const bluePull = bench.send(blueAgent, op.pull(queueIn(0), wait));
  await bench.quiet();
  const blueId = await submitted(bench, blue);
  await bench.quiet();
  t.strictSame(bench.answersTo(redPull), [], 'first come, but not its own');
  t.strictSame(pulledIds(bench.answersTo(bluePull)[0]!), [blueId]);
  const redId = await submitted(bench, red);
  await bench.quiet();
  t.strictSame(pulledIds(bench.answersTo(redPull)[0]!), [redId]);
});

t.test('unknown also in another partition, and on its way there', async (t) => {
  const bench = await start(2);
  const id = await submitted(bench, blue);
  bench.send(blue, op.place(id, queueIn(1)));
  const asked = Array.from({ length: 6 }, () => bench.send(red, op.get(id)));
  await bench.quiet();
  for (const reference of asked) {
    t.equal(errorOf(bench.answersTo(reference)[0]!), 'UnknownInteraction');
  }
  t.equal(errorOf(await bench.ask(red, op.stop(id))), 'UnknownInteraction');
  t.equal(errorOf(await bench.ask(blue, op.get(id))), 'properties');
});

t.test(
  'nobody submits for a foreign tenant; an identifier that is taken tells not by whom',
  async (t) => {
    const bench = await start();
    t.equal(errorOf(await bench.ask(red, op.submit(queueIn(0), { TenantId: 2 }))), 'NotPermitted');
    t.equal(errorOf(await bench.ask(open, op.submit(queueIn(0), { TenantId: 2 }))), 'ack');
    const InteractionId = idAtHome(0, 1);
    await bench.ask(blue, op.submit(queueIn(0), { InteractionId }));
    const answer = await bench.ask(red, op.submit(queueIn(0), { InteractionId }));
    t.match(answer, { error: 'DuplicateInteractionId', detail: /^another client submitted/ });
  },
);

t.test('a repeated pull shows nothing that its client may no longer see', async (t) => {
  const bench = await start();
  await submitted(bench, blue);
  const pull = op.pull(queueIn(0), { RequestKey: keyOf('once') });
  t.equal(pulledIds(await bench.ask(both, pull)).length, 1);
  t.equal(pulledIds(await bench.ask(both, pull)).length, 1, 'the same key, the same answer');
  const reduced = { ...both, tenantId: 1, tenants: [1] };
  t.strictSame(pulledIds(await bench.ask(reduced, pull, { retried: true })), []);
});

t.test('a supervisor works on what others have, within its tenants', async (t) => {
  const bench = await start();
  const id = await submitted(bench, red);
  await bench.ask(redAgent, op.pull(queueIn(0)));
  const agent = { ...both, sessionKey: 'ab'.repeat(16) };
  t.equal(errorOf(await bench.ask(agent, op.stop(id))), 'HeldByAnother');
  const blueChief = { ...limited(agent, 2), supervises: true as const };
  t.equal(errorOf(await bench.ask(blueChief, op.stop(id))), 'UnknownInteraction');
  t.equal(errorOf(await bench.ask({ ...agent, supervises: true }, op.stop(id))), 'ack');
});

t.test('a partition takes in work for so many tenants; those it knows go on', async (t) => {
  const bench = await start();
  const ask = async (TenantId: number): Promise<string> =>
    errorOf(await bench.ask(open, op.submit(queueIn(0), { TenantId })));
  for (let TenantId = 2; TenantId < 2 + limits.tenantsPerPartition; TenantId++) {
    const answer = await ask(TenantId);
    if (answer !== 'ack') t.fail(`tenant ${TenantId}: ${answer}`);
  }
  const refused = await bench.ask(open, op.submit(queueIn(0), { TenantId: 5_000 }));
  t.match(refused, { error: 'TooManyTenants', detail: /tenant 5000 .* 1000 besides tenant 1/ });
  for (const known of [2, 77, 1]) t.equal(await ask(known), 'ack');
  await bench.world.kill();
  t.equal(await ask(5_000), 'TooManyTenants', 'also after a restart');
  t.equal(await ask(77), 'ack');
  t.strictSame(bench.world.faults(), []);
});
