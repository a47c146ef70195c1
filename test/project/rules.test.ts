/** The project's own rules find what they are for; that the project keeps them, `check` says. */
import t from 'tap';
import { mutationFaults } from '../mutation/all.js';
import { changed } from '../mutation/mutations.js';
import { bannedCallFaults } from './banned-calls.js';
import { blockingCallFaults, lateLoadFaults } from './blocking-calls.js';
import { circleFaults, circlesOf } from './circle-rules.js';
import { commentFaults } from './comment-rules.js';
import { importFaults } from './import-rules.js';
import { layoutFaults } from './layout-rules.js';
import { lenientReaderFaults } from './lenient-readers.js';
import { ledgerFaults } from './ledger-rules.js';
import { linkFaults } from './link-rules.js';
import { lockFaults } from './lock-rules.js';
import { firstSentence, mapFaults, mapPage } from './map-page.js';
import { sizeFaults } from './size-rules.js';
import { faultLine, projectRoot } from './source-tree.js';
import { startPathFaults } from './start-path.js';

const importOf = (path: string, text: string): string[] =>
  importFaults([{ path, text }]).map(faultLine);

t.test('circles of files are found, and none twice', async (t) => {
  const graph = new Map([
    ['a', ['b', 'd']],
    ['b', ['c']],
    ['c', ['a', 'd']],
    ['d', ['e']],
    ['e', ['d']],
    ['f', ['a', 'f']],
  ]);
  t.strictSame(circlesOf(graph), [
    ['d', 'e'],
    ['a', 'b', 'c'],
  ]);
  const circle = [
    { path: 'lib/a.ts', text: "import type { B } from './b.js';" },
    { path: 'lib/b.ts', text: "export * from './a.js';" },
  ];
  const faults = circleFaults(circle).map(({ what }) => what);
  t.match(faults[0], 'these files import each other: lib/a.ts lib/b.ts');
  t.equal(faults.filter((what) => what.includes('this circle is gone')).length, faults.length - 1);
});

t.test('a mutation of a text that is not there, or there twice, is found', async (t) => {
  const [file, test] = ['lib/net/wait.js', 'net/limits.test.js'];
  const faults = mutationFaults(projectRoot, [
    changed('good', file, 'return false;', '', test),
    changed('gone', file, 'nobody wrote this', '', test),
    changed('twice', file, 'progress', '', test),
    changed('no test', file, 'return false;', '', 'net/gone.test.js'),
    changed('good', file, 'return false;', ''),
  ]);
  t.match(faults, [
    /^mutation "gone": .*wait\.js holds "nobody wrote this" 0 times/,
    /^mutation "twice": .*holds "progress" \d+ times/,
    /^mutation "no test": there is no test net\/gone\.test\.js/,
    /^mutation "good": another one has this name/,
    /^mutation "good": no test is to notice it/,
  ]);
  t.equal(faults.length, 5);
});

t.test('imports against the table are found, static, dynamic and of types', async (t) => {
  t.strictSame(importOf('lib/actor/mailbox.ts', "import { x } from '../interaction/state.js';"), [
    'lib/actor/mailbox.ts:1 imports: actor may not import lib/interaction/state.ts',
  ]);
  t.strictSame(importOf('lib/queue/view.ts', "export * from '../store/lmdb.js';"), [
    'lib/queue/view.ts:1 imports: queue may not import lib/store/lmdb.ts',
  ]);
  t.strictSame(importOf('lib/client/client.ts', "\nawait import('node:net');"), [
    'lib/client/client.ts:2 imports: client may not import node:net',
  ]);
  t.strictSame(importOf('lib/clock.ts', "let x: import('./errors.js').IxionError;"), [
    'lib/clock.ts:1 imports: clock may not import lib/errors.ts (type)',
  ]);
  t.strictSame(importOf('lib/unheard/of.ts', "import '../errors.js';"), [
    'lib/unheard/of.ts:1 imports: folder unheard has no line in the table of imports',
  ]);
});

t.test(
  'within a partition a lower room does not import a higher one, not even types',
  async (t) => {
    const faults = [
      ['rows/keys', '../ledger/queues.js'],
      ['ledger/queues', '../moves/hand-off.js'],
      ['ledger/queues', '../core.js'],
      ['moves/hand-off', '../requests/find.js'],
      ['requests/stop', '../partition.js'],
      ['turn', './ledger/queues.js'],
    ] as const;
    for (const [file, imported] of faults) {
      const text = `import type { X } from '${imported}';`;
      t.equal(importOf(`lib/partition/${file}.ts`, text).length, 1, `${file} ${imported}`);
    }
    t.equal(
      importOf('lib/partition/requests/stop.ts', "import '../moves/locations.js';").length,
      0,
    );
  },
);

t.test('who writes an interaction beside its ledger is found', async (t) => {
  const found = (text: string, path = 'lib/partition/requests/stop.ts'): number =>
    ledgerFaults([{ path, text }]).length;
  for (const text of [
    'turn.put(Table.state, id, encodeState(record));',
    'turn.delete(\n  Table.party, key);',
    'core.queues.leave(turn, id, record, true);',
    "import { writeState } from '../ledger/writers.js';",
    'turn.events.push(interaction);',
  ]) {
    t.equal(found(text), 1, text);
  }
  t.equal(found("import { writeState } from './writers.js';", 'lib/partition/ledger/owners.ts'), 1);
  t.equal(found("import { writeState } from './writers.js';", 'lib/partition/ledger/ledger.ts'), 0);
  t.equal(found('turn.put(Table.gone, key, row);'), 0);
});

t.test('imports that the table allows pass', async (t) => {
  t.strictSame(
    importOf('lib/net/session.ts', "import type { Actor } from '../actor/index.js';"),
    [],
  );
  t.strictSame(importOf('lib/client/tcp.ts', "import { connect } from 'node:net';"), []);
  t.strictSame(importOf('lib/partition/a.ts', "import { Store } from '../store/contract.js';"), []);
  t.strictSame(importOf('workers/any.ts', "import '../lib/server/start.js';"), []);
});

t.test('a value import from where only types are allowed is found', async (t) => {
  t.equal(importOf('lib/net/session.ts', "import { run } from '../actor/index.js';").length, 1);
  t.equal(importOf('lib/net/session.ts', "import { type A } from '../actor/index.js';").length, 0);
});

t.test('sizes are measured at their limits', async (t) => {
  const lines = (count: number): string => '0;\n'.repeat(count);
  t.equal(sizeFaults([{ path: 'lib/a.ts', text: lines(400) }]).length, 0);
  t.equal(sizeFaults([{ path: 'lib/a.ts', text: lines(401) }]).length, 1);
  const body = (count: number): string => `/** ${lines(9)} */\nfunction f() {\n${lines(count)}}\n`;
  t.equal(sizeFaults([{ path: 'lib/a.ts', text: body(68) }]).length, 0);
  t.equal(sizeFaults([{ path: 'lib/a.ts', text: body(69) }]).length, 1);
  t.equal(sizeFaults([{ path: 'test/a.ts', text: body(118) }]).length, 0);
  t.equal(sizeFaults([{ path: 'test/a.ts', text: body(119) }]).length, 1);
});

t.test('comments that are wider than the code are found, and nothing else', async (t) => {
  const found = (text: string): number[] =>
    commentFaults([{ path: 'lib/a.ts', text }]).map(({ line }) => line);
  const words = (columns: number): string => 'a '.repeat(columns).slice(0, columns - 1) + 'é';
  t.strictSame(found(`// ${words(97)}\n// ${words(98)}\nf();`), [2]);
  t.strictSame(found(`/**\n * ${words(97)}\n * ${words(98)}\n */\nf();\n/* ${words(98)}`), [3, 6]);
  t.strictSame(found(`{\n  f();\n  // ${words(96)}\n}\nf(); // ${words(93)}`), [3, 5], 'anywhere');
  t.strictSame(found(`f(\`\n// ${words(98)}\n\`, '// ${words(98)}');`), [], 'not in strings');
  t.strictSame(found(`f(/[/][*] ${words(98)}/);`), [], 'not in code');
});

t.test('banned calls are found where they count', async (t) => {
  const found = (path: string, text: string): number => bannedCallFaults([{ path, text }]).length;
  t.equal(found('lib/net/a.ts', 'const now = Date.now();'), 1);
  t.equal(found('lib/clock.ts', 'const now = Date.now();'), 0);
  t.equal(found('bench/a.ts', 'const now = Date.now();'), 0);
  t.equal(found('test/actor/a.ts', 'await worker.terminate();'), 1);
  t.equal(found('lib/store/lmdb.ts', 'open({ noSync: true });'), 1);
  t.equal(found('lib/cli/a.ts', 'process.exit(1);'), 1);
  t.equal(found('lib/cli/a.ts', 'throw new Error(`${name} is no queue`);'), 1);
  t.equal(found('lib/cli/a.ts', "throw new Error('there is no queue, it is no longer kept');"), 0);
  t.equal(found('test/net/a.test.ts', "t.test('x', { skip: true }, run);"), 1);
  t.equal(found('test/net/a.test.ts', 't.test("skips what it must");'), 0);
});

t.test('readers that take what was not meant are found', async (t) => {
  const found = (text: string, path = 'lib/cli/a.ts'): number =>
    lenientReaderFaults([{ path, text }]).length;
  const lenient = [
    'Date.parse(text)',
    'new Date(text)',
    'Number(text)',
    "text.split(',').map(Number)",
    'Number.parseInt(text, 10)',
    'parseFloat(text)',
    'const value = +text;',
    "Buffer.from(text, 'base64')",
    "Buffer.from(text, 'hex')",
    "bytes.toString('utf8')",
    'bytes.toString()',
    "new TextDecoder('utf-8')",
    "readFile(file, 'utf8')",
    "stream.setEncoding('utf8')",
    'JSON.parse(text)',
  ];
  for (const text of lenient) {
    t.equal(found(text), 1, text);
    t.equal(found(text, 'lib/text/a.ts'), 0, text);
    t.equal(found(text, 'test/cli/a.ts'), 0, text);
    t.equal(found(` * ${text}`), 0, text);
  }
  const right = ['new Date(1_000)', 'Number.isSafeInteger(n)', 'a + b', 'i += 1', 'x: Number.NaN'];
  for (const text of right) t.equal(found(text), 0, text);
  t.equal(found('', 'lib/server/version.ts'), 2, 'exceptions that are not needed');
});

t.test('the top level has fixed names', async (t) => {
  t.strictSame(layoutFaults(['lib/a.ts', '.ci/run', 'README.md', 'LICENSE', '.gitignore']), []);
  t.equal(layoutFaults(['scripts/a.js', 'notes.txt']).length, 2);
});

t.test('a package that is loaded too early is found through other files', async (t) => {
  const start = { path: 'lib/cli/commands/start.ts', text: "import '../../server/start.js';" };
  const eager = { path: 'lib/server/start.ts', text: "import { z } from 'zod/v4';" };
  t.match(startPathFaults([start, eager]).map(faultLine), [
    /^lib\/server\/start\.ts:1 .*zod would/,
  ]);
  t.strictSame(startPathFaults([eager]), [], 'unless nothing leads there');
  const lazy = { ...eager, text: "await import('zod');" };
  t.strictSame(startPathFaults([start, lazy]), []);
});

t.test('what stops the thread of the sockets is found, by what it uses', async (t) => {
  const start = 'lib/cli/commands/start.ts';
  const entry = (text: string) => ({ path: start, text });
  const found = (text: string, other = ''): string[] =>
    blockingCallFaults([entry(text), { path: 'lib/other.ts', text: other }]).map(faultLine);
  const stop = "import fs from 'node:fs';\nexport class Stop { now() { fs.readFileSync('x'); } }\n";
  const first = "import { Stop } from '../../other.js';\n";
  t.match(found(`${first}export const run = () => new Stop();`, stop), [
    /^lib\/other\.ts:2 blocking: readFileSync in Stop stops/,
  ]);
  t.strictSame(found(`${first}export const run = 1;`, stop), [], 'nobody makes one');
  t.strictSame(found("import type { Stop } from '../../other.js';\nlet x: Stop;", stop), []);
  t.equal(found("export const run = () => import('../../other.js');", stop).length, 1, 'late');
  t.equal(found("export * from '../../other.js';", stop).length, 1, 'exported on');
  t.equal(found("import '../../other.js';", 'Atomics.wait(a, 0, 0);').length, 1, 'when it loads');
  t.equal(found(`${first}export const run = Stop;`, `${stop}Atomics.wait(a, 0, 0);`).length, 2);
  t.equal(found('export const run = (b: Barrier) => b.wait();').length, 0);
  t.match(found('export const run = () => undefined;').join(), /^$/);
  const load = (text: string): number => lateLoadFaults([entry(text)]).length;
  t.equal(load("export const run = () => import('pino');"), 1);
  t.equal(load("export const run = () => import('node:tls');"), 0);
  t.equal(load("export const run = (late) => late.now('a log', () => import('pino'));"), 0);
});

t.test('a lock file that lacks packages of other platforms is found', async (t) => {
  const asking = { optionalDependencies: { 'a-darwin': '1.0.0', 'a-linux': '1.0.0' } };
  const packages = { 'node_modules/a': asking, 'node_modules/b/node_modules/a-linux': {} };
  t.match(lockFaults(packages).map(faultLine), [/node_modules\/a asks for a-darwin, which is not/]);
});

t.test('links that lead nowhere, and pages that nobody leads to, are found', async (t) => {
  const found = (...pages: [path: string, text: string][]): string[] =>
    linkFaults(
      pages.map(([path, text]) => ({ path, text })),
      (path) => path === 'lib/errors.ts',
    ).map(faultLine);
  const page: [string, string] = ['docs/a.md', '# A page, of `it`\n[self](#a-page-of-it)\n'];
  const good = '[a](docs/a.md#a-page-of-it) [code](lib/errors.ts) [web](https://a.org/b)\n';
  t.strictSame(found(['README.md', good], page), []);
  const block = '```\n[in code](no.md)\n# No heading\n```\n';
  t.strictSame(found(['README.md', `${good}${block}`], page), []);
  t.strictSame(found(['README.md', `${block}\n[x](docs/b.md), [y](docs/a.md#no-heading)`], page), [
    'README.md:6 links: docs/b.md is not there',
    'README.md:6 links: docs/a.md has no heading #no-heading',
  ]);
  t.strictSame(found(['README.md', ''], page), ['docs/a.md:1 links: no other page leads here']);
});

t.test('a file that does not say what it is, or is in no room, is found', async (t) => {
  const rooms =
    '| `limits`, ... | the ground: limits |\n| `net/` | sockets |\n| `net/tls/` | safe ones |\n';
  const source = (path: string, text: string) => ({ path, text });
  const good = [
    source('lib/limits.ts', '/** All limits. */'),
    source(
      'lib/net/tls/a.ts',
      '#!/usr/bin/env node\n/**\n * Reads `a.b`\n * ... and\n * more. Not this.\n */',
    ),
    source('lib/net/wait.ts', '/**\n * Waits\n *\n * @param for it.\n */\nf();'),
  ];
  t.strictSame(mapFaults(good, rooms), []);
  t.match(
    mapPage(good, rooms),
    /## The ground\n\nLimits\.\n\n- `limits.ts`: All limits\.[^]*\n- `net\/wait.ts`: Waits\n[^]*tls\/`\n\nSafe ones.\n\n- `net\/tls\/a.ts`: Reads `a.b` \.\.\. and more\.\n/,
  );
  const faults = mapFaults(
    [source('lib/net/a.ts', 'f(); /** A. */'), source('lib/x/a.ts', '/** A. */')],
    rooms,
  );
  t.match(faults.map(faultLine), [
    /^lib\/net\/a\.ts:1 map: does not begin/,
    /^lib\/x\/a\.ts:1 map: its room/,
  ]);
  for (const text of ['/** */', '/** @throws */', '// A.', '/* A. */'])
    t.equal(firstSentence(text), undefined, text);
});
