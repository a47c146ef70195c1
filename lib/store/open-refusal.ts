/** Why a partition cannot be opened, in words. */
import { constants } from 'node:os';

/** Why a partition was not opened; an operating error, not a thrown one. */
export interface OpenRefusal {
  readonly problem:
    | 'missing'
    | 'exists'
    | 'newer'
    | 'older'
    | 'damaged'
    | 'foreign'
    | 'unusable'
    | 'denied'
    | 'full';
  readonly detail: string;
  readonly remedy: string;
}

/** What to do. */
export const remedies = {
  unusable: 'See to it that the directory exists and belongs to the user of the server.',
  denied: 'Use the user that the store belongs to, on a file system that can be written.',
  damaged: 'Restore the store from a backup.',
  full: 'Free space there.',
};

/** There is no partition. */
export const missing = (directory: string): OpenRefusal => ({
  problem: 'missing',
  detail: `There is no partition in ${directory}, or the making of it was cut short.`,
  remedy: 'Check the path; start with --init to make a new store.',
});

/** One is to be made where there is one. */
export const exists = (directory: string): OpenRefusal => ({
  problem: 'exists',
  detail: `There is a partition in ${directory} already.`,
  remedy: 'Start without --init to use it.',
});

/** Its format is one of a later version. */
export const newer = (directory: string, found: number, known: number): OpenRefusal => ({
  problem: 'newer',
  detail: `The partition in ${directory} has data format ${found}; this program knows ${known}.`,
  remedy: 'Use the program version that wrote it, or a later one. Nothing was changed.',
});

/** Its format is one that has no way to the present. */
export const older = (directory: string, found: number): OpenRefusal => ({
  problem: 'older',
  detail: `The partition in ${directory} has data format ${found}, which cannot be upgraded.`,
  remedy: 'Export it with the program version that wrote it, and import that. Nothing was changed.',
});

/** Its format row cannot be read. */
export const damaged = (directory: string): OpenRefusal =>
  damagedFile(`The format row of the partition in ${directory} cannot be read.`);

/** A file is not as it was written; `detail` names it. */
export const damagedFile = (detail: string): OpenRefusal => ({
  problem: 'damaged',
  detail,
  remedy: remedies.damaged,
});

/** It is another partition, or one of another store or timeline. */
export const foreign = (directory: string, found: string, wanted: string): OpenRefusal => ({
  problem: 'foreign',
  detail: `${directory} holds ${found}, where ixion.json wants ${wanted}.`,
  remedy: 'Put back the files that belong together, or restore the store from a backup.',
});

/** Its disk is full. */
export const full = (directory: string): OpenRefusal => ({
  problem: 'full',
  detail: `The disk of ${directory} is full.`,
  remedy: remedies.full,
});

/**
 * Whether LMDB could not open its files for want of room; it gives the number of
 * the system's error.
 */
export const isFullDisk = (error: unknown): boolean => {
  const { ENOSPC, EDQUOT } = constants.errno;
  const { code } = error as { code?: unknown };
  return code === ENOSPC || code === EDQUOT;
};
