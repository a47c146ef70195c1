/**
 * Runs a bundle (see build.mjs) with what V8 compiled of it in an earlier start, which is kept in a
 * file beside it: compiling takes longer than running. One version of Node has one such file.
 *
 * V8 itself refuses what another version or other flags have made; it does not look for damage, nor
 * whether it belongs to this text, so the file begins with two checksums. What does not fit, is
 * absent or cannot be written only costs time.
 */
import { readFileSync } from 'node:fs';
import { rename, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { Script } from 'node:vm';
import { threadId } from 'node:worker_threads';
import { crc32 } from 'node:zlib';
import { systemClock } from '../clock.js';

/** A multiple of what V8 wants its data aligned to. */
const headerBytes = 16;
/** By then the start is over, and all of it is compiled. */
const keepDelayMs = 1_000;

type Wrapper = (
  exports: object,
  require: NodeJS.Require,
  module: { exports: unknown },
  filename: string,
  directory: string,
) => void;

/** How a bundle was loaded. */
export interface LoadedBundle {
  readonly exports: unknown;
  /** It was not compiled anew. */
  readonly isCached: boolean;
  /** Keeps what is compiled by now for the next start; resolves when it is there, or cannot be. */
  keep(): Promise<void>;
}

/** Where this version of Node keeps what it compiled of a bundle. */
export const codeCacheFile = (bundle: string): string =>
  `${bundle}.${process.version}-${process.arch}.cache`;

/** @param file the bundle, a CommonJS module */
export function runBundle(file: string): LoadedBundle {
  const { script, ...compiled } = compile(
    file,
    (text) => `(function (exports, require, module, __filename, __dirname) {${text}\n})`,
  );
  const module = { exports: {} as unknown };
  const wrapper = script.runInThisContext() as Wrapper;
  wrapper(module.exports as object, createRequire(file), module, file, dirname(file));
  return { exports: module.exports, ...compiled };
}

/** The exports of a bundle that runs in every start: what the first one compiles is kept. */
export function runStartBundle(file: string): unknown {
  const { exports, ...compiled } = runBundle(file);
  keepIfNew(compiled);
  return exports;
}

/**
 * Runs a bundle that is the whole program of its thread, in every start: its declarations are those
 * of the thread, not of a function, so that V8 takes its constants for what they are.
 */
export function runStartProgram(file: string): void {
  const { script, ...compiled } = compile(file, (text) => text);
  const place = { require: createRequire(file), __filename: file, __dirname: dirname(file) };
  Object.assign(globalThis, { [programPlace]: place });
  script.runInThisContext();
  keepIfNew(compiled);
}

/** Where a program finds what a CommonJS module has; build.mjs writes it into the bundle. */
const programPlace = 'ixionProgramPlace';

type Compiled = Omit<LoadedBundle, 'exports'>;

function compile(file: string, wrap: (text: string) => string): Compiled & { script: Script } {
  const text = readFileSync(file);
  const textSum = crc32(text);
  const cachedData = readCodeCache(codeCacheFile(file), textSum);
  // esbuild escapes what is not ASCII.
  const script = new Script(wrap(text.toString('latin1')), { filename: file, cachedData });
  return {
    script,
    isCached: cachedData !== undefined && script.cachedDataRejected === false,
    keep: () => writeCodeCache(codeCacheFile(file), script.createCachedData(), textSum),
  };
}

function keepIfNew({ isCached, keep }: Compiled): void {
  if (!isCached) systemClock.setTimer(keepDelayMs, () => void keep());
}

function readCodeCache(file: string, textSum: number): Buffer | undefined {
  let content: Buffer;
  try {
    content = readFileSync(file);
  } catch {
    // The first start.
    return undefined;
  }
  if (content.length < headerBytes) return undefined;
  const data = content.subarray(headerBytes);
  const fits = content.readUInt32LE(0) === textSum && content.readUInt32LE(4) === crc32(data);
  return fits ? data : undefined;
}

async function writeCodeCache(file: string, data: Buffer, textSum: number): Promise<void> {
  const header = Buffer.alloc(headerBytes);
  header.writeUInt32LE(textSum, 0);
  header.writeUInt32LE(crc32(data), 4);
  const unfinished = `${file}.${process.pid}-${threadId}`;
  try {
    await writeFile(unfinished, Buffer.concat([header, data]));
    await rename(unfinished, file);
  } catch {
    // A folder that we may not write, or a full disk: the next start compiles again.
    await rm(unfinished, { force: true }).catch(() => undefined);
  }
}
