/** A tree as text, read again, is the same tree. */
import fc from 'fast-check';
import t from 'tap';
import { seededRandom } from '../../lib/clock.js';
import { ConditionFault, readCondition, readOrder } from '../../lib/condition/index.js';
import { Source } from '../../lib/condition/fault.js';
import { parseCondition } from '../../lib/condition/parse.js';
import { printExpression } from '../../lib/condition/print.js';
import { comparisonOperators, type Expression } from '../../lib/condition/tree.js';
import { Generator } from './generate.js';
import { vocabulary } from './records.js';

const name = fc.oneof(
  fc.constantFrom('Priority', 'Some key', 'a.b', 'x]y', 'AND', 'select', '1st', 'Größe', '_x'),
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 8 }).filter((text) => text.trim() !== ''),
);
const kinds = <Kind extends Expression['kind']>(kind: Kind) => fc.constant(kind);
const at = fc.constant(0);
const isNegated = fc.boolean();

/** Any tree that can be written, whether its types fit or not. */
const trees = fc.letrec<{ tree: Expression }>((tie) => {
  const tree = tie('tree');
  const some = { minLength: 2, maxLength: 3 };
  const literal = fc.record({
    kind: kinds('literal'),
    at,
    value: fc.oneof(
      fc.string({ unit: 'grapheme', maxLength: 6 }),
      fc.nat(),
      fc.double({ min: 0, noNaN: true, noDefaultInfinity: true }).map((each) => each + 0),
      fc.boolean(),
    ),
  });
  return {
    tree: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      literal,
      fc.record({ kind: kinds('name'), at, name, isQuoted: fc.constant(false) }),
      fc.record({ kind: kinds('parameter'), at, name }),
      fc.record({
        kind: kinds('call'),
        at,
        name: fc.constantFrom('_age', '_empty', 'f'),
        arguments: fc.array(tree, { maxLength: 2 }),
      }),
      fc.record({ kind: fc.constantFrom('negate' as const, 'not' as const), at, value: tree }),
      fc.record({
        kind: kinds('arithmetic'),
        at,
        operator: fc.constantFrom('+' as const, '-' as const, '*' as const, '/' as const),
        left: tree,
        right: tree,
      }),
      fc.record({
        kind: kinds('compare'),
        at,
        operator: fc.constantFrom(...comparisonOperators),
        left: tree,
        right: tree,
      }),
      fc.record({ kind: kinds('between'), at, isNegated, value: tree, low: tree, high: tree }),
      fc.record({ kind: kinds('in'), at, isNegated, value: tree, items: fc.array(tree, some) }),
      fc.record({
        kind: kinds('like'),
        at,
        isNegated,
        value: tree,
        pattern: tree,
        escape: fc.option(tree, { nil: undefined }),
      }),
      fc.record({ kind: kinds('isNull'), at, isNegated, value: tree }),
      fc.record({
        kind: fc.constantFrom('and' as const, 'or' as const),
        at,
        terms: fc.array(tree, some),
      }),
    ),
  };
}).tree;

/** Without places, and without which quotes a name had. */
const bare = (tree: Expression): unknown =>
  JSON.parse(
    JSON.stringify(tree, (key, value: unknown) =>
      key === 'at' || key === 'isQuoted' ? undefined : value,
    ),
  );

t.test('what is printed is read as the same tree', async (t) => {
  const seed = Math.floor(Math.random() * 2 ** 31);
  t.comment(`seed ${seed}`);
  fc.assert(
    fc.property(trees, (tree) => {
      const text = printExpression(tree);
      const again = JSON.stringify(bare(parseCondition(new Source(text))));
      return again === JSON.stringify(bare(tree)) ? true : Boolean(t.fail(text));
    }),
    { seed, numRuns: 2_000 },
  );
  t.pass('none differs');
});

t.test('conditions and orders have one form', async (t) => {
  const generator = new Generator(seededRandom(7));
  for (let count = 0; count < 500; count++) {
    const [condition, order] = [generator.condition().ours, generator.order().ours];
    for (const [read, text] of [
      [readCondition, condition],
      [readOrder, order],
    ] as const) {
      const once = read(text, vocabulary);
      if (once instanceof ConditionFault) throw once.toError();
      if (String(read(String(once), vocabulary)) !== String(once)) t.fail(String(once));
    }
  }
  const form = (text: string): string => String(readCondition(text, vocabulary));
  t.equal(
    form("((media_type)!='a')and(not(priority>((1)+2)*3))"),
    "media_type <> 'a' AND NOT priority > (1 + 2) * 3",
  );
  t.equal(form('_time_in_queue[] > - 5'), '_time_in_queue() > -5');
  t.equal(
    form('"Some key" is null or [Some key] like \'%\''),
    "[Some key] IS NULL OR [Some key] LIKE '%'",
  );
  t.equal(form(''), 'TRUE');
  t.equal(
    String(readOrder('priority desc,received_at asc', vocabulary)),
    'priority DESC, received_at',
  );
});
