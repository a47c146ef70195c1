/**
 * `node dist/test/crash/agents-kill-campaign.js [AGENTS]`: a kill -9 with 1,000 agents on; 99 % of
 * them have to be logged in again within 5 s. Ends with 1 if not, or if anything else was wrong.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { killWithAgents } from './agents-kill.js';

const backWithinMs = 5_000;
const directory = mkdtempSync(join(tmpdir(), 'ixion-agents-kill-'));
try {
  const report = await killWithAgents(directory, Number(process.argv[2] ?? 1_000));
  process.stdout.write(`${JSON.stringify(report, undefined, 2)}\n`);
  if (report.faults.length > 0 || report.backMs > backWithinMs) process.exitCode = 1;
} finally {
  rmSync(directory, { recursive: true, force: true });
}
