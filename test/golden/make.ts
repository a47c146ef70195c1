/**
 * Makes the golden store of the present format anew: `node dist/test/golden/make.js`. Once a
 * release has written it, a store is never made anew; the next format adds one beside it.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { currentFormat } from '../../lib/store/format.js';
import { archiveOf, describeStore, makeGolden, textOf } from './store.js';
import { pack, unpack } from './archive.js';

const top = mkdtempSync(join(tmpdir(), 'ixion-golden-'));
try {
  const [scratch, data, opened] = ['scratch', 'data', 'opened'].map((name) => join(top, name)) as [
    string,
    string,
    string,
  ];
  await makeGolden(scratch, data);
  const archive = pack(data);
  unpack(archive, opened);
  writeFileSync(archiveOf(currentFormat), archive);
  writeFileSync(textOf(currentFormat), await describeStore(opened));
  process.stdout.write(`${archiveOf(currentFormat)}: ${archive.length} bytes\n`);
} finally {
  rmSync(top, { recursive: true });
}
