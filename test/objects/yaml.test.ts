/** Objects as YAML: what is written is read back exactly, in whatever form it stands. */
import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import t from 'tap';
import { YAMLParseError, parse, stringify } from 'yaml';
import { checkModel } from '../../lib/objects/check.js';
import { compareModels, emptyModel, type Model } from '../../lib/objects/model.js';
import { Placements } from '../../lib/objects/placement.js';
import { readObjects } from '../../lib/objects/yaml-read.js';
import { readSimple } from '../../lib/objects/yaml-simple.js';
import { splitFile } from '../../lib/objects/yaml-split.js';
import { writeModel } from '../../lib/objects/yaml-write.js';
import { anyModel, anyName } from './arbitraries.js';

const write = (model: Model): string => [...writeModel(model)].join('');

t.test('a configuration is read back as it was, and written the same', async (t) => {
  fc.assert(
    fc.property(anyModel, (model) => {
      const text = write(model);
      const read = readObjects(text);
      const changes = compareModels(model, read.model);
      const faults = checkModel(read.model, compareModels(emptyModel(), read.model), {
        placements: new Placements(4),
      });
      return (
        read.faults.length === 0 &&
        changes.length === 0 &&
        faults.length === 0 &&
        write(read.model) === text
      );
    }),
    { numRuns: 60 },
  );
  t.pass();
});

/** The writer of the package folds some texts into others, or writes what it cannot read. */
function isReadAs(text: string, tree: unknown): boolean {
  try {
    return isDeepStrictEqual(parse(text, { mapAsMap: true }), tree);
  } catch (error) {
    if (error instanceof YAMLParseError) return false;
    throw error;
  }
}

t.test('the same in any other form of YAML, and as JSON', async (t) => {
  let compared = 0;
  fc.assert(
    fc.property(
      anyModel,
      fc.constantFrom({}, { indentSeq: false }, { collectionStyle: 'flow' }),
      (model, style) => {
        const tree: unknown = parse(write(model), { mapAsMap: true, version: '1.2' });
        for (const text of [
          stringify(tree ?? new Map(), { ...style, lineWidth: 0 } as object),
          stringify(tree ?? new Map(), {
            defaultStringType: 'QUOTE_DOUBLE',
            collectionStyle: 'flow',
            lineWidth: 0,
          }),
        ]) {
          if (!isReadAs(text, tree ?? new Map())) continue;
          compared += 1;
          const read = readObjects(text);
          if (read.faults.length > 0 || compareModels(model, read.model).length > 0) return false;
        }
        return true;
      },
    ),
    { numRuns: 20 },
  );
  t.ok(compared > 20, `${compared} files were compared`);
});

t.test('the fast reader reads what the parser reads, or leaves it alone', async (t) => {
  const word = fc.oneof(
    anyName.map((name) => JSON.stringify(name)),
    fc.constantFrom('a', 'a b', 'true', 'False', '12', '012', '-3', '1.5', '~', "'q'", '"\\u0041"'),
    fc.constantFrom('', '|', '>', '[a]', '{a: 1}', 'a: b', '&x y', '*x', '# c', 'x # c', '-'),
  );
  const line = fc
    .tuple(
      fc.constantFrom('', ' ', '  ', '    ', '      '),
      fc.constantFrom('', '- ', '-  '),
      fc.option(word, { nil: undefined }),
      word,
    )
    .map(([indent, dash, key, value]) =>
      `${indent}${dash}${key === undefined ? value : `${key}: ${value}`}`.trimEnd(),
    );
  let both = 0;
  fc.assert(
    fc.property(fc.array(line, { minLength: 1, maxLength: 5 }), (lines) => {
      const simple = readSimple(lines);
      if (simple === undefined) return true;
      both += 1;
      t.strictSame(simple, parse(`${lines.join('\n')}\n`, { mapAsMap: true }));
      return true;
    }),
    { numRuns: 2_000 },
  );
  t.ok(both > 40, `${both} files were read by both`);
  const written = 'agents:\n  - name: a\n    skills:\n      "1": 2\n  - name: "b: c"\n';
  t.ok(readSimple(written.split('\n')), 'what is written is in the fast form');
});

t.test('a long list is cut between its objects, with the right lines', async (t) => {
  const objects = Array.from({ length: 1_000 }, (_, index) => `  - name: p${index}\n\n  # next\n`);
  const text = `---\n# head\nbusinessProcesses:\n${objects.join('')}queues:\n  - name: q\n`;
  const { pieces } = splitFile(text.split('\n'));
  t.strictSame(
    pieces.map(({ section, first }) => [section, first]),
    [
      ['businessProcesses', 0],
      ['businessProcesses', 400],
      ['businessProcesses', 800],
      ['queues', 0],
    ],
  );
  const read = readObjects(text);
  t.equal(read.model.get('businessProcess')?.size, 1_000);
  t.match(read.faults, [{ path: 'queues.0.businessProcess', line: 3_005, what: 'is missing' }]);
});
