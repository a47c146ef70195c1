/** Why a server does not start, as an error that says what to do. */
import type { OpenRefusal } from './store/open-refusal.js';

/**
 * `configuration`: what was asked for does not fit. `data`: the store is damaged, or of another
 * version. `locked`: another process has it. `address`: cannot listen there. `full`: its disk is
 * full, and may have room again later. `commit`: the disk did not say whether a change was kept.
 * `internal`: a part of the server cannot be kept running. `denied`: this user may not, or nobody,
 * as on a file system that is read only.
 */
export type RefusalKind =
  | 'configuration'
  | 'data'
  | 'locked'
  | 'address'
  | 'full'
  | 'commit'
  | 'internal'
  | 'denied';

/** Thrown by `startServer` before anything was changed, unless it says otherwise. */
export class StartRefused extends Error {
  override name = 'StartRefused';
  readonly kind: RefusalKind;

  /** @param message what is wrong and what to do, one line */
  constructor(kind: RefusalKind, message: string, options?: ErrorOptions) {
    super(message, options);
    this.kind = kind;
  }
}

/** What the system reports of a disk without room. */
const fullCodes = new Set(['ENOSPC', 'EDQUOT']);

/** Whether an error of the system means that a disk, or a quota of it, is full. */
export const isDiskFull = (error: unknown): boolean =>
  fullCodes.has(String((error as NodeJS.ErrnoException | undefined)?.code));

/** What the system reports of what it does not allow. */
const deniedCodes = new Set(['EACCES', 'EPERM', 'EROFS']);

/** Whether an error of the system means that it does not allow something. */
export const isDenied = (error: unknown): boolean =>
  deniedCodes.has(String((error as NodeJS.ErrnoException | undefined)?.code));

/** The refusal of a start, or a command, whose disk has no room. */
export const diskIsFull = (directory: string, options?: ErrorOptions): StartRefused =>
  new StartRefused('full', `the disk of ${directory} is full. Free space there.`, options);

/**
 * What the system said of a directory or file, as a refusal: of kind `full` where the disk is,
 * `denied` where it does not allow it, else of the kind given. A refusal stays what it is.
 * @param what what could not be done, as "PATH cannot be used"
 */
export function refusalOf(
  error: unknown,
  kind: RefusalKind,
  directory: string,
  what: string,
): StartRefused {
  if (error instanceof StartRefused) return error;
  if (isDiskFull(error)) return diskIsFull(directory, { cause: error });
  const told = isDenied(error) ? 'denied' : kind;
  return new StartRefused(told, `${what}: ${(error as Error).message}`, { cause: error });
}

/** Why a partition was not opened, as a refusal of the command. */
export const refusalOfStore = ({ problem, detail, remedy }: OpenRefusal): StartRefused => {
  const kind = problem === 'full' || problem === 'denied' ? problem : 'data';
  return new StartRefused(kind, `${detail} ${remedy}`);
};
