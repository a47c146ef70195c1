/** What is done with stored figures: pages are written, and runs compared. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { collect, type Collected } from './collected.js';
import { compareRuns, describeMovement } from './compare.js';
import { htmlOf } from './html.js';
import { markdownOf } from './markdown.js';

const root = fileURLToPath(new URL('../../../', import.meta.url));
/** The figures that the pages show; what a later run is compared with if nothing else is named. */
export const storedFile = join(root, 'bench/report/measured.json');

type Say = (line: string) => void;

const readJson = (file: string): object => JSON.parse(readFileSync(file, 'utf8')) as object;

/** A file that `--output` wrote, or one of stored figures. */
function readCollected(files: readonly string[]): Collected {
  const contents = files.map(readJson);
  const [only] = contents;
  if (contents.length === 1 && only !== undefined && !('bench' in only)) return only as Collected;
  return collect(contents);
}

/** The text of docs/BENCHMARKS.md as the stored figures make it, before it is formatted. */
export const storedPage = (): string => markdownOf(readCollected([storedFile]));

/** `report [FILE ...]`: stores the figures of these runs, if any, and writes the pages. */
export async function writePages(files: readonly string[], say: Say): Promise<void> {
  if (files.length > 0) {
    writeFileSync(storedFile, `${JSON.stringify(readCollected(files), undefined, 1)}\n`);
  }
  const { format } = await import('prettier');
  const options = { parser: 'markdown', printWidth: 100, singleQuote: true } as const;
  writeFileSync(join(root, 'docs/BENCHMARKS.md'), await format(storedPage(), options));
  writeFileSync(join(root, 'docs/benchmarks.html'), htmlOf(readCollected([storedFile])));
  say('written: docs/BENCHMARKS.md, docs/benchmarks.html');
}

/**
 * `check FILE ... [--against FILE]`: says which figures moved by more than their noise.
 * @returns whether none of the figures with a direction got worse
 */
export function check(files: readonly string[], against: string | undefined, say: Say): boolean {
  if (files.length === 0) throw new Error('check: name the file that --output wrote');
  const before = readCollected([against ?? storedFile]);
  const { movements, ofOtherSize } = compareRuns(before, readCollected(files));
  for (const name of ofOtherSize) say(`not compared: ${name} was of another size`);
  for (const movement of movements) say(describeMovement(movement));
  const worse = movements.filter(({ isWorse }) => isWorse === true).length;
  say(
    `${movements.length} moved by more than their noise, ${worse} of the figures that count for worse`,
  );
  return worse === 0;
}
