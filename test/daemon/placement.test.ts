/**
 * A queue moves to another partition, and again, with the server killed by kill -9 in the middle of
 * it, by the objects and by the configuration file: all of it is there once, in order, at the end.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import t from 'tap';
import { connect } from '../../lib/client/index.js';
import { verifyStore } from '../../lib/data/verify.js';
import type { ServerStatus } from '../../lib/server/status.js';
import { directoryOf } from '../fixture/directory.js';
import { type Daemon, ixionToEnd, startDaemon } from './daemon.js';

/** So many that the move of them is still under way when a server has started again. */
const count = 8_000;
const queue = 'mail.all';
const held = (at: number): boolean => at % 500 === 7;
const record = (at: number) => ({
  queue,
  mediaType: 'email',
  interactionType: 'Inbound',
  interactionId: `mail.${String(at).padStart(5, '0')}`,
  priority: at % 2,
  receivedAt: 1_000 + at,
  hold: held(at),
});

const configuration = (place: string): string =>
  `partitions: 4
placements: { apart: 1 }
businessProcesses:
  - name: mail
    queues: [{ name: ${queue}${place} }, mail.other]
`;

async function leftOf({ admin }: Daemon): Promise<number> {
  const answer = await fetch(`http://${admin}/status`);
  const { partitions } = (await answer.json()) as ServerStatus;
  return partitions.reduce(
    (sum, one) =>
      'leaving' in one
        ? one.leaving.reduce((all, { waiting }) => all + waiting, sum + one.inTransit)
        : Number.POSITIVE_INFINITY,
    0,
  );
}

/** Kills the daemon when something, but not all, has gone. */
async function killOnTheWay(daemon: Daemon, total: number): Promise<number> {
  let left = await leftOf(daemon);
  for (const until = Date.now() + 10_000; left === 0 || left > total * 0.8;) {
    if (Date.now() > until) throw new Error(`${left} of ${total} are left`);
    await sleep(5);
    left = await leftOf(daemon);
  }
  await daemon.kill();
  return left;
}

/** Submits from `at` on until the server is gone; what was not answered is to be sent again. */
async function submitWhileItLives(server: string, start: number): Promise<number> {
  const names = { clientName: 'mail', clientType: 'MediaServer' } as const;
  // Undefined: it was killed even before.
  await using client = await connect({ server, ...names, reconnect: false }).catch(() => undefined);
  if (client === undefined) return start;
  for (let at = start; ; at += 1) {
    try {
      await client.submit(record(at));
    } catch {
      return at;
    }
  }
}

t.setTimeout(120_000);

t.test('kill -9 while a queue is on the move', async (t) => {
  const directory = directoryOf(t, { 'ixion.yaml': configuration('') });
  const file = join(directory, 'ixion.yaml');
  const data = join(directory, 'data');
  const start = ['--data', data, '--config', file];
  let daemon = await startDaemon([...start, '--init']);
  t.teardown(() => daemon.kill());
  {
    await using client = await connect({
      server: daemon.listen,
      clientName: 'mail',
      clientType: 'MediaServer',
    });
    const all = Array.from({ length: count }, (_, at) => client.submit(record(at)));
    t.notOk((await Promise.all(all)).some(({ duplicate }) => duplicate));
  }
  const objects = join(directory, 'objects.yaml');
  const place = async (words: string): Promise<string> => {
    writeFileSync(objects, `queues:\n  - {name: ${queue}, businessProcess: mail, ${words}}\n`);
    const apply = ['config', 'apply', objects, '--merge', '--admin', daemon.admin];
    const { code, stdout, stderr } = await ixionToEnd(apply);
    t.equal(code, 0, stderr);
    return stdout;
  };
  let next = count;
  const moveAndKill = async (): Promise<void> => {
    const submitting = submitWhileItLives(daemon.listen, next);
    t.comment(`killed with ${await killOnTheWay(daemon, next)} to go`);
    next = await submitting;
  };
  t.match(await place('placement: archive'), /moving 8000 interactions in the background/);
  await moveAndKill();
  daemon = await startDaemon(start);
  t.ok((await leftOf(daemon)) > 0, 'it goes on');
  await place('partition: 0');
  await moveAndKill();
  writeFileSync(file, configuration(', placement: apart'));
  daemon = await startDaemon(start);
  await moveAndKill();
  daemon = await startDaemon(start);
  const { stdout } = await ixionToEnd(['status', '--admin', daemon.admin]);
  t.match(stdout, /moving +mail\.all from partition \d to 1: \d+ wait, 0 in work/);
  await using client = await connect({
    server: daemon.listen,
    clientName: 'mail',
    clientType: 'MediaServer',
  });
  await client.submit(record(next));
  t.equal((await client.getProperties(record(17).interactionId)).ReceivedAt, 1_017);
  while ((await leftOf(daemon)) > 0) await sleep(20);
  const [totals] = await client.queueStatistics([queue]);
  const all = { submitted: next + 1, waiting: next + 1, processing: 0, entered: 0, left: 0 };
  t.match(totals, { ...all, partition: 1 });
  await using agent = await connect({
    server: daemon.listen,
    clientName: 'agent',
    clientType: 'AgentApplication',
  });
  const pulled: string[] = [];
  for (let taken = -1; taken !== pulled.length;) {
    taken = pulled.length;
    for (const one of await agent.pull({ queue, count: 100 })) pulled.push(one.InteractionId);
  }
  const expected = Array.from({ length: next + 1 }, (_, at) => at).filter((at) => !held(at));
  const inOrder = [1, 0].flatMap((priority) => expected.filter((at) => at % 2 === priority));
  t.strictSame(
    pulled,
    inOrder.map((at) => record(at).interactionId),
  );
  const exported = await fetch(`http://${daemon.admin}/config/export`);
  t.match(await exported.text(), /name: mail\.all\n +businessProcess: mail\n +placement: apart/);
  await daemon.kill();
  t.equal((await verifyStore(data)).faults, 0);
});
