/** Two revisions beside each other: the order of the turns, and the verdict. */
import fc from 'fast-check';
import t from 'tap';
import { fullTurn, roundOf, sides } from '../../bench/against/turns.js';
import { comparisonOf, controlOf, intervalOf, judge } from '../../bench/against/verdict.js';

t.test('each side is warmed and measured as often at each place', async (t) => {
  const rounds = Array.from({ length: fullTurn }, (_, round) => roundOf(round));
  for (const side of sides) {
    for (const place of sides.keys()) {
      const there = rounds.filter(({ warmUp }) => warmUp[place] === side).length;
      t.equal(there, fullTurn / sides.length, `${side} at place ${place}`);
    }
  }
  for (const { runs } of rounds) t.strictSame(runs, runs.toReversed(), 'forth and back');
  t.strictSame(roundOf(fullTurn), roundOf(0));
});

t.test('the interval is that of a table, and is the same whatever the unit', async (t) => {
  // Logarithms 0, 0.1, 0.2: mean 0.1, standard error 0.1 / sqrt(3), t of 2 degrees 4.303.
  const { ratio, lower, upper } = intervalOf([1, Math.exp(0.1), Math.exp(0.2)]);
  t.ok(Math.abs(Math.log(ratio) - 0.1) < 1e-12);
  t.ok(Math.abs(Math.log(upper) - 0.1 - (4.303 * 0.1) / Math.sqrt(3)) < 1e-9);
  t.ok(Math.abs(Math.log(lower) - 0.1 + (4.303 * 0.1) / Math.sqrt(3)) < 1e-9);
  const value = fc.double({ min: 0.1, max: 1e6, noNaN: true });
  const round = fc.record({ old: value, control: value, new: value });
  fc.assert(
    fc.property(fc.array(round, { minLength: 2, maxLength: 30 }), value, (rounds, unit) => {
      const more = comparisonOf(rounds, 'more');
      const less = comparisonOf(rounds, 'less');
      const near = (a: number, b: number): boolean => Math.abs(Math.log(a / b)) < 1e-6;
      const scaled = rounds.map((one) => ({
        old: one.old * unit,
        control: one.control * unit,
        new: one.new * unit,
      }));
      return (
        near(more.ratio, 1 / less.ratio) &&
        near(more.lower, 1 / less.upper) &&
        near(comparisonOf(scaled, 'more').ratio, more.ratio) &&
        more.lower <= more.ratio &&
        more.ratio <= more.upper
      );
    }),
  );
});

t.test('a bar is failed, met or open', async (t) => {
  t.equal(judge({ ratio: 0.95, lower: 0.93, upper: 0.979 }, 0.98), 'failed');
  t.equal(judge({ ratio: 0.98, lower: 0.961, upper: 1 }, 0.98), 'met');
  t.equal(judge({ ratio: 0.98, lower: 0.95, upper: 1 }, 0.98), 'open');
  t.equal(judge(intervalOf([1]), 0.98), 'open', 'one round decides nothing');
  const slower = Array.from({ length: 6 }, (_, at) => {
    const old = 100 + at;
    return { old, control: old * (at % 2 === 0 ? 1.01 : 0.99), new: old * 0.9 };
  });
  t.equal(judge(comparisonOf(slower, 'more'), 0.98), 'failed');
  t.equal(judge(comparisonOf(slower, 'less'), 0.98), 'met');
  const control = controlOf(slower, 'more');
  t.ok(control.lower < 1 && control.upper > 1, 'the copies differ by noise only');
});
