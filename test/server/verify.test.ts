/** Verification of a store whose pages end the process that reads them. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { verifyStore } from '../../lib/data/verify.js';
import { startServer } from '../../lib/index.js';
import { directoryOf } from '../fixture/directory.js';

const pageBytes = 8_192;

/** Where the entries of a page are said to be: far behind the end of the file. */
function pointAway(file: string): void {
  const pages = readFileSync(file);
  for (let at = 2 * pageBytes; at < pages.length; at += pageBytes)
    pages.fill(0xf0, at + 24, at + 88);
  writeFileSync(file, pages);
}

t.test('what ends a process is a fault of its partition; all others are read', async (t) => {
  const data = join(directoryOf(t), 'data');
  const options = { listen: '127.0.0.1:0', withAdmin: false, threads: 1, partitions: 4 } as const;
  const server = await startServer({ data, create: 'init', ...options });
  await server.stop();
  t.match(await verifyStore(data), { faults: 0, partitions: { length: 4 } });
  const damaged = [1, 3];
  for (const partition of damaged) pointAway(join(data, `p0${partition}`, 'data.mdb'));
  const { faults, partitions } = await verifyStore(data);
  t.equal(faults, damaged.length);
  for (const { partition, faults: found, tables } of partitions) {
    const isDamaged = damaged.includes(partition);
    t.equal(tables.length > 0, !isDamaged, `partition ${partition} is read`);
    if (isDamaged) t.match(found, [/p0\d\/data\.mdb is damaged: reading it ended its process by/]);
    if (isDamaged) t.ok(found[0]!.includes(`p0${partition}/`), found[0]!);
  }
});
