/** Random conditions and orders over random records, judged by us and by SQLite. */
import { seededRandom } from '../../lib/clock.js';
import { ConditionFault, readCondition, readOrder } from '../../lib/condition/index.js';
import { Generator } from './generate.js';
import { nowMs, vocabulary, type TestRecord } from './records.js';
import { SqliteJudge } from './sqlite.js';

/** What was compared. */
export interface JudgeReport {
  readonly seed: number;
  readonly conditions: number;
  readonly orders: number;
  /** How often a record was judged, and how often each way. */
  readonly judged: { yes: number; no: number; unknown: number };
  /** The first differences, as text. None: both agree. */
  readonly differences: string[];
}

const recordsPerTable = 40;
const conditionsPerTable = 100;
const differencesShown = 5;

/** Compares `conditions` conditions, and for every fifth an order; the same seed, the same ones. */
export function compareWithSqlite(conditions: number, seed: number): JudgeReport {
  const generator = new Generator(seededRandom(seed));
  const report: JudgeReport = {
    seed,
    conditions,
    orders: Math.floor(conditions / 5),
    judged: { yes: 0, no: 0, unknown: 0 },
    differences: [],
  };
  let sqlite: SqliteJudge | undefined;
  let records: TestRecord[] = [];
  for (let number = 0; number < conditions; number++) {
    if (number % conditionsPerTable === 0) {
      sqlite?.close();
      records = Array.from({ length: recordsPerTable }, () => generator.record());
      sqlite = new SqliteJudge(records);
    }
    compareCondition(generator, records, sqlite!, report);
    if (number % 5 === 4) compareOrder(generator, records, sqlite!, report);
    if (report.differences.length >= differencesShown) break;
  }
  sqlite?.close();
  return report;
}

function compareCondition(
  generator: Generator,
  records: readonly TestRecord[],
  sqlite: SqliteJudge,
  { judged, differences }: JudgeReport,
): void {
  const { ours, sql } = generator.condition();
  const condition = readCondition(ours, vocabulary);
  if (condition instanceof ConditionFault) {
    differences.push(`${ours}\n  is refused: ${condition.detail}`);
    return;
  }
  const theirs = sqlite.judge(sql);
  for (const [at, record] of records.entries()) {
    const result = condition.judge(record, nowMs);
    judged[result === undefined ? 'unknown' : result ? 'yes' : 'no'] += 1;
    if (result === theirs[at]) continue;
    const values = JSON.stringify(record);
    differences.push(`${ours}\n  ${sql}\n  ${values}\n  ours ${result}, SQLite ${theirs[at]}`);
    return;
  }
}

function compareOrder(
  generator: Generator,
  records: readonly TestRecord[],
  sqlite: SqliteJudge,
  { differences }: JudgeReport,
): void {
  const { ours, sql } = generator.order();
  const order = readOrder(ours, vocabulary);
  if (order instanceof ConditionFault) {
    differences.push(`${ours}\n  is refused: ${order.detail}`);
    return;
  }
  const sorted = [...records.keys()].sort(
    (one, other) => order.compare(records[one]!, records[other]!, nowMs) || one - other,
  );
  const theirs = sqlite.order(sql);
  if (sorted.join() === theirs.join()) return;
  differences.push(`${ours}\n  ${sql}\n  ours ${sorted.join()}, SQLite ${theirs.join()}`);
}
