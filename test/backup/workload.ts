/**
 * Load for backups: workloads that submit, move between partitions and stop, each one operation
 * after the other, and know for every interaction what has been acknowledged and what has been
 * sent.
 */
import type { Client } from '../../lib/client/index.js';

/** An interaction after so many of its operations: where it is; undefined: it is not. */
type Place = string | undefined;

/** One interaction of a workload: the places it had, by the number of operations done. */
class Journey {
  readonly id: string;
  /** Begins with "not there yet". */
  readonly places: Place[] = [undefined];
  acknowledged = 0;

  constructor(id: string) {
    this.id = id;
  }
}

/** How far each interaction was at one moment. */
export interface Progress {
  readonly acknowledged: ReadonlyMap<string, number>;
}

const queues = ['load.0', 'load.1', 'load.2', 'load.3'] as const;
/** Queues of the load, one in each of four partitions. */
export const loadProcess = {
  name: 'load',
  queues: queues.map((name, partition) => ({ name, partition })),
};

/** All workloads of a test. */
export class Workloads {
  readonly #journeys: Journey[] = [];
  readonly #prefix: string;
  #stopped = false;

  constructor(prefix: string) {
    this.#prefix = prefix;
  }

  /** Number of operations acknowledged. */
  get acknowledged(): number {
    return this.#journeys.reduce((sum, { acknowledged }) => sum + acknowledged, 0);
  }

  /** Runs so many workloads until `stop`. */
  async run(client: Client, count: number): Promise<void> {
    await Promise.all(
      Array.from({ length: count }, (_, workload) => this.#workload(client, workload)),
    );
  }

  stop(): void {
    this.#stopped = true;
  }

  /** What every client knows now. */
  progress(): Progress {
    return {
      acknowledged: new Map(this.#journeys.map(({ id, acknowledged }) => [id, acknowledged])),
    };
  }

  /** What must not have happened yet at this moment: it was not even sent. */
  sent(): ReadonlyMap<string, number> {
    return new Map(this.#journeys.map(({ id, places }) => [id, places.length - 1]));
  }

  /** How a store differs from every state it may be in; empty: it does not. */
  async differences(
    client: Client,
    before: Progress,
    sentAfter: ReadonlyMap<string, number>,
  ): Promise<string[]> {
    const found = await Promise.all(
      this.#journeys.map(async ({ id, places }) => {
        const least = before.acknowledged.get(id) ?? 0;
        const most = sentAfter.get(id) ?? 0;
        const allowed = places.slice(least, most + 1);
        const place = await placeOf(client, id);
        return allowed.includes(place)
          ? undefined
          : `${id} is ${place ?? 'nowhere'}, not ${allowed.join(' or ')} (${least} to ${most})`;
      }),
    );
    return found.filter((one) => one !== undefined);
  }

  async #workload(client: Client, workload: number): Promise<void> {
    for (let turn = 0; !this.#stopped; turn += 1) {
      const journey = new Journey(`${this.#prefix}.${workload}.${turn}`);
      this.#journeys.push(journey);
      const { id } = journey;
      const first = queues[(workload + turn) % 4]!;
      await this.#step(journey, first, () =>
        client.submit({
          interactionId: id,
          queue: first,
          mediaType: 'email',
          interactionType: 'Inbound',
          userData: { workload, turn, text: 'x'.repeat(200) },
        }),
      );
      for (let move = 1; move <= turn % 4; move += 1) {
        const queue = queues[(workload + turn + move) % 4]!;
        await this.#step(journey, queue, () => client.placeInQueue(id, queue));
      }
      if (turn % 3 > 0) await this.#step(journey, undefined, () => client.stop(id));
    }
  }

  async #step(journey: Journey, place: Place, request: () => Promise<unknown>): Promise<void> {
    if (this.#stopped) return;
    journey.places.push(place);
    await request();
    journey.acknowledged = journey.places.length - 1;
  }
}

async function placeOf(client: Client, id: string): Promise<Place> {
  const found = await client.getProperties(id).catch((error: { errorName?: string }) => {
    if (error.errorName === 'UnknownInteraction') return undefined;
    throw error;
  });
  return found?.Queue;
}
