/** Where an export goes: a file, which gets its name when it is complete, or a stream. */
import { lstat, open, readlink, realpath, stat, type FileHandle } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { FileFault } from './file-fault.js';

export type Target =
  /** Links are followed: it is their end that is replaced. */
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'stdout' }
  /** A pipe or a device, written through. */
  | { readonly kind: 'device'; readonly path: string };

const standardOutput: ReadonlySet<string> = new Set([
  '-',
  '/dev/stdout',
  '/dev/fd/1',
  '/proc/self/fd/1',
]);
/** Links one behind the other, as the system follows them. */
const linksMax = 40;

/** What a path stands for. @throws {FileFault} for a directory or a socket; what the system says */
export async function targetOf(path: string): Promise<Target> {
  if (standardOutput.has(path)) return { kind: 'stdout' };
  const end = await endOfLinks(path);
  const status = await stat(end).catch(absent);
  if (status === undefined || status.isFile()) return { kind: 'file', path: end };
  if (status.isFIFO() || status.isCharacterDevice()) return { kind: 'device', path: end };
  const what = status.isDirectory() ? 'a directory' : 'neither a file nor a pipe';
  throw new FileFault(`${path} is ${what}`, 'Give the path of a file, or - for stdout.');
}

/** The path at the end of links, of one that dangles too. */
async function endOfLinks(path: string): Promise<string> {
  let end = path;
  for (let links = 0; links <= linksMax; links += 1) {
    const status = await lstat(end).catch(absent);
    if (status?.isSymbolicLink() !== true) return end;
    end = resolve(await realpath(dirname(end)), await readlink(end));
  }
  throw new FileFault(`${path} is a link that leads to itself`, 'Remove it, or give another path.');
}

function absent(error: unknown): undefined {
  if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
  throw error;
}

/** Opens a pipe or a device to be written, of a pipe when somebody reads it. */
export const openDevice = (path: string): Promise<FileHandle> => open(path, 'w');
