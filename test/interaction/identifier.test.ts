/** Identifiers that a client may not choose, because the server would make them again. */
import t from 'tap';
import { IdentifierSource, isYetToBeMade } from '../../lib/interaction/identifier.js';

t.test('an identifier that a partition may yet make is told from those it made', async (t) => {
  const nowMs = 1_795_406_565_724;
  const madeBefore = new IdentifierSource(2).next(nowMs - 1);
  const madeNow = new IdentifierSource(2).next(nowMs);
  const madeLater = new IdentifierSource(2).next(nowMs + 60_000);
  t.notOk(isYetToBeMade(madeBefore, 2, nowMs));
  t.ok(isYetToBeMade(madeNow, 2, nowMs), 'the rest of this millisecond is still to come');
  t.ok(isYetToBeMade(madeLater, 2, nowMs));
  t.notOk(isYetToBeMade(madeLater, 3, nowMs), 'another partition never makes it');
  t.notOk(isYetToBeMade('order-4711', 2, nowMs));
});
