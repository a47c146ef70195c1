/** Conditions and orders against SQLite; the long form is `judge-campaign.ts`. */
import t from 'tap';
import { compareWithSqlite } from './judge.js';

t.test('SQLite judges random conditions and orders as we do', async (t) => {
  const seed = Math.floor(Math.random() * 2 ** 31);
  t.comment(`seed ${seed}: node dist/test/condition/judge-campaign.js 500 ${seed}`);
  const { differences, judged } = compareWithSqlite(500, seed);
  t.strictSame(differences, []);
  const least = Math.min(judged.yes, judged.no, judged.unknown);
  t.ok(least > 1_000, `each outcome is there often: ${JSON.stringify(judged)}`);
});
