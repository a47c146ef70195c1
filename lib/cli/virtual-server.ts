/** The server of `ixion simulate --virtual`: a world of its own, and the store that it leaves. */
import type { BusinessProcessDeclaration } from '../config/configuration.js';
import { planData } from '../data/directory.js';
import { systemRandom } from '../clock.js';
import { homeOfProcess } from '../objects/placement.js';
import { StartRefused } from '../refusal.js';
import { createWorld, type World } from '../world/index.js';
import { ExitError } from './command.js';
import { exitCodes } from './exit-codes.js';
import { fileExit, isSystemError } from './file-errors.js';
import { refusalExit } from './refusal-exit.js';

export interface VirtualServerOptions {
  /** The business process. */
  readonly process: string;
  /** Its queues. */
  readonly queues: readonly string[];
  readonly partitions: number;
  readonly seed: number;
  /** Its clock at the beginning, milliseconds since 1970 UTC. */
  readonly startMs: number;
  /** Its configuration objects as YAML, if agents are to log in; absent: none can. */
  readonly objects?: string | undefined;
}

/** Events of a day are read when it is over, however many days it has. */
const eventRetentionDays = 3_650;

export { defaultPartitions } from '../data/directory.js';

/**
 * Its clients are in this process and neither stall nor vanish: it need not look whether they do,
 * which would be all there is to do in most seconds of a day.
 */
const patienceMs = 24 * 3_600_000;
const limits = {
  registrationTimeoutMs: patienceMs,
  frameTimeoutMs: patienceMs,
  readerStallMs: patienceMs,
  sweepMs: patienceMs,
};

/** Resolves when it serves. */
export async function openVirtualServer(options: VirtualServerOptions): Promise<World> {
  const { partitions, seed, startMs, objects } = options;
  const world = await createWorld({
    seed,
    partitions,
    startMs,
    limits,
    queues: [declarationOf(options)],
    options: { 'eventRetention.days': eventRetentionDays },
    withAgents: objects !== undefined,
  });
  if (objects !== undefined) await world.apply(objects);
  return world;
}

/** Every second queue is beside the others, so that contacts are handed from one partition on. */
function declarationOf(options: VirtualServerOptions): BusinessProcessDeclaration {
  const { process: name, queues, partitions } = options;
  const home = homeOfProcess(name, partitions);
  return {
    name,
    queues: queues
      .toSorted()
      .map((queue, index) => ({ name: queue, partition: (home + (index % 2)) % partitions })),
  };
}

/**
 * Looks before the day whether its store can be kept there.
 * @throws {ExitError} when the directory holds something
 */
export function checkKeptData(data: string): void {
  const remedy = 'Give a new or an empty directory.';
  try {
    const plan = planData({
      data,
      creation: 'if-missing',
      partitions: undefined,
      random: systemRandom,
    });
    if (plan.isNew) return;
  } catch (error) {
    if (!(error instanceof StartRefused)) throw error;
    throw refusalExit(error);
  }
  throw new ExitError(exitCodes.data, `--data: ${data} holds a store already.`, { remedy });
}

/**
 * Writes what a server that has stopped had on its disks.
 * @throws {ExitError} when that cannot be; what was begun is not taken for a store
 */
export async function keepStore(server: World, data: string): Promise<void> {
  try {
    await server.exportTo(data);
  } catch (error) {
    if (error instanceof StartRefused) throw refusalExit(error);
    throw isSystemError(error) ? fileExit(error, data, 'written') : error;
  }
}
