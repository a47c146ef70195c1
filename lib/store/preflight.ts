/**
 * A look at the files of an environment before LMDB gets them: its Node binding dies with the
 * whole process when the files turn out to be damaged, and LMDB maps what the file should contain,
 * so that a file cut short kills the process at the first touch of a missing page. Only for files
 * that no thread of this process has open: closing a file drops all locks that the process has on
 * it.
 */
import { accessSync, closeSync, constants, fstatSync, openSync, readSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { freeBytesOf } from './disk-space.js';

/** Where things are in a meta page (liblmdb, data version 2; little-endian machines). */
const at = {
  flags: 18,
  magic: 24,
  version: 28,
  pageBytes: 48,
  freeRoot: 88,
  root: 136,
  lastPage: 144,
  transaction: 152,
  end: 160,
};
/** The root of a database without entries. */
const noPage = 0xffff_ffff_ffff_ffffn;
/** Flag of a meta page. */
const isMeta = 0x08;
const magic = 0xbeef_c0de;
const dataVersion = 2;
/** Room for the lock file and the first pages. */
const openBytes = 2 ** 20;
const [pageBytesMin, pageBytesMax] = [512, 65_536];
const metaPages = 2;

/**
 * What stands in the way of opening the environment in `directory`; undefined: nothing.
 * @param use `making`: there may be nothing yet; `reading`: nothing will be written
 */
export function preflight(
  directory: string,
  use: 'making' | 'reading' | 'writing' = 'writing',
): { problem: 'unusable' | 'denied' | 'damaged' | 'full'; detail: string } | undefined {
  try {
    const access = constants.R_OK | (use === 'reading' ? 0 : constants.W_OK);
    if (!statSync(directory).isDirectory()) return unusable(`${directory} is not a directory.`);
    accessSync(directory, access | constants.X_OK);
    if (use !== 'reading' && freeBytesOf(directory) < openBytes) {
      return { problem: 'full', detail: `The disk of ${directory} is full.` };
    }
    for (const name of ['data.mdb', 'lock.mdb', 'journal']) {
      const path = join(directory, name);
      const stat = statSync(path, { throwIfNoEntry: false });
      if (stat === undefined) continue;
      if (!stat.isFile()) return unusable(`${path} is not a file.`);
      accessSync(path, access);
      const damage = name === 'data.mdb' ? damageOf(path, use === 'making') : undefined;
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
 * LMDB makes an environment of an empty file, which is fine for a new one only. A sound file
 * may lack pages at its end that were allocated and not used, so only the pages of the newest
 * roots are asked for.
 *
 * Of the two meta pages LMDB works by the newer, and by the first of two that are as old. What the
 * other says of roots does not count, and need not be true: when the write of a meta page fails,
 * LMDB puts the number of the transaction before into it, and leaves the roots of the failed one.
 */
function damageOf(path: string, mayBeEmpty: boolean): string | undefined {
  const file = openSync(path, 'r');
  try {
    const { size } = fstatSync(file);
    if (size === 0) return mayBeEmpty ? undefined : 'is empty';
    const first = metaPage(file, 0);
    const second = first === undefined ? undefined : metaPage(file, first.pageBytes);
    if (first === undefined || second === undefined) return 'is not an LMDB file, or cut short';
    const newest = first.transaction >= second.transaction ? first : second;
    // A transaction writes the page of its parity, and is looked for there.
    const isInPlace = (newest === first) === (newest.transaction % 2n === 0n);
    if (first.pageBytes !== second.pageBytes || !isInPlace || !isPossible(newest)) {
      return 'is damaged: its first pages contradict themselves';
    }
    const roots = [newest.rootPage, newest.freeRootPage];
    const wanted = (Math.max(...roots) + 1) * first.pageBytes;
    if (size < wanted) return `was cut short: ${size} of at least ${wanted} bytes`;
    const wrong = roots.find((page) => !isPage(file, page, first.pageBytes));
    if (wrong === undefined) return undefined;
    return `is damaged: page ${wrong}, where its tables begin, is none`;
  } finally {
    closeSync(file);
  }
}

/** What a meta page says of the newest state, or one before. */
interface MetaPage {
  readonly pageBytes: number;
  /** 0: the environment is empty. */
  readonly rootPage: number;
  readonly freeRootPage: number;
  readonly lastPage: number;
  readonly transaction: bigint;
}

/** Whether a page size is one, and the roots are pages of the file. */
function isPossible({ pageBytes, rootPage, freeRootPage, lastPage }: MetaPage): boolean {
  const isSize = pageBytes >= pageBytesMin && pageBytes <= pageBytesMax;
  if (!isSize || (pageBytes & (pageBytes - 1)) !== 0) return false;
  return [rootPage, freeRootPage].every(
    (page) => page === 0 || (page >= metaPages && page <= lastPage),
  );
}

/** Whether the page of this number says that it is. */
function isPage(file: number, page: number, pageBytes: number): boolean {
  if (page === 0) return true;
  const head = Buffer.alloc(8);
  readSync(file, head, 0, head.length, page * pageBytes);
  return Number(head.readBigUInt64LE(0)) === page;
}

function metaPage(file: number, position: number): MetaPage | undefined {
  const bytes = Buffer.alloc(at.end);
  if (readSync(file, bytes, 0, at.end, position) < at.end) return undefined;
  const known =
    (bytes.readUInt16LE(at.flags) & isMeta) !== 0 &&
    bytes.readUInt32LE(at.magic) === magic &&
    bytes.readUInt32LE(at.version) === dataVersion;
  if (!known) return undefined;
  const pageAt = (place: number): number => {
    const page = bytes.readBigUInt64LE(place);
    return page === noPage ? 0 : Number(page);
  };
  return {
    pageBytes: bytes.readUInt32LE(at.pageBytes),
    rootPage: pageAt(at.root),
    freeRootPage: pageAt(at.freeRoot),
    lastPage: Number(bytes.readBigUInt64LE(at.lastPage)),
    transaction: bytes.readBigUInt64LE(at.transaction),
  };
}
