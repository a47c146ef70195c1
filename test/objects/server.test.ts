/**
 * Configuration objects of a real server: what clients see of a change, and what a restart keeps.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import t from 'tap';
import { connect } from '../../lib/client/index.js';
import { formatEndpoint } from '../../lib/config/endpoint.js';
import { IxionError } from '../../lib/errors.js';
import { type Server, startServer } from '../../lib/index.js';
import type { ChangeResult } from '../../lib/objects/config-service.js';
import type { RefusedChange } from '../../lib/mail/objects.js';
import { directoryOf } from '../fixture/directory.js';
import { eventually } from '../net/harness.js';

const caller = { who: 'test' };
const quiet = { listen: '127.0.0.1:0', withAdmin: false, threads: 1, partitions: 3 } as const;
const options = { who: 'test', comment: '', dryRun: false, merge: false, prune: true };
const queuesText = (...names: string[]): string =>
  `businessProcesses:\n  - name: p\nqueues:\n${names
    .map((name, at) => `  - {name: ${name}, businessProcess: p, partition: ${at % 3}}\n`)
    .join('')}`;

function apply(server: Server, text: string, more = {}): Promise<ChangeResult | RefusedChange> {
  const file = Readable.from([Buffer.from(text)]);
  return server.objects.apply(file, { ...options, ...more }, caller, () => undefined);
}

async function exported(server: Server): Promise<string> {
  let text = '';
  for await (const piece of server.objects.export(undefined)) text += piece;
  return text;
}

const client = (server: Server) =>
  connect({
    server: formatEndpoint(server.address),
    clientName: 'test',
    clientType: 'MediaServer',
  });

const contact = (queue: string) => ({ queue, mediaType: 'email', interactionType: 'Inbound' });

/** The name of the error with which a request ends. */
async function errorOf(request: Promise<unknown>): Promise<string> {
  const error: unknown = await request.catch((reason: unknown) => reason);
  return error instanceof IxionError ? error.errorName : 'none';
}

t.test('queues come and go while the server runs, never with what they hold', async (t) => {
  const data = join(directoryOf(t), 'data');
  const processes = [{ name: 'p', queues: [{ name: 'a' }] }];
  let server = await startServer({ ...quiet, data, create: 'init', businessProcesses: processes });
  t.teardown(() => server.stop());
  t.match(await exported(server), /queues:\n {2}- name: a\n {4}businessProcess: p\n/);
  t.match(await apply(server, queuesText('a', 'b', 'c', 'd')), { isApplied: true, added: 3 });
  {
    await using media = await client(server);
    const ids = await Promise.all(['b', 'c', 'd'].map((queue) => media.submit(contact(queue))));
    t.match(await apply(server, queuesText('a')), {
      refused: [
        { path: 'queues.b', what: /has 1 interactions/ },
        { path: 'queues.c' },
        { path: 'queues.d' },
      ],
    });
    await media.submit(contact('b'));
    await media.stop(ids[2]!.interactionId);
    t.match(await apply(server, queuesText('a', 'b', 'c')), { isApplied: true, removed: 1 });
    t.equal(await errorOf(media.submit(contact('d'))), 'UnknownQueue');
    t.equal(await errorOf(media.placeInQueue(ids[0]!.interactionId, 'd')), 'UnknownQueue');
    t.match(await apply(server, queuesText('a', 'b', 'c', 'd')), { isApplied: true });
    await media.placeInQueue(ids[0]!.interactionId, 'd');
    const statistics = await media.queueStatistics(['d']);
    t.match(statistics, [{ queue: 'd', submitted: 0, waiting: 1 }], 'it is another queue');
  }
  const before = await exported(server);
  await server.stop();
  server = await startServer({ ...quiet, data });
  t.equal(await exported(server), before);
  t.equal(server.queueCount, 4);
  t.match(await server.objects.history(1), [{ version: 4 }]);
});

t.test('CompletedAt is set in the completed queues, at once and after a restart', async (t) => {
  const data = join(directoryOf(t), 'data');
  let server = await startServer({ ...quiet, data, create: 'init' });
  t.teardown(() => server.stop());
  const text = (list: string): string =>
    `${queuesText('work', 'done', 'closed')}options:\n  ixion:\n    completed-queues: ${list}\n`;
  await apply(server, queuesText('work', 'done', 'closed'));
  const completedAt = async (
    media: Awaited<ReturnType<typeof client>>,
    id: string,
    queue: string,
  ): Promise<unknown> => {
    await media.placeInQueue(id, queue);
    return (await media.getProperties(id))['CompletedAt'];
  };
  {
    await using media = await client(server);
    const { interactionId: id } = await media.submit(contact('work'));
    t.equal(await completedAt(media, id, 'done'), undefined, 'no queue is one');
    t.match(await apply(server, text('done, closed')), {
      isApplied: true,
      effects: { kept: [], restart: [] },
    });
    t.equal(await completedAt(media, id, 'done'), undefined, 'it did not come from another queue');
    t.equal(await completedAt(media, id, 'work'), undefined);
    const completed = await completedAt(media, id, 'done');
    t.ok(completed !== undefined && completed !== null, 'it came to a completed queue');
    t.strictSame(await completedAt(media, id, 'closed'), completed, 'from one to the other');
    t.strictSame(await completedAt(media, id, 'work'), completed, 'when work goes on');
    const direct = await media.submit(contact('done'));
    const properties = await media.getProperties(direct.interactionId);
    t.strictSame(properties['CompletedAt'], properties['MovedToQueueAt'], 'submitted there');
  }
  await server.stop();
  server = await startServer({ ...quiet, data });
  await using media = await client(server);
  const { interactionId: id } = await media.submit(contact('work'));
  t.ok(await completedAt(media, id, 'closed'), 'after a restart');
  await apply(server, text('done'));
  const other = await media.submit(contact('work'));
  t.equal(await completedAt(media, other.interactionId, 'closed'), undefined, 'no longer one');
});

t.test('counters follow the options at once, and after a restart', async (t) => {
  const data = join(directoryOf(t), 'data');
  let server = await startServer({ ...quiet, data, create: 'init' });
  t.teardown(() => server.stop());
  const counts = async (): Promise<boolean> => {
    await using media = await client(server);
    return Object.keys((await media.ping()).requests ?? {}).length > 0;
  };
  t.equal(await counts(), false);
  await apply(server, 'options:\n  settings:\n    collect-request-counters: true\n');
  t.equal(await counts(), true);
  await server.stop();
  server = await startServer({ ...quiet, data, 'settings.collect-request-counters': false });
  t.equal(await counts(), true, 'objects win over the configuration');
  await server.objects.rollback(0, options, caller, () => undefined);
  t.equal(await counts(), false);
});

t.test('changes under load; nothing is lost, and the way back leads back', async (t) => {
  const data = join(directoryOf(t), 'data');
  const server = await startServer({ ...quiet, data, create: 'init' });
  t.teardown(() => server.stop());
  const fixed = ['a', 'b', 'c'];
  await apply(server, queuesText(...fixed, 'x', 'y', 'z'));
  const start = await exported(server);
  await using media = await client(server);
  const over = new AbortController();
  let placed = 0;
  let refused = 0;
  const load = async (lane: number): Promise<void> => {
    for (let turn = lane; !over.signal.aborted; turn += 1) {
      const into = turn % 3 === 0 ? 'x' : fixed[turn % 3]!;
      const id = await media.submit(contact(into)).then(
        ({ interactionId }) => interactionId,
        (error: { errorName?: string }) => {
          if (error.errorName !== 'UnknownQueue') throw error;
          refused += 1;
        },
      );
      if (id === undefined) continue;
      if (into === 'x') await media.stop(id);
      else {
        await media.placeInQueue(id, fixed[(turn + 1) % 3]!);
        placed += 1;
      }
    }
  };
  const lanes = Promise.all([0, 1, 2, 3].map(load));
  let removed = 0;
  for (let change = 0; change < 100; change += 1) {
    const names = ['x', 'y', 'z'].filter((_, at) => ((change + 1) >> at) % 2 === 0);
    const result = await apply(server, queuesText(...fixed, ...names));
    if ('refused' in result) t.match(result.refused[0], { path: /^queues\.(x|\d)/ });
    else removed += result.removed;
  }
  over.abort();
  await lanes;
  t.ok(removed > 50, `${removed} queues were removed, ${refused} requests came too late`);
  t.notOk('refused' in (await server.objects.rollback(1, options, caller, () => undefined)));
  t.equal(await exported(server), start);
  const totals = await media.queueStatistics(fixed);
  const waiting = totals.reduce((sum, one) => sum + one.waiting, 0);
  t.equal(waiting, placed, 'nothing was lost');
  t.equal(waiting, await interactions(server), 'every interaction is in a queue that is there');
});

async function interactions(server: Server): Promise<number> {
  const { partitions } = await server.status();
  return partitions.reduce((sum, one) => sum + ('interactions' in one ? one.interactions : 0), 0);
}

t.test('what the admin listener is asked is read as it is written, or refused', async (t) => {
  const server = await startServer({
    ...quiet,
    withAdmin: true,
    admin: '127.0.0.1:0',
    data: join(directoryOf(t), 'data'),
    create: 'init',
    businessProcesses: [{ name: 'p', queues: [{ name: 'a' }] }],
  });
  t.teardown(() => server.stop());
  const before = await exported(server);
  const post = async (query: string, body: Uint8Array) => {
    const url = `http://${formatEndpoint(server.adminAddress!)}/config/apply${query}`;
    const headers = { 'content-type': 'application/yaml' };
    const answer = await fetch(url, { method: 'POST', headers, body });
    return { status: answer.status, text: await answer.text() };
  };
  const file = Buffer.from(queuesText('a', 'b'));
  for (const query of [
    '?merge=1x',
    '?merge=yes',
    '?merge=',
    '?merge=true&merge=false',
    '?dryRun=TRUE',
    '?dry-run=true',
    '?dryrun=true',
    '?comment=x&force=true',
  ]) {
    t.match(await post(query, file), { status: 400 }, query);
  }
  const latin = Buffer.from(queuesText('a', 'Zubehör'), 'latin1');
  const { status, text } = await post('', latin);
  t.equal(status, 200);
  t.match(JSON.parse(text.trim().split('\n').at(-1)!), {
    refused: [{ path: '', line: 5, column: 17, what: 'the byte f6 is not UTF-8' }],
  });
  t.match(await post('', Buffer.from(queuesText('a', '"b\\ud800c"'))), { text: /queues\.1\.name/ });
  t.equal(await exported(server), before, 'nothing was changed');
  t.match(await post('?merge=1&dryRun=0', file), { text: /"isApplied":true/ });
});

t.test('the audit log has a change that counts, also if somebody does not take it', async (t) => {
  const data = join(directoryOf(t), 'data');
  const server = await startServer({ ...quiet, data, create: 'init' });
  t.teardown(() => server.stop());
  let takes = true;
  await server.feed.attach({
    name: 'by the test',
    kinds: ['options'],
    take() {
      if (!takes) throw new Error('it cannot take it');
    },
  });
  takes = false;
  await t.rejects(apply(server, queuesText('a')), { message: 'it cannot take it' });
  t.match(await exported(server), /queues:\n {2}- name: a\n/, 'it counts');
  const log = (): string => readFileSync(join(data, 'audit.jsonl'), 'utf8');
  await eventually(() => log().includes('"configuration objects changed"'));
});
