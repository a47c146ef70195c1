/**
 * A whole server in one thread on a virtual clock: the runtime of actors, partitions with their
 * batches, commits, readers of events and backups, and the front with its sessions, all as in the
 * product; threads are played, disks are memory, connections are links in memory, and time passes
 * only by steps. So a day takes seconds, and a run can be had again: the same seed and the same
 * calls give the same run.
 *
 * ```
 * const world = await createWorld({ seed: 1, partitions: 2, queues });
 * const end = world.connect();          // bytes in and out, see MemoryEnd
 * end.on('data', (chunk) => ...);
 * end.write(frames);
 * await world.run(60_000);              // a minute on world.clock
 * await world.stop();
 * await world.exportTo(directory);      // what `ixion store verify` accepts
 * ```
 *
 * Code of clients runs on `world.clock` (timers, and `nextRound` for a round of its own), and in
 * what links call; it may await what ends by itself, but nothing outside of the world.
 */
import { World, type WorldOptions } from './world.js';

export type { FatalEnd } from '../server/fatal.js';
export type { Fault } from '../store/fault.js';
export type { Life } from './life.js';
export { MemoryEnd } from './memory-link.js';
export type { VirtualClock } from './virtual-clock.js';
export { World, type WorldOptions } from './world.js';

/** Makes a world, and resolves when its server serves. */
export async function createWorld(options: WorldOptions): Promise<World> {
  const world = new World(options);
  world.begin();
  await world.untilServing();
  return world;
}
