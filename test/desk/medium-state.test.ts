/** Every state of a medium with every input, whole. */
import t from 'tap';
import { MediumState, mediumInputs, mediumTable, stepOf } from '../../lib/desk/medium-state.js';

const { absent, notReady, ready, closing } = MediumState;
const states = Object.values(MediumState);

t.test('the table is whole, and a medium that is not there takes only to be added', async (t) => {
  for (const state of states) {
    t.strictSame(Object.keys(mediumTable[state]), mediumInputs, `all inputs in state ${state}`);
  }
  const taken = mediumInputs.filter((input) => stepOf(absent, input) !== 'unknown');
  t.strictSame(taken, ['addNotReady', 'addReady', 'finished']);
});

t.test('what is told follows from where it comes from and where it goes', async (t) => {
  const isOpen = (state: number): boolean => state === ready || state === closing;
  for (const from of states) {
    for (const input of mediumInputs) {
      const step = stepOf(from, input);
      if (step === 'unknown') continue;
      const { state: to, event } = step;
      const expected =
        from === absent && to !== absent
          ? 'added'
          : from !== absent && to === absent
            ? 'removed'
            : isOpen(from) && to === notReady
              ? 'notReady'
              : from === notReady && isOpen(to)
                ? 'ready'
                : undefined;
      t.equal(event, expected, `${from} by ${input} to ${to}`);
    }
  }
});

t.test('every input may be repeated', async (t) => {
  for (const from of states) {
    for (const input of mediumInputs) {
      const once = stepOf(from, input);
      if (once === 'unknown' || once.state === absent) continue;
      t.strictSame(stepOf(once.state, input), { state: once.state, event: undefined }, input);
    }
  }
});

t.test('not ready after the current one ends by the last, or is taken back', async (t) => {
  t.match(stepOf(ready, 'afterCurrent'), { state: closing });
  t.match(stepOf(closing, 'finished'), { state: notReady, event: 'notReady' });
  t.strictSame(stepOf(closing, 'ready'), { state: ready, event: undefined });
  t.match(stepOf(ready, 'afterCurrentAtOnce'), { state: notReady, event: 'notReady' });
});
