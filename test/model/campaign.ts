/**
 * The long form of the model test: `node dist/test/model/campaign.js [SEQUENCES] [SEED]`.
 * Prints a report as JSON; ends with 1 when model and server differ.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runSequences } from './sequences.js';

const sequences = Number(process.argv[2] ?? 1_000);
const seed = Number(process.argv[3] ?? Math.floor(Math.random() * 2 ** 31));
const data = mkdtempSync(join(tmpdir(), 'ixion-model-'));
try {
  const { failure, ...report } = await runSequences(data, { seed, sequences });
  process.stdout.write(`${JSON.stringify({ seed, ...report, agrees: failure === undefined })}\n`);
  if (failure !== undefined) process.stdout.write(`${failure}\n`);
  process.exitCode = failure === undefined ? 0 : 1;
} finally {
  rmSync(data, { recursive: true, force: true });
}
