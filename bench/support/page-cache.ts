/** What the system keeps of files in memory. */
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';

/** Drops it, so that the next start reads from the disk. False: that is not permitted here. */
export function dropPageCache(): boolean {
  spawnSync('sync');
  try {
    writeFileSync('/proc/sys/vm/drop_caches', '1');
    return true;
  } catch {
    return false;
  }
}
