/** Acts of a supervisor on many: whom they are about, and what is printed of them. */
import { readFile } from 'node:fs/promises';
import type { OneRefusal, SupervisionResult } from '../client/index.js';
import { isFault, readUtf8 } from '../text/index.js';
import { type Context, ExitError, UsageError } from './command.js';
import { type ExitCode, exitCodes } from './exit-codes.js';
import { fileExit, isSystemError } from './file-errors.js';
import type { NearestName } from './nearest-name.js';
import { tableLines, toJson, toText } from './print.js';

/**
 * Those that are named, and those of a file with one on each line; each once.
 * @throws {UsageError} there are none
 * @throws {ExitError} the file cannot be read
 */
export async function namesIn(
  named: readonly string[],
  file: string | undefined,
  option: string,
): Promise<string[]> {
  const lines = file === undefined ? [] : await linesOf(file);
  const all = new Set([...named, ...lines]);
  if (all.size === 0) throw new UsageError(`there are none: name some, or give --${option} FILE.`);
  return [...all];
}

async function linesOf(file: string): Promise<string[]> {
  let bytes: Uint8Array;
  try {
    bytes = await readFile(file);
  } catch (error) {
    if (isSystemError(error)) throw fileExit(error, file, 'read');
    throw error;
  }
  const text = readUtf8(bytes);
  if (isFault(text)) {
    throw new ExitError(exitCodes.data, `${file}: ${text.what}`, { remedy: text.remedy });
  }
  return text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '');
}

/** How it is printed. */
export interface BulkPrinting {
  readonly json: boolean;
  readonly preview: boolean;
  readonly nearest: NearestName;
}

/** Prints what was done to each, or would be; what was refused goes to stderr. */
export async function printBulk<One extends { readonly refused: OneRefusal | undefined }>(
  { output }: Context,
  { operation, done, refused, all }: SupervisionResult<One>,
  { json, preview, nearest }: BulkPrinting,
  head: readonly string[],
  rowOf: (one: One) => (string | number)[],
): Promise<ExitCode> {
  const exitCode = refused > 0 ? exitCodes.refused : exitCodes.ok;
  if (json) {
    await output.line(toJson({ operation, done, refused, all }));
    return exitCode;
  }
  const made = all.filter((one) => one.refused === undefined);
  if (preview && made.length > 0) {
    for (const line of tableLines(head, made.map(rowOf))) await output.line(line);
  }
  for (const one of all) {
    if (one.refused === undefined) continue;
    const near = await nearest(one.refused);
    const hint = near === undefined ? '' : `. Did you mean ${toText(near)}?`;
    output.error(`${toText(String(rowOf(one)[0]))}: ${one.refused.message}${hint}`);
  }
  const counted = `${done} ${preview ? 'would be done' : 'done'}, ${refused} refused`;
  const act = operation === undefined ? '' : `act ${operation}: `;
  await output.line(act + counted);
  return exitCode;
}
