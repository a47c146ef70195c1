/** A user's project beside this checkout: what a compiler says of it, as it is installed there. */
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import ts from 'typescript';

/** The root of this checkout. */
export const root = new URL('../../../', import.meta.url);

const options: ts.CompilerOptions = {
  module: ts.ModuleKind.NodeNext,
  moduleResolution: ts.ModuleResolutionKind.NodeNext,
  target: ts.ScriptTarget.ES2022,
  strict: true,
  exactOptionalPropertyTypes: true,
  skipLibCheck: true,
  types: ['node'],
};

/** Makes the project; its packages are this checkout as `ixion`. */
export function makeProject(directory: string, files: ReadonlyMap<string, string>): void {
  mkdirSync(join(directory, 'node_modules'), { recursive: true });
  symlinkSync(root.pathname, join(directory, 'node_modules', 'ixion'));
  writeFileSync(join(directory, 'package.json'), '{"type":"module"}');
  for (const [name, text] of files) writeFileSync(join(directory, name), text);
}

/** What the compiler has against a file. */
interface Complaint {
  readonly name: string;
  readonly line: number;
  readonly text: string;
}

/** What the compiler says of the files, with the line; it writes them as JavaScript beside. */
export function compile(directory: string, files: Iterable<string>): Complaint[] {
  const program = ts.createProgram(
    [...files].map((name) => join(directory, name)),
    options,
  );
  const { diagnostics } = program.emit();
  return [...ts.getPreEmitDiagnostics(program), ...diagnostics].map(
    ({ file, start, messageText }) => ({
      name: basename(file?.fileName ?? ''),
      line: (file?.getLineAndCharacterOfPosition(start ?? 0).line ?? -1) + 1,
      text: ts.flattenDiagnosticMessageText(messageText, ' '),
    }),
  );
}
