/**
 * One process at a time has a data directory. Two marks, because neither is enough alone:
 *
 * - an abstract Unix socket named by the directory's device and inode: gone the instant its owner
 *   dies, however it dies, and the same over every path that leads there. Linux only, and not seen
 *   from another network namespace;
 * - `ixion.lock` with process, its start time and the boot: tells who has it, and holds where the
 *   socket cannot. What an owner leaves behind when it dies fits no living process.
 */
import { readdirSync, readFileSync, rmdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { type Server, createServer } from 'node:net';
import { join } from 'node:path';
import { makeDirectorySync } from '../disk/directories.js';
import { privateFile } from '../disk/private.js';
import { refusalOf, StartRefused } from '../refusal.js';

interface Owner {
  readonly pid: number;
  /** Clock ticks between the boot and the start of the process. */
  readonly startTime: string;
  readonly bootId: string;
}

/** Kept from `lockData` until `release`. */
export interface DataLock {
  /**
   * Gives the directory back.
   * @param keeps false: the directories that were made for the lock go too, as
   *   far as they are empty
   */
  release(keeps?: boolean): Promise<void>;
}

/** What the system says where nothing can be written. */
const readOnlyCodes = new Set(['EROFS', 'EACCES', 'EPERM']);

const lockFile = (directory: string): string => join(directory, 'ixion.lock');

function readOr(file: string, otherwise: string): string {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch {
    // Not on Linux, or the process is gone: both mean "no such mark".
    return otherwise;
  }
}

/**
 * Field 22 of /proc/PID/stat; the fields after the name, which may hold anything, start at 3. A
 * process that is dead but whose parent has not asked yet (state Z or X) has closed all its files.
 */
function startTimeOf(pid: number): string | undefined {
  const stat = readOr(`/proc/${pid}/stat`, '');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return stat === '' || fields[0] === 'Z' || fields[0] === 'X' ? undefined : fields[19];
}

function ourselves(): Owner {
  return {
    pid: process.pid,
    startTime: startTimeOf(process.pid) ?? '',
    bootId: readOr('/proc/sys/kernel/random/boot_id', ''),
  };
}

function readOwner(directory: string): Owner | undefined {
  try {
    return JSON.parse(readOr(lockFile(directory), 'null')) as Owner | undefined;
  } catch {
    // Half written by a process that died: no owner.
    return undefined;
  }
}

/** Whether the owner that the file names is alive and another process. */
function isAlive(owner: Owner | undefined): owner is Owner {
  const us = ourselves();
  if (owner === undefined || owner === null) return false;
  if (owner.pid === us.pid || owner.bootId !== us.bootId) return false;
  if (us.startTime !== '') return startTimeOf(owner.pid) === owner.startTime;
  return isProcess(owner.pid);
}

function isProcess(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/**
 * The name of the socket. Filled up to the whole length of an address (108 bytes), because versions
 * of Node differ in whether they pad a shorter one, and two of them must meet in the same name.
 */
function socketName(directory: string): string {
  const { dev, ino } = statSync(directory, { bigint: true });
  return `\0ixion-data-${dev}-${ino}-`.padEnd(108, '-');
}

/** The bound socket; undefined when another has the name. */
function bind(name: string): Promise<Server | undefined> {
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => socket.destroy());
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') resolve(undefined);
      else reject(error);
    });
    server.listen(name, () => {
      server.unref();
      resolve(server);
    });
  });
}

function refuse(directory: string, owner: Owner | undefined): never {
  const who = owner?.pid === undefined ? 'another process' : `process ${owner.pid}`;
  throw new StartRefused(
    'locked',
    `${directory} is in use by ${who}. Stop that one first, or give another --data.`,
  );
}

/**
 * Takes a data directory, making it if it is not there.
 * @param use `reading`: where nothing can be written there, the socket alone must do
 * @throws {StartRefused} of kind `locked`, `full`, or `configuration` when the system denies it
 */
export async function lockData(
  directory: string,
  use: 'reading' | 'writing' = 'writing',
): Promise<DataLock> {
  try {
    return await lock(directory, use);
  } catch (error) {
    throw refusalOf(error, 'configuration', directory, `${directory} cannot be used`);
  }
}

async function lock(directory: string, use: 'reading' | 'writing'): Promise<DataLock> {
  const made = makeDirectorySync(directory);
  const linux = process.platform === 'linux';
  const socket = linux ? await bind(socketName(directory)) : undefined;
  const owner = readOwner(directory);
  if ((linux && socket === undefined) || isAlive(owner)) {
    socket?.close();
    refuse(directory, owner);
  }
  const isNoted = noteOwner(directory, use);
  return {
    async release(keeps = true) {
      if (isNoted) rmSync(lockFile(directory), { force: true });
      if (!keeps) dropEmpty(made);
      if (socket !== undefined) await new Promise((resolve) => socket.close(resolve));
    },
  };
}

/** Writes who has it; false: it cannot be written, and need not. */
function noteOwner(directory: string, use: 'reading' | 'writing'): boolean {
  try {
    const text = `${JSON.stringify(ourselves())}\n`;
    writeFileSync(lockFile(directory), text, { mode: privateFile });
    return true;
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    if (use === 'reading' && readOnlyCodes.has(code)) return false;
    throw error;
  }
}

/** What others have put something into stays. */
function dropEmpty(directories: readonly string[]): void {
  for (const directory of directories.toReversed()) {
    if (readdirSync(directory).length > 0) return;
    rmdirSync(directory);
  }
}
