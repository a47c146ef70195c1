/**
 * A look at the files of an environment before LMDB gets them: its Node binding dies with the
 * whole process when the files turn out to be damaged, and LMDB maps what the file should contain,
 * so that a file cut short kills the process at the first touch of a missing page. Only for files
 * that no thread of this process has open: closing a file drops all locks that the process has on
 * it.
 */
import { accessSync, closeSync, constants, fstatSync, openSync, readSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { freeBytesOf } from './room.js';

/** Where things are in a meta page (liblmdb, data version 2; little-endian machines). */
const at = { magic: 24, version: 28, pageBytes: 48, root: 136, transaction: 152, end: 160 };
/** The root of a database without entries. */
const noPage = 0xffff_ffff_ffff_ffffn;
const magic = 0xbeef_c0de;
const dataVersion = 2;
/** Room for the lock file and the first pages. */
const openBytes = 2 ** 20;

/** What stands in the way of opening the environment in `directory`; undefined: nothing. */
export function preflight(
  directory: string,
): { problem: 'unusable' | 'denied' | 'damaged' | 'full'; detail: string } | undefined {
  try {
    accessSync(directory, constants.R_OK | constants.W_OK | constants.X_OK);
    if (!statSync(directory).isDirectory()) return unusable(`${directory} is not a directory.`);
    if (freeBytesOf(directory) < openBytes) {
      return { problem: 'full', detail: `The disk of ${directory} is full.` };
    }
    for (const name of ['data.mdb', 'lock.mdb', 'journal']) {
      const path = join(directory, name);
      const stat = statSync(path, { throwIfNoEntry: false });
      if (stat === undefined) continue;
      if (!stat.isFile()) return unusable(`${path} is not a file.`);
      accessSync(path, constants.R_OK | constants.W_OK);
      const damage = name === 'data.mdb' ? damageOf(path) : undefined;
      if (damage !== undefined) return { problem: 'damaged', detail: `${path} ${damage}.` };
    }
    return undefined;
  } catch (error) {
    const { code = '', message } = error as NodeJS.ErrnoException;
    const isDenied = ['EACCES', 'EPERM', 'EROFS'].includes(code);
    return isDenied ? { problem: 'denied', detail: `${message}.` } : unusable(message);
  }
}

const unusable = (detail: string) => ({ problem: 'unusable' as const, detail });

/**
 * An empty file is fine: LMDB makes an environment of it. A sound file may lack pages at its end
 * that were allocated and not used, so only the page of the newest root is asked for.
 */
function damageOf(path: string): string | undefined {
  const file = openSync(path, 'r');
  try {
    const { size } = fstatSync(file);
    if (size === 0) return undefined;
    const first = metaPage(file, 0);
    const second = first === undefined ? undefined : metaPage(file, first.pageBytes);
    if (first === undefined || second === undefined) return 'is not an LMDB file, or cut short';
    const newest = first.transaction > second.transaction ? first : second;
    const wanted = (newest.rootPage + 1) * first.pageBytes;
    return size < wanted ? `was cut short: ${size} of at least ${wanted} bytes` : undefined;
  } finally {
    closeSync(file);
  }
}

function metaPage(
  file: number,
  position: number,
): { pageBytes: number; rootPage: number; transaction: number } | undefined {
  const bytes = Buffer.alloc(at.end);
  if (readSync(file, bytes, 0, at.end, position) < at.end) return undefined;
  const known =
    bytes.readUInt32LE(at.magic) === magic && bytes.readUInt32LE(at.version) === dataVersion;
  if (!known) return undefined;
  const root = bytes.readBigUInt64LE(at.root);
  return {
    pageBytes: bytes.readUInt32LE(at.pageBytes),
    rootPage: root === noPage ? 0 : Number(root),
    transaction: Number(bytes.readBigUInt64LE(at.transaction)),
  };
}
