/** What a server is started with: the program, and the flags of Node. */
import { fileURLToPath } from 'node:url';

/** What users start, as Node's first argument; made by the build from `lib/start/launch.ts`. */
export const launcher = fileURLToPath(new URL('../../start/ixion.cjs', import.meta.url));

/**
 * What Node is started with for a server. The heaps of its threads are small and are collected
 * forty times a second; helper threads of the collector take more from actors and LMDB on a
 * machine with few processors than they give, and whoever waits for one that is not running waits
 * for milliseconds. `package.json`, the first line of `launch.ts`, the unit and the container
 * file say the same.
 */
export const serverNodeFlags = ['--single-threaded-gc'] as const;
