import { readFileSync } from 'node:fs';
import t from 'tap';
import { errorTable } from '../../lib/errors.js';
import { fillPage } from '../../lib/protocol/documentation.js';
import {
  answers,
  decodeAnswer,
  decodeBody,
  FrameSplitter,
  readHeader,
  requestByNumber,
  requests,
} from '../../lib/protocol/index.js';

const read = (path: string): string =>
  readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8');
const sources = { limitsSource: read('lib/limits.ts') };

t.test('a page is filled between its markers, again and again', async (t) => {
  const page = 'before\n\n<!-- made: errors -->\nold\n<!-- end -->\n\nafter';
  const filled = fillPage(page, sources);
  t.match(filled, /^before[^]*UnknownInteraction[^]*after$/);
  t.notMatch(filled, /\nold\n/);
  t.equal(fillPage(filled, sources), filled);
  t.throws(() => fillPage('<!-- made: nothing -->\n<!-- end -->', sources), /no part "nothing"/);
  t.throws(() => fillPage('<!-- made: errors -->\n', sources), /no end/);
});

t.test('the protocol page has every message, attribute and error', async (t) => {
  const page = read('docs/PROTOCOL.md');
  for (const { number, name, attributes } of [...requests, ...answers]) {
    t.ok(page.includes(`### ${number} ${name}\n`), name);
    for (const attribute of Object.keys(attributes)) t.ok(page.includes(`\`${attribute}\``));
  }
  for (const [name, { code }] of Object.entries(errorTable)) {
    t.match(page, new RegExp(`\\| ${code} +\\| \`${name}\``));
  }
});

t.test('the hex of the worked example is what a server takes', async (t) => {
  const blocks = [...read('docs/PROTOCOL.md').matchAll(/```text\n([^`]*)```/g)];
  const hex = blocks.flatMap(([, block]) =>
    (block ?? '').split('\n').map((line) => /^([0-9a-f]{2} ?)+/.exec(line.slice(0, 48))?.[0] ?? ''),
  );
  const messages: number[] = [];
  const splitter = new FrameSplitter((buffer, start) => {
    const { message, bodyStart, bodyEnd } = readHeader(buffer, start);
    messages.push(message);
    const request = requestByNumber(message);
    if (request === undefined) decodeAnswer(buffer, bodyStart, bodyEnd);
    else decodeBody(request, buffer, bodyStart, bodyEnd);
  });
  t.equal(splitter.push(Buffer.from(hex.join('').replaceAll(' ', ''), 'hex')), undefined);
  t.equal(splitter.bufferedBytes, 0);
  t.strictSame(messages, [100, 125, 101, 125, 102, 125]);
});
