/**
 * Making directories, each level by itself. Node's `recursive` asks again for ever where the system
 * says that a parent is missing which is there, as below /proc; and it does not say what it made.
 */
import { closeSync, fsyncSync, mkdirSync, openSync, statSync } from 'node:fs';
import { mkdir, open, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { privateDirectory } from './private.js';

/**
 * Makes a directory and those above it that are missing, for their owner only.
 * @returns absolute paths of those that were made, the outermost first; empty when it was there
 * @throws what the system reports, with the path that it could not make
 */
export async function makeDirectory(path: string): Promise<string[]> {
  const made: string[] = [];
  for (const directory of pathsOf(path)) {
    if (isThere(directory, await stat(directory).catch(onlyMissing))) continue;
    try {
      await mkdir(directory, privateDirectory);
      made.push(directory);
    } catch (error) {
      if (!isRace(error)) throw error;
      const found = await stat(directory).catch(onlyMissing);
      if (!isThere(directory, found)) throw linkToNothing(directory);
    }
  }
  return made;
}

/** The same at once; not for a thread that serves. */
export function makeDirectorySync(path: string): string[] {
  const made: string[] = [];
  for (const directory of pathsOf(path)) {
    if (isThere(directory, statSync(directory, { throwIfNoEntry: false }))) continue;
    try {
      mkdirSync(directory, privateDirectory);
      made.push(directory);
    } catch (error) {
      if (!isRace(error)) throw error;
      const found = statSync(directory, { throwIfNoEntry: false });
      if (!isThere(directory, found)) throw linkToNothing(directory);
    }
  }
  return made;
}

/** Makes the names in a directory last through a loss of power. @throws what the system reports */
export async function syncDirectory(directory: string): Promise<void> {
  const handle = await open(directory, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** The same at once; not for a thread that serves. */
export function syncDirectorySync(directory: string): void {
  const descriptor = openSync(directory, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/** A path and all above it, the outermost first. */
function pathsOf(path: string): string[] {
  const paths: string[] = [];
  for (let at = resolve(path); ; at = dirname(at)) {
    paths.unshift(at);
    if (dirname(at) === at) return paths;
  }
}

function onlyMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error;
}

/** @throws for something that is not a directory */
function isThere(path: string, found: { isDirectory(): boolean } | undefined): boolean {
  if (found === undefined) return false;
  if (found.isDirectory()) return true;
  throw Object.assign(new Error(`${path} is not a directory`), { code: 'ENOTDIR', path });
}

/** Somebody made it meanwhile, or a link is there that leads to nothing. */
const isRace = (error: unknown): boolean => (error as NodeJS.ErrnoException).code === 'EEXIST';

const linkToNothing = (path: string): Error =>
  Object.assign(new Error(`${path} is a link to nothing`), { code: 'EEXIST', path });
