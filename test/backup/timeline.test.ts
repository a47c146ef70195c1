/**
 * A restored store is in another timeline: a position in the events of the one before is good as
 * far as both are the same, and refused beyond.
 */
import { cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { connect, type Client } from '../../lib/client/index.js';
import { type Daemon, ixionToEnd, startDaemon } from '../daemon/daemon.js';
import { directoryOf } from '../fixture/directory.js';

const contact = { queue: 'demo.menu', mediaType: 'email', interactionType: 'Inbound' };

/** One partition, so that each position is one number. */
async function daemonOn(t: Test, data: string, ...more: string[]): Promise<Daemon> {
  const daemon = await startDaemon(['--data', data, ...more], { IXION_PARTITIONS: '1' });
  t.teardown(() => daemon.kill());
  return daemon;
}

async function clientOf(t: Test, { listen }: Pick<Daemon, 'listen'>): Promise<Client> {
  const client = await connect({ server: listen, clientName: 'test', clientType: 'MediaServer' });
  t.teardown(() => client.close());
  return client;
}

/** Reads so many events from there on; their identifiers, and the position afterwards. */
async function read(
  client: Client,
  resumeToken: string | readonly number[] | undefined,
  count: number,
) {
  const fromStart = resumeToken === undefined;
  const stream = client.events({ resumeToken, fromStart });
  const ids: string[] = [];
  for (let index = 0; index < count; index += 1) {
    const { value } = await stream.next();
    ids.push('InteractionId' in value ? String(value.InteractionId) : value.event);
  }
  const token = stream.resumeToken!;
  await stream.close();
  return { ids, token };
}

async function stop(daemon: Daemon): Promise<void> {
  daemon.child.kill('SIGTERM');
  await daemon.ended;
}

/** Nothing here may meet a server that runs beside the tests. */
const anyPorts = ['--listen', '127.0.0.1:0', '--admin', '127.0.0.1:0'];

t.test('positions before the backup go on, later ones are refused and never taken', async (t) => {
  const top = directoryOf(t);
  const [data, backup, restored, again] = ['data', 'backup', 'restored', 'again'].map((name) =>
    join(top, name),
  ) as [string, string, string, string];
  const first = await daemonOn(t, data, '--demo');
  const media = await clientOf(t, first);
  for (const id of ['a', 'b', 'c']) await media.submit({ ...contact, interactionId: id });
  const early = await read(media, undefined, 2);
  t.strictSame(early.ids, ['a', 'b']);
  const taken = await ixionToEnd(['store', 'backup', backup, '--admin', first.admin]);
  t.equal(taken.code, 0, taken.stderr);
  for (const id of ['lost1', 'lost2']) await media.submit({ ...contact, interactionId: id });
  const late = await read(media, early.token, 3);
  t.strictSame(late.ids, ['c', 'lost1', 'lost2']);
  await media.close();
  await stop(first);

  const made = await ixionToEnd(['store', 'restore', backup, '--data', restored, '--json']);
  t.match(JSON.parse(made.stdout), { timeline: { count: 2, id: /^[0-9a-f]{16}$/ } });
  const second = await daemonOn(t, restored);
  const client = await clientOf(t, second);
  // As many events as were lost, and more: the sequences are the same, the events others.
  for (const id of ['d', 'e', 'f']) await client.submit({ ...contact, interactionId: id });
  const next = await read(client, early.token, 4);
  t.strictSame(next.ids, ['c', 'd', 'e', 'f'], 'what both have is gone on from');
  const ended = client.events({ resumeToken: late.token });
  await t.rejects(ended.next(), {
    errorName: 'InvalidResumeToken',
    message:
      /partition 0: .* ended with event 3 when the store was restored.*event 5 of it is gone/,
  });
  const [, bare = ''] = late.token.split(':');
  await t.rejects(client.events({ resumeToken: [Number(bare)] }).next(), {
    errorName: 'InvalidResumeToken',
    message: /names no timeline, and the store was restored/,
  });
  t.strictSame((await read(client, [2], 1)).ids, ['c'], 'a token of before there were timelines');
  await t.rejects(client.events({ resumeToken: `${'0'.repeat(16)}:2` }).next(), {
    errorName: 'InvalidResumeToken',
    message: /none of this store's/,
  });
  await t.rejects(client.events({ resumeToken: next.token.replace(/\d+$/, '99') }).next(), {
    errorName: 'InvalidResumeToken',
    message: /there is no event 99 yet, the last is 6/,
  });
  const command = ['events', '--follow', '--server', second.listen];
  const refused = await ixionToEnd([...command, '--resume', late.token]);
  t.match(refused, {
    code: 1,
    stderr: /InvalidResumeToken[^]*restored from a backup[^]*egin anew/i,
  });
  const shown = await ixionToEnd([...command, '--count', '1', '--resume', early.token]);
  t.match(shown, { code: 0, stdout: / c /, stderr: /resume token: [0-9a-f]{16}:3\n/ });
  await client.close();
  await stop(second);

  // The same once more, from the same backup: another course of events again.
  await ixionToEnd(['store', 'restore', backup, '--data', again]);
  const third = await daemonOn(t, again);
  const other = await clientOf(t, third);
  await t.rejects(other.events({ resumeToken: next.token }).next(), {
    message: /none of this store/,
  });
  t.strictSame((await read(other, early.token, 1)).ids, ['c']);
  const status = await ixionToEnd(['status', '--admin', third.admin]);
  t.match(status.stdout, /timeline [0-9a-f]{16} \(restored once\)/);
  await other.close();
  await stop(third);

  rmSync(join(again, 'p00'), { recursive: true });
  cpSync(join(restored, 'p00'), join(again, 'p00'), { recursive: true });
  const mixed = await ixionToEnd(['start', '--data', again, ...anyPorts]);
  t.match(mixed, { code: 65, stderr: /holds timeline [0-9a-f]{16}.*wants timeline [0-9a-f]{16}/ });
});

t.test('a reader that was there all the time is told that the store was restored', async (t) => {
  const top = directoryOf(t);
  const [data, backup, restored] = ['data', 'backup', 'restored'].map((name) =>
    join(top, name),
  ) as [string, string, string];
  const first = await daemonOn(t, data, '--demo');
  const media = await clientOf(t, first);
  await ixionToEnd(['store', 'backup', backup, '--admin', first.admin]);
  await media.submit({ ...contact, interactionId: 'lost' });
  const stream = media.events({ fromStart: true });
  t.match((await stream.next()).value, { InteractionId: 'lost' });
  const next = stream.next();
  await first.kill();
  await ixionToEnd(['store', 'restore', backup, '--data', restored]);
  const ports = ['--listen', first.listen, '--admin', '127.0.0.1:0'];
  await daemonOn(t, restored, ...ports);
  await t.rejects(next, { message: /restored from a backup/ });
});
