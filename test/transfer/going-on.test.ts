/**
 * Transfers that were cut short, or had something refused: the same command goes on,
 * in the same store.
 */
import {
  appendFileSync,
  existsSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import type { Client } from '../../lib/client/index.js';
import { restoreStore } from '../../lib/data/restore.js';
import { exportFile, importFile, openPool, openSource } from '../../lib/transfer/index.js';
import { runHere } from '../cli/support.js';
import { directoryOf } from '../fixture/directory.js';
import { applyObjects, record, type Running, serverOf, waitingIn } from './support.js';

const count = 4_500;

function manyIn(directory: string): string {
  const file = join(directory, 'many.jsonl');
  const lines = Array.from({ length: count }, (_, n) =>
    JSON.stringify(
      record({ InteractionId: `m.${n}`, SubmittedBy: 'a', ExternalId: 'x'.repeat(200) }),
    ),
  );
  writeFileSync(file, `${lines.join('\n')}\n`);
  return file;
}

/** Begins an import and ends it when some of it is done. */
async function cutShort(t: Test, client: Client, file: string): Promise<void> {
  const pool = openPool();
  const source = await openSource(file);
  const cut = new AbortController();
  const options = { client, pool, file, source, onFault: t.fail, onUnkept: t.fail };
  await t.rejects(
    importFile({
      ...options,
      format: 'jsonl',
      signal: cut.signal,
      onProgress: ({ imported }) => {
        if (imported > 500) cut.abort(new Error('cut short'));
      },
    }),
    { message: 'cut short' },
  );
  await source.close();
  await pool.close();
  t.match(readFileSync(`${file}.progress`, 'utf8'), /"offset":[1-9]/);
}

t.test('an import that was cut short begins anew in another store', async (t) => {
  const directory = directoryOf(t);
  const file = manyIn(directory);
  const first = await serverOf(t, join(directory, 'first'), ['one']);
  const second = await serverOf(t, join(directory, 'second'), ['one']);
  await cutShort(t, first.client, file);
  const other = await runHere('import', file, '--server', second.address, '--json');
  t.match(JSON.parse(other.out), { imported: count, duplicates: 0, faults: 0 }, other.error);
  t.equal(await waitingIn(second.client, 'one'), count);
  t.notOk(existsSync(`${file}.progress`));
  const same = await runHere('import', file, '--server', first.address);
  t.equal(same.code, 0);
  t.equal(await waitingIn(first.client, 'one'), count);
});

t.test('and in the same store after a restore', async (t) => {
  const directory = directoryOf(t);
  const file = manyIn(directory);
  const data = join(directory, 'data');
  const { admin, client } = await serverOf(t, data, ['one']);
  const backup = join(directory, 'backup');
  t.equal((await runHere('store', 'backup', backup, '--admin', admin)).code, 0);
  await cutShort(t, client, file);
  const restored = join(directory, 'restored');
  await restoreStore(backup, restored, () => undefined);
  const again = await serverOf(t, restored, ['one']);
  t.equal(again.client.store?.id, client.store?.id);
  const { out, error } = await runHere('import', file, '--server', again.address, '--json');
  t.match(JSON.parse(out), { imported: count, duplicates: 0, faults: 0 }, error);
  t.equal(await waitingIn(again.client, 'one'), count);
});

t.test(
  'an export that was cut short goes on of its store, and begins anew of another',
  async (t) => {
    const directory = directoryOf(t);
    const file = join(directory, 'all.jsonl');
    const servers: Running[] = [];
    for (const name of ['first', 'second']) {
      const running = await serverOf(t, join(directory, name), ['one', 'two'], 2);
      for (let n = 0; n < 40; n += 1) {
        const queue = n % 2 === 0 ? 'one' : 'two';
        const interactionId = `${name}.${n}`;
        await running.client.submit({ ...submission, queue, interactionId });
      }
      servers.push(running);
    }
    const [first, second] = servers as [Running, Running];
    const cut = async (): Promise<void> => {
      const pool = openPool();
      const signal = new AbortController();
      const options = { client: first.client, pool, file, format: 'jsonl' } as const;
      await t.rejects(
        exportFile({
          ...options,
          signal: signal.signal,
          // The page of the first partition is in the file; so it is said to be.
          onProgress: () => {
            writeFileSync(`${file}.progress`, progressOf(file, first.client));
            // It was killed in the middle of the next page.
            appendFileSync(`${file}.part`, '{"InteractionId":"ha');
            signal.abort(new Error('cut short'));
          },
        }),
        { message: 'cut short' },
      );
      await pool.close();
    };
    const exportedFrom = async ({ address }: Running, ...more: string[]): Promise<Exported[]> => {
      const words = [file, '--server', address, '--json', ...more];
      const { code, out, error } = await runHere('export', ...words);
      t.equal(code, 0, error);
      t.notOk(existsSync(`${file}.progress`), 'once it is done, nothing goes on');
      const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
      t.match(JSON.parse(out), { interactions: lines.length });
      return lines.map((line) => JSON.parse(line) as Exported);
    };
    await cut();
    await first.client.submit({ ...submission, queue: 'one', interactionId: 'first.zzz' });
    const gone = await exportedFrom(first);
    t.equal(gone.length, 40);
    t.notOk(
      gone.some(({ InteractionId }) => InteractionId.includes('zzz')),
      'what was written is not asked for again',
    );
    await cut();
    const two = await exportedFrom(first, '--queue', 'two');
    t.equal(two.length, 20);
    t.ok(
      two.every(({ Queue }) => Queue === 'two'),
      'one of something else begins anew',
    );
    await cut();
    const other = await exportedFrom(second);
    t.equal(other.length, 40);
    t.ok(other.every(({ InteractionId }) => InteractionId.includes('second.')));
  },
);

const submission = { mediaType: 'email', interactionType: 'Inbound' };

interface Exported {
  readonly InteractionId: string;
  readonly Queue: string;
}

/** What an export keeps when it is at the end of the first partition. */
function progressOf(file: string, { store }: Client): string {
  const bytes = readFileSync(`${file}.part`).length;
  const what = JSON.stringify(['jsonl', null, statSync(`${file}.part`).ino]);
  const state = { bytes, count: 20, partition: 1 };
  return JSON.stringify({ store: `${store!.id} ${store!.timeline}`, file: what, state });
}

t.test('what was refused is tried again, and nothing else', async (t) => {
  const directory = directoryOf(t);
  const { server, address, client } = await serverOf(t, join(directory, 'data'), ['one']);
  for (const format of ['jsonl', 'csv']) {
    const file = join(directory, `rows.${format}`);
    const queues = ['one', `late.${format}`, 'one', 'never', `late.${format}`, 'one'];
    const rows = queues.map((queue, n) =>
      record({ InteractionId: `${format}.${n}`, Queue: queue }),
    );
    const lines =
      format === 'csv'
        ? [Object.keys(rows[0]!).join(','), ...rows.map((row) => Object.values(row).join(','))]
        : rows.map((row) => JSON.stringify(row));
    writeFileSync(file, lines.join('\n'));
    const run = () => runHere('import', file, '--server', address, '--json');
    const first = await run();
    t.equal(first.code, 65);
    t.match(JSON.parse(first.out), { imported: 3, duplicates: 0, faults: 3 });
    const again = await run();
    t.equal(again.code, 65);
    t.match(JSON.parse(again.out), { imported: 3, duplicates: 0, faults: 3 }, 'nothing new');
    t.equal(again.error.split('\n').filter((line) => line.includes('no queue')).length, 3);
    await applyObjects(server, `queues: [{ name: late.${format}, businessProcess: p }]\n`);
    const third = await run();
    t.match(JSON.parse(third.out), { imported: 5, duplicates: 0, faults: 1 });
    t.match(third.error, new RegExp(`rows\\.${format}:${format === 'csv' ? 5 : 4}: .*"never"`));
    t.equal(await waitingIn(client, `late.${format}`), 2);
    // The file is put right, and only then all of it is done.
    writeFileSync(file, lines.join('\n').replaceAll('never', 'one'));
    const last = await run();
    t.equal(last.code, 0, last.error);
    t.match(JSON.parse(last.out), { imported: 1, duplicates: 5, faults: 0 });
    t.notOk(existsSync(`${file}.progress`));
  }
});

t.test(
  'a file that was changed, with records without identifiers, is not taken twice',
  async (t) => {
    const directory = directoryOf(t);
    const { address, client } = await serverOf(t, join(directory, 'data'), ['one']);
    const file = join(directory, 'rows.csv');
    const write = (queue: string): void =>
      writeFileSync(
        file,
        `Queue,MediaType,InteractionType\none,email,Inbound\n${queue},email,Inbound\n`,
      );
    write('never');
    const run = () => runHere('import', file, '--server', address);
    t.match(await run(), { code: 65, out: /1 imported, 0 were there, 1 wrong/ });
    write('one');
    const changed = await run();
    t.match(changed, { code: 65, out: '', error: /has changed since .*would be imported twice/ });
    t.match(changed.error, /remove .*rows\.csv\.progress to import all of it/);
    t.equal(await waitingIn(client, 'one'), 1);
    rmSync(`${file}.progress`);
    t.match(await run(), { code: 0, out: /2 imported, 0 were there, 0 wrong/ });
    // Its time alone is no change.
    utimesSync(file, 1, 1);
    t.match(await run(), { code: 0, out: /0 imported, 2 were there, 0 wrong/ });
  },
);

t.test('what beside a file is not a progress counts for nothing', async (t) => {
  const directory = directoryOf(t);
  const { address, client } = await serverOf(t, join(directory, 'data'), ['one']);
  const file = join(directory, 'rows.jsonl');
  const text = `${JSON.stringify(record({ InteractionId: 'a' }))}\n`;
  writeFileSync(file, text);
  const store = `${client.store!.id} ${client.store!.timeline}`;
  for (const progress of [
    '',
    '{',
    'null',
    '[]',
    '{"identity":"x","state":{"offset":1}}',
    JSON.stringify({ store, file: 'x', state: { offset: '9' } }),
    JSON.stringify({ store, file: 'x', state: { offset: -1, line: 1 } }),
    `{"store":"${store}","file":"x","state":{"offset":1e400}}`,
    Buffer.from([0xff, 0xfe]),
  ]) {
    writeFileSync(`${file}.progress`, progress);
    const { code, out } = await runHere('import', file, '--server', address);
    t.match({ code, out }, { code: 0, out: / were there, 0 wrong/ }, String(progress));
  }
  t.equal(await waitingIn(client, 'one'), 1);

  // The same of one that an import has left, but for one number.
  const left = join(directory, 'left.jsonl');
  writeFileSync(left, `${text}${JSON.stringify(record({ Queue: 'never' }))}\n`);
  await runHere('import', left, '--server', address);
  const kept = JSON.parse(readFileSync(`${left}.progress`, 'utf8')) as { state: object };
  for (const wrong of [
    { offset: -1 },
    { offset: '9' },
    { offset: 1.5 },
    { line: -3 },
    { imported: -1 },
    { duplicates: null },
    { refused: [[1, 2]] },
  ]) {
    const state = { ...kept.state, ...wrong };
    writeFileSync(`${left}.progress`, JSON.stringify({ ...kept, state }));
    const { out } = await runHere('import', left, '--server', address, '--json');
    const anew = { imported: 0, duplicates: 1, faults: 1 };
    t.match(JSON.parse(out), anew, JSON.stringify(wrong));
  }
});

t.test('a transfer does not go on in another store that takes the address', async (t) => {
  const directory = directoryOf(t);
  const file = manyIn(directory);
  for (const what of ['import', 'export']) {
    const data = (name: string): string => join(directory, what, name);
    const first = await serverOf(t, data('first'), ['one', 'two'], 2);
    for (const queue of ['one', 'two']) await first.client.submit({ ...submission, queue });
    const pool = openPool();
    t.teardown(() => pool.close());
    let other: Promise<Running> | undefined;
    const switched = async <Result>(result: Promise<Result>): Promise<Result> => {
      other ??= first.server
        .stop()
        .then(() => serverOf(t, data('second'), ['one', 'two'], 2, first.address));
      await other;
      return result;
    };
    const { width } = pool;
    const close = () => pool.close();
    const options = {
      client: first.client,
      format: 'jsonl',
      file: what === 'import' ? file : join(directory, 'out.jsonl'),
      onFault: t.fail,
      onUnkept: t.fail,
      onProgress: () => undefined,
      pool: {
        width,
        close,
        parse: (task: Parameters<typeof pool.parse>[0]) => switched(pool.parse(task)),
        format: (task: Parameters<typeof pool.format>[0]) => switched(pool.format(task)),
      },
    } as const;
    const source = await openSource(file);
    t.teardown(() => source.close());
    const work: Promise<unknown> =
      what === 'import' ? importFile({ ...options, source }) : exportFile(options);
    await t.rejects(work, { errorName: 'ConnectionLost', message: /another store/ }, what);
  }
});
