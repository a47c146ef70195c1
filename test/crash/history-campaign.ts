/**
 * `node dist/test/crash/history-campaign.js [MINUTES] [SEED]`: the long form of history.test.ts.
 * The last line is one JSON object; the exit code is 1 when a request was lost or done twice, or
 * answered differently when it was repeated. The seed decides what clients do; how that meets the
 * kills is up to the machine.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runHistory } from './history-run.js';

const [minutesText = '10', seedText] = process.argv.slice(2);
const minutes = Number(minutesText);
const seed = seedText === undefined ? Math.floor(Math.random() * 2 ** 31) : Number(seedText);
const directory = mkdtempSync(join(tmpdir(), 'ixion-history-'));
process.stdout.write(`seed ${seed}, ${directory}\n`);
const { complaints, counts } = await runHistory({
  seconds: minutes * 60,
  roundSeconds: 20,
  clients: 12,
  seed,
  directory,
  onRound: ({ counts: { requests, copies, acknowledged, kills, crashes, events } }) => {
    const sofar = JSON.stringify({ requests, copies, acknowledged, kills, crashes, events });
    process.stdout.write(`${sofar}\n`);
  },
});
for (const complaint of complaints.slice(0, 20)) process.stdout.write(`${complaint}\n`);
if (complaints.length === 0) rmSync(directory, { recursive: true });
else process.exitCode = 1;
process.stdout.write(
  `${JSON.stringify({ seed, minutes, complaints: complaints.length, counts })}\n`,
);
