/**
 * `node dist/test/crash/kill-campaign.js [KILLS] [SEED]`: the long form of kill.test.ts. The last
 * line is one JSON object; the exit code is 1 when something acknowledged is lost or there twice.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runCampaign } from './campaign.js';

const [killsText = '200', seedText] = process.argv.slice(2);
const kills = Number(killsText);
const seed = seedText === undefined ? Math.floor(Math.random() * 2 ** 31) : Number(seedText);
const directory = mkdtempSync(join(tmpdir(), 'ixion-kill-'));
process.stdout.write(`seed ${seed}, ${directory}\n`);
const report = await runCampaign({
  kills,
  seed,
  directory,
  onRound: (done, acknowledged) =>
    void process.stdout.write(`${done} kills, ${acknowledged} acknowledged\n`),
});
for (const complaint of report.complaints) process.stdout.write(`${complaint}\n`);
if (report.complaints.length === 0) rmSync(directory, { recursive: true });
else process.exitCode = 1;
process.stdout.write(
  `${JSON.stringify({ seed, kills, ...report, complaints: report.complaints.length })}\n`,
);
