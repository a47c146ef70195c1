/**
 * `node dist/test/objects/change-campaign.js [CHANGES] [SEED]`: the long form of
 * changes.test.ts. The last line is one JSON object; the exit code is 1 when something is lost,
 * or not what it should be.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runChanges } from './changes.js';

const [changesText = '1000', seedText] = process.argv.slice(2);
const changes = Number(changesText);
const seed = seedText === undefined ? Math.floor(Math.random() * 2 ** 31) : Number(seedText);
const directory = mkdtempSync(join(tmpdir(), 'ixion-changes-'));
process.stdout.write(`seed ${seed}, ${directory}\n`);
const startMs = performance.now();
const report = await runChanges({
  changes,
  seed,
  data: join(directory, 'data'),
  onProgress(done, { applied, invalid, submitted }) {
    if (done % 50 !== 0) return;
    const line = `${done} changes, ${applied} applied, ${invalid} refused, ${submitted} submits`;
    process.stdout.write(`${line}\n`);
  },
});
for (const complaint of report.complaints) process.stdout.write(`${complaint}\n`);
if (report.complaints.length === 0) rmSync(directory, { recursive: true });
else process.exitCode = 1;
const seconds = Math.round((performance.now() - startMs) / 1_000);
const figures = { seed, changes, ...report, complaints: report.complaints.length, seconds };
process.stdout.write(`${JSON.stringify(figures)}\n`);
