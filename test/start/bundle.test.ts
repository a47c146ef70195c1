/** Bundles and what V8 compiled of them: used when it fits, left alone when it does not. */
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import t from 'tap';
import { codeCacheFile, runBundle } from '../../lib/start/bundle.js';
import { directoryOf } from '../fixture/directory.js';

const text = (answer: number): string =>
  `const { sep } = require('node:path');
exports.answer = () => ${answer};
exports.parts = __filename.split(sep).at(-1) + ' ' + (typeof module) + ' ' + __dirname.length;
`;

interface Exports {
  readonly parts: string;
  answer(): number;
}

async function bundleIn(directory: string): Promise<{ file: string; cache: string }> {
  const file = join(directory, 'bundle.cjs');
  writeFileSync(file, text(42));
  const first = runBundle(file);
  t.notOk(first.isCached);
  t.equal((first.exports as Exports).answer(), 42);
  await first.keep();
  return { file, cache: codeCacheFile(file) };
}

const answerOf = (file: string) => {
  const { exports, isCached } = runBundle(file);
  return { isCached, answer: (exports as Exports).answer() };
};

t.test('what the first run compiled serves the next', async (t) => {
  const directory = directoryOf(t);
  const { file } = await bundleIn(directory);
  const { exports, isCached } = runBundle(file);
  t.ok(isCached);
  t.equal((exports as Exports).answer(), 42);
  t.equal((exports as Exports).parts, `bundle.cjs object ${directory.length}`);
  t.equal(readdirSync(directory).length, 2, 'nothing unfinished is left');
});

t.test('a byte that is wrong, anywhere, or missing', async (t) => {
  const { file, cache } = await bundleIn(directoryOf(t));
  const good = readFileSync(cache);
  for (const at of [0, 5, 16, 40, good.length >> 1, good.length - 1]) {
    const bad = Buffer.from(good);
    bad.writeUInt8(bad.readUInt8(at) ^ 0x10, at);
    writeFileSync(cache, bad);
    t.strictSame(answerOf(file), { isCached: false, answer: 42 }, `byte ${at}`);
  }
  for (const length of [0, 7, 16, 100, good.length - 1]) {
    writeFileSync(cache, good.subarray(0, length));
    t.strictSame(answerOf(file), { isCached: false, answer: 42 }, `${length} bytes`);
  }
  writeFileSync(cache, good);
  t.strictSame(answerOf(file), { isCached: true, answer: 42 });
});

t.test('another text of the same length', async (t) => {
  const { file } = await bundleIn(directoryOf(t));
  writeFileSync(file, text(43));
  const second = runBundle(file);
  t.strictSame(answerOf(file), { isCached: false, answer: 43 });
  await second.keep();
  t.strictSame(answerOf(file), { isCached: true, answer: 43 });
});

t.test('what nothing can be kept of runs all the same', async (t) => {
  const directory = directoryOf(t);
  const file = join(directory, 'bundle.cjs');
  writeFileSync(file, text(42));
  mkdirSync(codeCacheFile(file));
  await runBundle(file).keep();
  t.strictSame(answerOf(file), { isCached: false, answer: 42 });
  t.equal(readdirSync(directory).length, 2, 'nothing unfinished is left');
  t.ok(existsSync(codeCacheFile(file)));
});

/** A thread whose program is `file`; what it says first. */
async function threadOf(file: string): Promise<unknown> {
  const bundle = new URL('../../lib/start/bundle.js', import.meta.url).href;
  const launch = `import(${JSON.stringify(bundle)}).then((b) => b.runStartProgram(${JSON.stringify(file)}))`;
  const worker = new Worker(launch, { eval: true });
  const [said] = (await once(worker, 'message')) as [unknown];
  // What is compiled is kept a second after the start.
  while (!existsSync(codeCacheFile(file))) await delay(20);
  worker.postMessage('end');
  await once(worker, 'exit');
  return said;
}

t.test('a program has the declarations of its thread, and is kept as well', async (t) => {
  const file = join(directoryOf(t), 'program.js');
  writeFileSync(
    file,
    `"use strict"; const { require, __filename } = globalThis.ixionProgramPlace;
const { parentPort } = require('node:worker_threads');
const mine = __filename;
const isStrict = (function () { return this === undefined; })();
parentPort.postMessage({ isStrict, file: (0, eval)('mine'), global: 'mine' in globalThis });
parentPort.once('message', () => undefined);
`,
  );
  const expected = { isStrict: true, file, global: false };
  t.strictSame(await threadOf(file), expected);
  const kept = readFileSync(codeCacheFile(file));
  t.strictSame(await threadOf(file), expected, 'from what was kept');
  t.strictSame(readFileSync(codeCacheFile(file)), kept, 'which fits, so it is not made anew');
});
