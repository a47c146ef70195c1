/** The examples of the reference page: they compile and run as they are written. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import ts from 'typescript';
import { directoryOf } from '../fixture/directory.js';

const page = readFileSync(new URL('../../../docs/internals/actor.md', import.meta.url), 'utf8');

/** The examples by the name of the file in their first line. */
const examples = new Map(
  [...page.matchAll(/```ts\n\/\/ (\w+\.ts)\b[^\n]*\n([^]*?)```/g)].map(
    ([, name, text]) => [name!, text!] as const,
  ),
);

const options: ts.CompilerOptions = {
  module: ts.ModuleKind.NodeNext,
  moduleResolution: ts.ModuleResolutionKind.NodeNext,
  target: ts.ScriptTarget.ES2022,
  strict: true,
  skipLibCheck: true,
  types: ['node'],
};

/** What the compiler says of the files; it writes them as JavaScript beside. */
function compile(files: readonly string[]): string[] {
  const program = ts.createProgram([...files], options);
  const { diagnostics } = program.emit();
  return [...ts.getPreEmitDiagnostics(program), ...diagnostics].map(({ messageText }) =>
    ts.flattenDiagnosticMessageText(messageText, ' '),
  );
}

t.test('they compile and run', async (t) => {
  t.strictSame([...examples.keys()].toSorted(), ['counters.ts', 'main.ts', 'worker.ts']);
  // Below the package, so that its name means this checkout.
  const directory = join(directoryOf(t), 'examples');
  mkdirSync(directory);
  writeFileSync(join(directory, 'package.json'), '{"type":"module"}');
  // The nearest package is the one that a name refers to: a user's has ixion among its modules.
  mkdirSync(join(directory, 'node_modules'));
  const root = new URL('../../../', import.meta.url).pathname;
  spawnSync('ln', ['-s', root, join(directory, 'node_modules', 'ixion')]);
  for (const [name, text] of examples) writeFileSync(join(directory, name), text);
  const faults = compile([...examples.keys()].map((name) => join(directory, name)));
  t.strictSame(faults, []);
  const run = (name: string): string => {
    const child = spawnSync(process.execPath, [join(directory, name)], {
      env: { PATH: process.env['PATH'] },
      timeout: 30_000,
    });
    return `${String(child.stdout)}${String(child.stderr)}`;
  };
  t.equal(run('main.js'), '42\na ended: shutdown\n');
  t.equal(run('counters.js'), '1\n');
});
