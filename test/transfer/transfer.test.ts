/** Interactions out of one server and into another, by the commands. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { connect, type Client, type Interaction } from '../../lib/client/index.js';
import { formatEndpoint } from '../../lib/config/endpoint.js';
import { startServer } from '../../lib/index.js';
import { importFile, openPool, openSource } from '../../lib/transfer/index.js';
import { runHere } from '../cli/support.js';
import { directoryOf } from '../fixture/directory.js';

const names = ['one', 'two', 'three'];

async function serverIn(t: Test, directory: string, name: string, partitions: number) {
  const server = await startServer({
    data: join(directory, name),
    create: 'init',
    listen: '127.0.0.1:0',
    withAdmin: false,
    threads: 1,
    partitions,
    businessProcesses: [
      {
        name: 'transfer',
        queues: names.map((queue, index) => ({ name: queue, partition: index % partitions })),
      },
    ],
  });
  const address = formatEndpoint(server.address);
  const client = await connect({ server: address, clientName: 'mail', clientType: 'MediaServer' });
  t.teardown(async () => {
    await client.close();
    await server.stop();
  });
  return { address, client };
}

const userData = {
  int: 5,
  big: 2n ** 60n,
  float: 1.5,
  text: 'a "quoted", text\nof two lines — ü',
  binary: Uint8Array.of(0, 255),
  time: new Date(1_700_000_000_123),
  yes: true,
  nested: { deeper: { int: -1, empty: {} } },
  $int: 'a key with a dollar',
};

/** Interactions of every kind; their identifiers. */
async function fill(t: Test, client: Client): Promise<string[]> {
  const submission = { mediaType: 'email', interactionType: 'Inbound' } as const;
  const ids: string[] = [];
  for (let index = 0; index < 60; index += 1) {
    const { interactionId } = await client.submit({
      ...submission,
      queue: names[index % 3]!,
      ...(index % 2 === 0 && { interactionId: `chosen.${index}` }),
      priority: index % 5,
      receivedAt: 1_600_000_000_000 + index,
      userData: { ...userData, index },
      outQueues: { next: 'queue' },
      inQueues: { a: '', b: '' },
      externalId: `external ${index}`,
    });
    ids.push(interactionId);
  }
  await client.hold(ids[0]!);
  await client.hold(ids[1]!, { until: Date.now() + 3_600_000 });
  await client.placeInQueue(ids[2]!, 'two');
  await client.placeInQueue(ids[3]!, 'three', { changed: { index: 'changed' } });
  const agent = await client.addClient({ clientName: 'agent', clientType: 'AgentApplication' });
  t.teardown(() => agent.close());
  await agent.pullById(ids[4]!);
  await client.submit({ ...submission, queue: 'one', interactionId: 'plain' });
  return [...ids, 'plain'];
}

/** Everything that a transfer keeps: not who has it, nor numbers that are of the store. */
function kept(interaction: Interaction): object {
  const { InteractionState: _state, AssignedTo: _assigned, ...rest } = interaction;
  const { SubmitSeq: _submit, PlaceInQueueSeq: _place, ...kept } = rest;
  return kept;
}

for (const format of ['jsonl', 'csv']) {
  t.test(`a round trip by ${format}`, async (t) => {
    const directory = directoryOf(t);
    const source = await serverIn(t, directory, 'source', 3);
    const target = await serverIn(t, directory, 'target', 2);
    const ids = await fill(t, source.client);
    const file = join(directory, `all.${format}`);
    const exported = await runHere('export', file, '--server', source.address, '--json');
    t.strictSame(JSON.parse(exported.out), { file, interactions: ids.length }, exported.error);
    t.notOk(existsSync(`${file}.part`) || existsSync(`${file}.progress`));

    const imported = await runHere('import', file, '--server', target.address, '--json');
    const counts = { file, imported: ids.length, duplicates: 0, faults: 0 };
    t.strictSame(JSON.parse(imported.out), counts, imported.error);
    for (const id of ids) {
      const [there, here] = [
        await source.client.getProperties(id),
        await target.client.getProperties(id),
      ];
      t.strictSame(kept(here), kept(there), id);
      t.equal(here.InteractionState, 0, 'it waits');
    }
    const again = await runHere('import', file, '--server', target.address, '--json');
    t.match(JSON.parse(again.out), { imported: 0, duplicates: ids.length, faults: 0 });
    t.equal(readFileSync(file, 'utf8').includes('$binary'), true);

    const one = join(directory, `one.${format}`);
    await runHere('export', one, '--server', source.address, '--queue', 'three');
    const onlyOne = await runHere('import', one, '--server', target.address);
    t.match(onlyOne.out, /0 imported, 20 were there, 0 wrong/);
    const unknown = await runHere('export', one, '--server', source.address, '--queue', 'none');
    t.match(unknown, { code: 1, error: /no queue "none"/ });
  });
}

t.test('files written by hand', async (t) => {
  const directory = directoryOf(t);
  const { address, client } = await serverIn(t, directory, 'data', 1);
  const csv = join(directory, 'hand.csv');
  const lines = [
    '\uFEFFInteractionId,Queue,MediaType,InteractionType,Priority,UserData.Name,UserData.Note',
    'a,one,email,Inbound,3,Ann,"two',
    'lines"',
    'b,one,email,Inbound,x,,',
    ',two,chat,Inbound,,Bob,',
    'c,none,email,Inbound,,,',
    'd,one,email,Inbound,,,,too much',
    '',
  ];
  writeFileSync(csv, lines.join('\r\n'));
  const first = await runHere('import', csv, '--server', address);
  t.match(first, { code: 65, out: /2 imported, 0 were there, 3 wrong/ });
  t.match(first.error, /hand\.csv:4: Priority: "x" is not a whole number; write digits only/);
  t.match(first.error, /hand\.csv:6: no queue is called "none"/);
  t.match(first.error, /hand\.csv:7: 8 fields, and 7 columns/);
  t.match(await client.getProperties('a'), {
    Priority: 3,
    UserData: { Name: 'Ann', Note: 'two\r\nlines' },
  });
  const jsonl = join(directory, 'hand.jsonl');
  writeFileSync(
    jsonl,
    [
      '{"Queue":"one","MediaType":"email","InteractionType":"Inbound","UserData":{"n":1}}',
      '{"Queue":"one","MediaType":"email"}',
      '[]',
      '{"Queue":"one","MediaType":"email","InteractionType":"Inbound","Colour":"red"}',
      '{"Queue":"one","MediaType":"email","InteractionType":"Inbound"}',
    ].join('\n'),
  );
  const second = await runHere('import', jsonl, '--server', address);
  t.match(second, { code: 65, out: /2 imported, 0 were there, 3 wrong/ });
  t.match(second.error, /:2: InteractionType is missing/);
  t.match(second.error, /:3: the JSON is not an object/);
  t.match(second.error, /:4: no property is called "Colour"/);
  t.equal((await runHere('import', join(directory, 'none'), '--server', address)).code, 65);
});

t.test('an import that is cut short goes on, and does nothing twice', async (t) => {
  const directory = directoryOf(t);
  const { client } = await serverIn(t, directory, 'data', 2);
  const file = join(directory, 'many.jsonl');
  const count = 20_000;
  const record = { Queue: 'one', MediaType: 'email', InteractionType: 'Inbound' };
  const line = (n: number): string =>
    JSON.stringify({ ...record, UserData: { n, x: 'x'.repeat(99) } });
  writeFileSync(file, `${Array.from({ length: count }, (_, n) => line(n)).join('\n')}\n`);
  const pool = openPool();
  t.teardown(() => pool.close());
  const cut = new AbortController();
  const source = await openSource(file);
  t.teardown(() => source.close());
  const options = {
    client,
    pool,
    file,
    source,
    format: 'jsonl',
    onFault: t.fail,
    onUnkept: t.fail,
  } as const;
  await t.rejects(
    importFile({
      ...options,
      signal: cut.signal,
      onProgress: ({ imported }) => {
        if (imported > 2_000) cut.abort(new Error('cut short'));
      },
    }),
    { message: 'cut short' },
  );
  t.ok(existsSync(`${file}.progress`));
  let first: number | undefined;
  const report = await importFile({
    ...options,
    onProgress: ({ bytes }) => {
      first ??= bytes;
    },
  });
  t.ok((first ?? 0) > 200_000, 'it did not begin anew');
  t.equal(report.imported + report.duplicates, count);
  const [totals] = await client.queueStatistics(['one']);
  t.equal(totals?.waiting, count);
  t.notOk(existsSync(`${file}.progress`));
});
