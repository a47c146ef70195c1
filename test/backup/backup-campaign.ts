/**
 * `node dist/test/backup/backup-campaign.js [BACKUPS]`: the long form of
 * backup.test.ts, 20 backups. The last line is one JSON object; the exit code is 1 when
 * a backup is not what it must be.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runRounds } from './rounds.js';

const count = Number(process.argv[2] ?? '20');
const directory = mkdtempSync(join(tmpdir(), 'ixion-backup-'));
const rounds = await runRounds(directory, count, 256, (round) =>
  process.stdout.write(`backup ${round + 1} of ${count}\n`),
);
for (const complaint of rounds.complaints) process.stdout.write(`${complaint}\n`);
if (rounds.complaints.length === 0) rmSync(directory, { recursive: true });
else process.exitCode = 1;
process.stdout.write(`${JSON.stringify({ ...rounds, complaints: rounds.complaints.length })}\n`);
