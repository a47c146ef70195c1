/**
 * The worker threads of a server, spawned before it is even loaded: they load their part meanwhile.
 */
import { availableParallelism } from 'node:os';
import { type SpawnedThread, dismissal, spawnThread } from '../actor/spawn.js';

/** As many as the default partitions can use; a server that wants more spawns them itself. */
const threadsMax = 4;

export class EarlyThreads {
  readonly module: URL;
  readonly #waiting: SpawnedThread[];
  /** Those that nobody needs, told to end. */
  readonly #dismissed: SpawnedThread[] = [];

  /** @param module calls `hostThread` with the behaviour of a partition */
  constructor(module: URL, count = Math.min(availableParallelism() - 1, threadsMax)) {
    this.module = module;
    this.#waiting = Array.from({ length: Math.max(1, count) }, (_, index) =>
      spawnThread(module, partitionThreadName(index)),
    );
  }

  /** The next one, if one is left. */
  take(): SpawnedThread | undefined {
    return this.#waiting.shift();
  }

  /** Those that are left end by themselves; resolves when all have that were ever left. */
  async dismiss(): Promise<void> {
    const left = this.#waiting.splice(0);
    for (const { worker } of left) worker.postMessage(dismissal);
    this.#dismissed.push(...left);
    await Promise.all(this.#dismissed.map(({ ended }) => ended));
  }
}

/** @param index of the thread among those of partitions */
export const partitionThreadName = (index: number): string => `partitions-${index + 1}`;
