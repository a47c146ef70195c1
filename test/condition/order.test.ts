/** Orders: which record comes first, what is refused, and what time has to do with it. */
import t from 'tap';
import { compareText, ConditionFault, readOrder, type Order } from '../../lib/condition/index.js';
import { limits } from '../../lib/limits.js';
import { nowMs, vocabulary, type TestRecord } from './records.js';

function orderOf(text: string): Order<TestRecord> {
  const order = readOrder(text, vocabulary);
  if (order instanceof ConditionFault) throw order.toError();
  return order;
}

const records: readonly TestRecord[] = [
  { InteractionId: 'a', Priority: 1, ReceivedAt: nowMs - 200_000, Lang: 'de', IsOnline: true },
  { InteractionId: 'b', Priority: 3, ReceivedAt: nowMs - 100_000, Lang: 'DE', IsOnline: false },
  { InteractionId: 'c', ReceivedAt: nowMs - 300_000, Lang: '\uFFFD' },
  { InteractionId: 'd', Priority: 3, Lang: '😀', IsOnline: true },
];

const sorted = (text: string): string =>
  records
    .toSorted((one, other) => orderOf(text).compare(one, other, nowMs))
    .map(({ InteractionId }) => InteractionId)
    .join('');

t.test('what comes first', async (t) => {
  const orders: readonly (readonly [text: string, sorted: string])[] = [
    ['', 'abcd'],
    ['Priority', 'cabd'],
    ['Priority DESC', 'bdac'],
    ['priority desc, received_at', 'dbac'],
    ['ReceivedAt - 60 * Priority', 'cdba'],
    ['_age() + 60 * Priority DESC', 'bacd'],
    ['Lang', 'bacd'],
    ['IsOnline DESC, InteractionId DESC', 'dabc'],
    ['Priority > 2, InteractionId', 'cabd'],
    ['InteractionId desc', 'dcba'],
  ];
  for (const [text, expected] of orders) t.equal(sorted(text), expected, text);
});

t.test('text is ordered by its bytes in UTF-8', async (t) => {
  const texts = ['', 'a', 'ab', 'b', 'é', '\uD7FF', '\uE000', '\uFFFD', '😀', '😀a', '\u{10FFFF}'];
  for (const one of texts) {
    for (const other of texts) {
      const bytes = Buffer.compare(Buffer.from(one), Buffer.from(other));
      t.equal(Math.sign(compareText(one, other)), bytes, `${one} ${other}`);
    }
  }
});

t.test('orders that move, and orders that do not', async (t) => {
  const timings: readonly (readonly [text: string, timing: string])[] = [
    ['Priority DESC, ReceivedAt', 'still'],
    ['ReceivedAt - 60 * Priority', 'still'],
    ['_age() + 60 * Priority', 'still'],
    ['_age() * 2 DESC', 'still'],
    ['_age() * Priority', 'moving'],
    ['Lang, _age() / Priority', 'moving'],
    ['_age() > 60', 'moving'],
    ['IsOnline', 'still'],
  ];
  for (const [text, timing] of timings) t.equal(orderOf(text).timing, timing, text);
  const aged = orderOf('_age() + 60 * Priority DESC');
  const later = nowMs + 86_400_000;
  for (const one of records) {
    for (const other of records) {
      t.equal(
        Math.sign(aged.compare(one, other, nowMs)),
        Math.sign(aged.compare(one, other, later)),
      );
    }
  }
  const [key] = orderOf('received_at - 60 * Priority desc').keys;
  t.match(key, { type: 'time', isDescending: true, timing: 'still' });
  t.strictSame(
    key!.properties.map(({ name }) => name),
    ['ReceivedAt', 'Priority'],
  );
  t.equal(key!.read(records[0]!, 0), nowMs - 260_000);
});

t.test('refusals', async (t) => {
  const terms = (count: number): string => Array(count).fill('Priority').join();
  t.equal(orderOf(terms(limits.orderKeys)).keys.length, limits.orderKeys);
  const refused: readonly (readonly [text: string, place: string, code: number])[] = [
    ['Priority,', '1:10', 1065],
    [', Priority', '1:1', 1065],
    ['Priority DESC ASC', '1:15', 1065],
    ['Priority ReceivedAt', '1:10', 1065],
    ['ORDER BY Priority', '1:1', 1065],
    ['Priority NULLS FIRST', '1:10', 1065],
    ['1', '1:1', 1065],
    ['Priority * :Factor', '1:12', 1065],
    ["Priority, 'x'", '1:11', 1065],
    ['Prioritty', '1:1', 1066],
    ['Lang * 2', '1:1', 1067],
    [terms(limits.orderKeys + 1), '1:55', 1068],
  ];
  for (const [text, place, code] of refused) {
    const fault = readOrder(text, vocabulary);
    if (!(fault instanceof ConditionFault)) t.fail(`${text} is taken`);
    else t.strictSame([`${fault.line}:${fault.column}`, fault.toError().code], [place, code], text);
  }
});
