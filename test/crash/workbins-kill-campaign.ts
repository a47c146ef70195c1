/**
 * `node dist/test/crash/workbins-kill-campaign.js [KILLS] [SEED]`: kills -9 while 12 agents use
 * their workbins and others have locked what waits. Ends with 1 if anything was wrong.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { killWithWorkbins } from './workbins-kill.js';

const [kills = 20, seed = Math.floor(Math.random() * 2 ** 31)] = process.argv.slice(2).map(Number);
const directory = mkdtempSync(join(tmpdir(), 'ixion-workbins-kill-'));
try {
  const report = await killWithWorkbins(directory, { seed, agents: 12, kills, acts: 300 });
  process.stdout.write(`${JSON.stringify({ seed, ...report }, undefined, 2)}\n`);
  if (report.faults.length > 0) process.exitCode = 1;
} finally {
  rmSync(directory, { recursive: true, force: true });
}
