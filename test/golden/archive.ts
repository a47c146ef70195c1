/** A directory as one small file, and back. */
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { brotliCompressSync, brotliDecompressSync, constants } from 'node:zlib';

const filesBelow = (directory: string): string[] =>
  readdirSync(directory)
    .toSorted()
    .map((name) => join(directory, name))
    .flatMap((path) => (statSync(path).isDirectory() ? filesBelow(path) : [path]));

/** All files below a directory: a line of JSON with their names and bytes, then all bytes. */
export function pack(directory: string): Buffer {
  const files = filesBelow(directory).map((path) => ({ path, content: readFileSync(path) }));
  const names = files.map(({ path, content }) => [relative(directory, path), content.length]);
  const head = Buffer.from(`${JSON.stringify(names)}\n`);
  const parameters = { [constants.BROTLI_PARAM_LGWIN]: constants.BROTLI_MAX_WINDOW_BITS };
  const all = Buffer.concat([head, ...files.map(({ content }) => content)]);
  return brotliCompressSync(all, { params: parameters });
}

/** Makes the files anew in a directory. */
export function unpack(archive: Buffer, directory: string): void {
  const all = brotliDecompressSync(archive);
  let at = all.indexOf('\n') + 1;
  const names = JSON.parse(all.toString('utf8', 0, at)) as [name: string, bytes: number][];
  for (const [name, bytes] of names) {
    const path = join(directory, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, all.subarray(at, at + bytes));
    at += bytes;
  }
}
