/** The examples of `docs/reference/conditions.md`, and that it names all there is. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import {
  ConditionFault,
  interactionProperties,
  readCapacityRule,
  readCondition,
  readOrder,
} from '../../lib/condition/index.js';
import { functionNames } from '../../lib/condition/functions.js';
import { limits } from '../../lib/limits.js';
import { vocabulary } from './records.js';

const page = readFileSync(
  join(import.meta.dirname, '../../../docs/reference/conditions.md'),
  'utf8',
);

/** The rows of all tables below a heading whose first cell of the head is a word. */
function rowsOf(heading: string, first: string): string[][] {
  const section = page.split(`\n## ${heading}\n`)[1]!.split('\n## ')[0]!;
  const rows: string[][] = [];
  let isWanted = false;
  for (const line of section.split('\n')) {
    if (!line.startsWith('|')) isWanted = false;
    const cells = line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim());
    if (isWanted && !/^-+$/.test(cells[0]!)) rows.push(cells);
    if (cells[0] === first) isWanted = true;
  }
  return rows;
}

/** What is in the first pair of backquotes. */
const codeOf = (cell: string): string => /`([^`]*)`/.exec(cell)![1]!;

const media = ['email', 'chat', 'voice', 'outbound-preview'];
const sections: readonly (readonly [
  heading: string,
  first: string,
  read: (text: string) => object,
])[] = [
  ['Conditions', 'condition', (text) => readCondition(text, vocabulary)],
  ['Orders', 'order', (text) => readOrder(text, vocabulary)],
  ['Capacity rules', 'rule', (text) => readCapacityRule(text, media)],
];

for (const [heading, first, read] of sections) {
  t.test(`${heading}: every example is taken or refused as the page says`, async (t) => {
    const taken = rowsOf(heading, first);
    t.ok(taken.length >= 3);
    for (const [cell = ''] of taken) t.not(read(codeOf(cell)).constructor, ConditionFault, cell);
    const operators = heading === 'Conditions' ? rowsOf(heading, 'operator') : [];
    const refused = [
      ...rowsOf(heading, 'refused').map(([cell = '', remedy = '']) => [codeOf(cell), remedy]),
      ...operators.map(([, , cell = '']) => [codeOf(cell), cell.slice(cell.indexOf('`: ') + 3)]),
    ];
    t.ok(refused.length >= 4);
    for (const [text = '', remedy = ''] of refused) {
      const fault = read(text);
      if (!(fault instanceof ConditionFault)) t.fail(`${text} is taken`);
      else t.ok(fault.detail.includes(remedy.replaceAll('\\', '')), `${text}: ${fault.detail}`);
    }
  });
}

t.test(
  'the page has every property with its columns and type, every function, and the limits',
  async (t) => {
    const types = new Map(
      rowsOf('Conditions', 'type').map(([type = '', names = '']) => [type, names]),
    );
    for (const { name, columns, type } of interactionProperties) {
      const also = columns.map((column) => `\`${column}\``).join(', ');
      const wanted = `\`${name}\`${also === '' ? '' : ` (${also})`}`;
      t.ok(
        types
          .get(type)!
          .split(/, (?=`[A-Z])/)
          .includes(wanted),
        wanted,
      );
    }
    const functions = rowsOf('Conditions', 'function').map(([cell = '']) => /_\w+/.exec(cell)![0]);
    t.strictSame(functions.toSorted(), functionNames.toSorted());
    t.ok(page.includes(`up to ${limits.orderKeys} terms`));
    t.ok(page.includes(`beyond ${limits.capacityPerMedium.toLocaleString('en-US')} nothing`));
  },
);
