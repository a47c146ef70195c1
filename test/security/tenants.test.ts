/** A client sees its tenants' interactions and no others, wherever they are and however it asks. */
import t from 'tap';
import { limits } from '../../lib/limits.js';
import type { Operation, SessionInfo } from '../../lib/partition/request.js';
import {
  Rig,
  errorOf,
  idAtHome,
  keyOf,
  op,
  pulledIds,
  queueIn,
  sessionOf,
} from '../partition/support.js';

const limited = (session: SessionInfo, ...tenants: number[]): SessionInfo => ({
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

const start = (partitions = 1) => Rig.start({ partitions, sessions });

async function submitted(rig: Rig, session: SessionInfo, queue = queueIn(0)): Promise<string> {
  const answer = await rig.ask(session, op.submit(queue));
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
    const rig = await start();
    const id = await submitted(rig, blue);
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
      const answer = await rig.ask(session, operation);
      const expected = JSON.stringify(await rig.ask(session, same)).replaceAll(nothing, id);
      t.equal(errorOf(answer), 'UnknownInteraction', operation.kind);
      t.equal(
        JSON.stringify(answer),
        expected,
        `${operation.kind}: nothing tells that it is there`,
      );
    }
    t.equal(
      errorOf(await rig.ask(blue, op.get(id))),
      'properties',
      'untouched, and seen by its own',
    );
    t.equal(errorOf(await rig.ask(open, op.get(id))), 'properties', 'no list: all tenants');
    t.equal(errorOf(await rig.ask(both, op.get(id))), 'properties');
  },
);

t.test('a pull passes over foreign interactions, and takes its own in their order', async (t) => {
  const rig = await start();
  const blues = [await submitted(rig, blue), await submitted(rig, blue)];
  const reds = [await submitted(rig, red), await submitted(rig, red)];
  blues.push(await submitted(rig, blue));
  t.strictSame(pulledIds(await rig.ask(redAgent, op.pull(queueIn(0), { Count: 10 }))), reds);
  t.strictSame(pulledIds(await rig.ask(redAgent, op.pull(queueIn(0), { Count: 10 }))), []);
  t.strictSame(pulledIds(await rig.ask(both, op.pull(queueIn(0)))), blues.slice(0, 1));
  t.strictSame(
    pulledIds(await rig.ask(blueAgent, op.pull(queueIn(0), { Count: 9 }))),
    blues.slice(1),
  );
});

t.test('a pull looks past a bounded number of foreign interactions', async (t) => {
  const rig = await start();
  for (let count = 0; count < limits.foreignInteractionsPassed; count++) {
    rig.send(blue, op.submit(queueIn(0)));
  }
  const last = await submitted(rig, red);
  t.strictSame(pulledIds(await rig.ask(redAgent, op.pull(queueIn(0)))), [], 'one too many');
  await rig.ask(blueAgent, op.pull(queueIn(0)));
  t.strictSame(pulledIds(await rig.ask(redAgent, op.pull(queueIn(0)))), [last]);
});

t.test('a pull that waits is served with its own only', async (t) => {
  const rig = await start();
  const wait = { WaitTimeoutMs: 60_000 };
  const redPull = rig.send(redAgent, op.pull(queueIn(0), wait));
  const bluePull = rig.send(blueAgent, op.pull(queueIn(0), wait));
  await rig.quiet();
  const blueId = await submitted(rig, blue);
  await rig.quiet();
  t.strictSame(rig.answersTo(redPull), [], 'first come, but not its own');
  t.strictSame(pulledIds(rig.answersTo(bluePull)[0]!), [blueId]);
  const redId = await submitted(rig, red);
  await rig.quiet();
  t.strictSame(pulledIds(rig.answersTo(redPull)[0]!), [redId]);
});

t.test('unknown also in another partition, and on its way there', async (t) => {
  const rig = await start(2);
  const id = await submitted(rig, blue);
  rig.send(blue, op.place(id, queueIn(1)));
  const asked = Array.from({ length: 6 }, () => rig.send(red, op.get(id)));
  await rig.quiet();
  for (const reference of asked) {
    t.equal(errorOf(rig.answersTo(reference)[0]!), 'UnknownInteraction');
  }
  t.equal(errorOf(await rig.ask(red, op.stop(id))), 'UnknownInteraction');
  t.equal(errorOf(await rig.ask(blue, op.get(id))), 'properties');
});

t.test(
  'nobody submits for a foreign tenant; an identifier that is taken tells not by whom',
  async (t) => {
    const rig = await start();
    t.equal(errorOf(await rig.ask(red, op.submit(queueIn(0), { TenantId: 2 }))), 'NotPermitted');
    t.equal(errorOf(await rig.ask(open, op.submit(queueIn(0), { TenantId: 2 }))), 'ack');
    const InteractionId = idAtHome(0, 1);
    await rig.ask(blue, op.submit(queueIn(0), { InteractionId }));
    const answer = await rig.ask(red, op.submit(queueIn(0), { InteractionId }));
    t.match(answer, { error: 'DuplicateInteractionId', detail: /^another client submitted/ });
  },
);

t.test('a repeated pull shows nothing that its client may no longer see', async (t) => {
  const rig = await start();
  await submitted(rig, blue);
  const pull = op.pull(queueIn(0), { RequestKey: keyOf('once') });
  t.equal(pulledIds(await rig.ask(both, pull)).length, 1);
  t.equal(pulledIds(await rig.ask(both, pull)).length, 1, 'the same key, the same answer');
  const reduced = { ...both, tenantId: 1, tenants: [1] };
  t.strictSame(pulledIds(await rig.ask(reduced, pull, { retried: true })), []);
});

t.test('a supervisor works on what others have, within its tenants', async (t) => {
  const rig = await start();
  const id = await submitted(rig, red);
  await rig.ask(redAgent, op.pull(queueIn(0)));
  const agent = { ...both, sessionKey: 'ab'.repeat(16) };
  t.equal(errorOf(await rig.ask(agent, op.stop(id))), 'HeldByAnother');
  const blueChief = { ...limited(agent, 2), supervises: true as const };
  t.equal(errorOf(await rig.ask(blueChief, op.stop(id))), 'UnknownInteraction');
  t.equal(errorOf(await rig.ask({ ...agent, supervises: true }, op.stop(id))), 'ack');
});

t.test('a partition takes in work for so many tenants; those it knows go on', async (t) => {
  const rig = await start();
  const ask = async (TenantId: number): Promise<string> =>
    errorOf(await rig.ask(open, op.submit(queueIn(0), { TenantId })));
  for (let TenantId = 2; TenantId < 2 + limits.tenantsPerPartition; TenantId++) {
    const answer = await ask(TenantId);
    if (answer !== 'ack') t.fail(`tenant ${TenantId}: ${answer}`);
  }
  const refused = await rig.ask(open, op.submit(queueIn(0), { TenantId: 5_000 }));
  t.match(refused, { error: 'TooManyTenants', detail: /tenant 5000 .* 1000 besides tenant 1/ });
  for (const known of [2, 77, 1]) t.equal(await ask(known), 'ack');
  await rig.world.kill();
  t.equal(await ask(5_000), 'TooManyTenants', 'also after a restart');
  t.equal(await ask(77), 'ack');
  t.strictSame(rig.world.faults(), []);
});
