/**
 * Stores that were written once are opened for ever: what is in one is what its text says, a server
 * goes on with it, and a later format may bring it up.
 */
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { connect, type Client, type ClientType } from '../../lib/client/index.js';
import { formatEndpoint } from '../../lib/config/endpoint.js';
import { readManifest } from '../../lib/data/manifest.js';
import { verifyStore } from '../../lib/data/verify.js';
import { startServer } from '../../lib/index.js';
import { Table, tables, tableNames } from '../../lib/store/contract.js';
import { currentFormat, type FormatStep } from '../../lib/store/format.js';
import { directoryOf } from '../fixture/directory.js';
import { unpack } from './archive.js';
import {
  archiveOf,
  describeStore,
  goldenFormats,
  goldenText,
  keyedSubmit,
  openGolden,
  serverOptions,
} from './store.js';

/** The golden store of a format, in a directory of its own. */
function golden(t: Test, format: number): string {
  const data = join(directoryOf(t), 'data');
  unpack(readFileSync(archiveOf(format)), data);
  return data;
}

t.test('there is a golden store of every format, and it is small', async (t) => {
  t.equal(goldenFormats.at(-1), currentFormat);
  for (const format of goldenFormats) t.ok(statSync(archiveOf(format)).size < 300_000);
});

for (const format of goldenFormats) {
  t.test(`a store of format ${format} is sound, and holds what its text says`, async (t) => {
    const data = golden(t, format);
    const found = await verifyStore(data);
    t.equal(found.faults, 0, JSON.stringify(found));
    const rows = (table: Table): number =>
      found.partitions
        .map((one) => one.tables.find(({ table: name }) => name === tableNames[table]!)!.entries)
        .reduce((sum, entries) => sum + entries, 0);
    for (const table of tables) t.ok(rows(table) > 0, `a row of ${tableNames[table]!}`);
    t.equal(await describeStore(data), goldenText(format));
  });

  t.test(`a store of format ${format} is brought up to a later one`, async (t) => {
    const data = golden(t, format);
    const list: FormatStep[] = Array.from({ length: currentFormat + 1 - format }, (_, index) => ({
      from: format + index,
      run: (writer) => writer.put(Table.meta, `step ${format + index}`, Buffer.of(1)),
    }));
    const steps = { list, current: currentFormat + 1 };
    for (let partition = 0; partition < readManifest(data)!.partitions; partition += 1) {
      const { store, upgradedFrom, format: now } = await openGolden(data, partition, steps);
      t.equal(upgradedFrom, format);
      t.equal(now.format, currentFormat + 1);
      t.same(store.get(Table.meta, `step ${currentFormat}`), Buffer.of(1));
      await store.close();
    }
    const withoutCount = (text: string): string => text.replace(/ meta: \d+ rows\n/g, '');
    t.equal(withoutCount(await describeStore(data, steps)), withoutCount(goldenText(format)));
  });

  t.test(`a server goes on with a store of format ${format}`, async (t) => {
    const data = golden(t, format);
    const server = await startServer(serverOptions(data));
    t.teardown(() => server.stop());
    const clientOf = async (clientName: string, clientType: ClientType): Promise<Client> => {
      const client = await connect({
        server: formatEndpoint(server.address),
        clientName,
        clientType,
      });
      t.teardown(() => client.close());
      return client;
    };
    const media = await clientOf('media', 'MediaServer');
    const { submission, requestKey } = keyedSubmit;
    const again = await media.submit(submission, { requestKey, retryAgeMs: 1_000 });
    t.match(
      goldenText(format),
      `interaction ${again.interactionId}: `,
      'what it was answered then',
    );
    const { UserData } = await media.getProperties('golden.data');
    t.match(UserData, { text: 'gr\u00fc\u00df dich', large: 2n ** 62n, truth: true });
    const agent = await clientOf('agent', 'AgentApplication');
    const pulled = await agent.pull({ queue: 'golden.in', count: 2 });
    t.equal(pulled[0]!.InteractionId, 'golden.first', 'by priority');
    for (const { InteractionId } of pulled) await agent.stop(InteractionId);
    await server.stop();
    t.equal((await verifyStore(data)).faults, 0);
  });
}
