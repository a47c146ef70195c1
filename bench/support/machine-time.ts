/** Processor time of all that runs on this machine. */
import { readFileSync } from 'node:fs';

export const ticksPerSecond = 100;

/**
 * Seconds that all processors of the machine were busy so far, what its host took from it included:
 * what is not the bench's own in it is somebody else's, and disturbs. Zero where there is no /proc.
 */
export function machineSeconds(): number {
  try {
    const [first = ''] = readFileSync('/proc/stat', 'latin1').split('\n');
    // user, nice, system, idle, waiting, interrupts (two), stolen
    const ticks = first.trim().split(/\s+/).slice(1, 9).map(Number);
    return (
      ticks.reduce((sum, each, at) => (at === 3 || at === 4 ? sum : sum + each), 0) / ticksPerSecond
    );
  } catch {
    return 0;
  }
}
