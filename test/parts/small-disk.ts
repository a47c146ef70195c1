/** A disk of its own for a test. Needs root. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Test } from 'tap';

/** Mounts a file system of 64 MiB until the test ends; its directory. */
export function smallDisk(t: Test): string {
  const directory = mkdtempSync(join(tmpdir(), 'ixion-disk-'));
  const [image, mounted] = [join(directory, 'image'), join(directory, 'disk')];
  mkdirSync(mounted);
  const run = (command: string, ...more: string[]): unknown => execFileSync(command, more);
  run('truncate', '-s', '64M', image);
  run('mkfs.ext4', '-q', '-F', '-m', '0', image);
  run('mount', '-o', 'loop', image, mounted);
  t.teardown(() => {
    // Whoever still has it open is about to end.
    run('umount', '--lazy', mounted);
    rmSync(directory, { recursive: true });
  });
  return mounted;
}

/** Bytes that may still be written to the disk of a directory. */
export const freeOf = (directory: string): number => {
  const { bavail, bsize } = statfsSync(directory);
  return bavail * bsize;
};
