/** When time changes a condition. */
import t from 'tap';
import { seededRandom } from '../../lib/clock.js';
import { ConditionFault, readCondition, type Condition } from '../../lib/condition/index.js';
import { Generator } from './generate.js';
import { nowMs, vocabulary, type TestRecord } from './records.js';

function conditionOf(text: string): Condition<TestRecord> {
  const condition = readCondition(text, vocabulary);
  if (condition instanceof ConditionFault) throw condition.toError();
  return condition;
}

const record: TestRecord = {
  ReceivedAt: nowMs - 30_000,
  MovedToQueueAt: nowMs - 10_000,
  DueAt: nowMs + 100_000,
  Priority: 4,
  TenantId: -4,
  Amount: 0,
};

t.test('the millisecond of the next change', async (t) => {
  const changes: readonly (readonly [text: string, afterMs: number])[] = [
    ['_age() > 60', 30_001],
    ['_age() >= 60', 30_000],
    ['60 < _age()', 30_001],
    ['NOT _age() < 60', 30_000],
    ['_age() = 60', 30_000],
    ['_age() = 30', 1],
    ['_age() = 30.0005', Infinity],
    ['_age() > 30', 1],
    ['_age() > 10', Infinity],
    ['_age() BETWEEN 40 AND 50', 10_000],
    ['_age() IN (45, 35, 10)', 5_000],
    ['_age() * Priority > 180', 15_001],
    ['_age() * TenantId < -180', 15_001],
    ['_age() * Amount > 5', Infinity],
    ['Priority / (Amount * 2) + _age() > 5', Infinity],
    ['_age() / 2 + Priority * 10 > 60', 10_001],
    ['_age() - _age_in_queue() = 20', Infinity],
    ['_age() + _age_in_queue() > 60', 10_001],
    ['_current_time() > DueAt', 100_001],
    ['DueAt - _current_time() <= 60', 40_000],
    ['_current_time() + 60 >= DueAt', 40_000],
    ["_current_time() >= _timestamp('2026-01-31 12:00:07')", 7_000],
    ['_time_in_queue() > 5', Infinity],
    ['(_age() > 60) = TRUE', 30_001],
    ['(Workbin IS NULL AND _age() > 60) IS NULL', 30_001],
    ['_age() > 60 OR _age_in_queue() > 15', 5_001],
    ['Priority > 3', Infinity],
    ['_age() * _age() > 5', 1],
    ['5 / _age() > 1', 1],
  ];
  for (const [text, afterMs] of changes) {
    t.equal(conditionOf(text).nextChangeMs(record, nowMs), nowMs + afterMs, text);
  }
  t.equal(conditionOf('_age() > 60').nextChangeMs(record, nowMs + 0.75), nowMs + 30_001);
});

t.test('what time has to do with a condition', async (t) => {
  const timings: readonly (readonly [string, string])[] = [
    ['Priority > 3', 'none'],
    ['_age() - _age() > 3', 'none'],
    ['_age() > 3', 'linear'],
    ['Priority > 3 AND _current_time() > DueAt', 'linear'],
    ['_age() / _age() > 3', 'other'],
    ['(_age() * _age()) IS NULL', 'other'],
    ['(_age() * Priority) IS NULL', 'none'],
  ];
  for (const [text, timing] of timings) t.equal(conditionOf(text).timing, timing, text);
});

t.test('no condition changes before the moment that was told', async (t) => {
  const seed = Math.floor(Math.random() * 2 ** 31);
  t.comment(`seed ${seed}`);
  const random = seededRandom(seed);
  const generator = new Generator(random);
  let [moments, real, linear] = [0, 0, 0];
  for (let count = 0; count < 1_500; count++) {
    const text = generator.condition().ours;
    const condition = conditionOf(text);
    const some = generator.record();
    if (condition.timing === 'none') {
      if (condition.nextChangeMs(some, nowMs) !== Infinity) t.fail(text);
      continue;
    }
    if (condition.timing === 'linear') linear += 1;
    let from = nowMs;
    for (let step = 0; step < 5 && from !== Infinity; step++) {
      const next = condition.nextChangeMs(some, from);
      const before = condition.judge(some, from);
      const last = Math.min(next, from + 1_000_000) - 1;
      const looked = [from + 1, last, from + Math.floor(random.fraction() * (last - from))];
      for (const at of looked.filter((each) => each > from && each < next)) {
        moments += 1;
        if (condition.judge(some, at) === before) continue;
        t.fail(`${text}\n${JSON.stringify(some)}\nat ${at - nowMs}, told ${next - nowMs}`);
        return;
      }
      if (!(next > from)) t.fail(`${text}: ${next} is not after ${from}`);
      if (next !== Infinity && condition.judge(some, next) !== before) real += 1;
      from = next;
    }
  }
  t.ok(moments > 1_000 && real > 50 && linear > 100, `${moments} moments, ${real} changes`);
});
