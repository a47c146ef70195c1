/**
 * The long form of judge.test.ts: `node dist/test/condition/judge-campaign.js [CONDITIONS] [SEED]`.
 * Prints a report as JSON; ends with 1 when SQLite judges otherwise.
 */
import { compareWithSqlite } from './judge.js';

const conditions = Number(process.argv[2] ?? 10_000);
const seed = Number(process.argv[3] ?? Math.floor(Math.random() * 2 ** 31));
const { differences, ...report } = compareWithSqlite(conditions, seed);
process.stdout.write(`${JSON.stringify({ ...report, agrees: differences.length === 0 })}\n`);
for (const difference of differences) process.stdout.write(`${difference}\n`);
process.exitCode = differences.length === 0 ? 0 : 1;
