/**
 * Clients that contend for the interactions of one queue: media servers submit, agents pull and
 * stop or give back, a rival stops what agents have in hand. Whatever the order and the kills:
 * nobody gets what another has, and of all stops of an interaction exactly one is acknowledged.
 */
import type { Client } from '../../lib/client/index.js';
import { seededRandom } from '../../lib/clock.js';
import type { ExpectedQueue } from './expected.js';
import { isUnknown } from './workload.js';

export interface SharedPoolOptions {
  readonly seed: number;
  readonly queue: ExpectedQueue;
  readonly media: Client;
  readonly agents: readonly Client[];
}

const interactionsMax = 40;
const heldPullMs = 100;

export class SharedPool {
  readonly #options: SharedPoolOptions;
  /** Submitted, and no stop of it was acknowledged. */
  readonly #live = new Set<string>();
  /** Who got an interaction and has not begun to give it up. */
  readonly #owners = new Map<string, string>();
  /** Acknowledged stops since the last check, and refused ones. */
  #stops = new Map<string, number>();
  #refused = new Set<string>();
  readonly complaints: string[] = [];
  acknowledged = 0;

  constructor(options: SharedPoolOptions) {
    this.#options = options;
  }

  async work(isPaused: () => boolean): Promise<void> {
    const { agents, seed } = this.#options;
    const goesOn = (): boolean => !isPaused() && this.complaints.length === 0;
    await Promise.all([
      this.#submit(goesOn),
      this.#rival(goesOn, seed),
      ...agents.map((agent, index) => this.#serve(goesOn, agent, seed + 1 + index)),
    ]);
  }

  /**
   * Compares with the server; nothing may be under way. Returns what lives and what was stopped.
   */
  async check(): Promise<{ live: readonly string[]; stopped: readonly string[] }> {
    const { queue, media } = this.#options;
    for (const [id, count] of this.#stops) {
      if (count !== 1) this.complaints.push(`${id}: ${count} stops were acknowledged`);
    }
    for (const id of this.#refused) {
      if (!this.#stops.has(id)) this.complaints.push(`${id} is unknown, but nobody stopped it`);
    }
    for (const id of this.#live) {
      await media.getProperties(id).catch((error: unknown) => {
        this.complaints.push(`${id} is alive, but: ${String(error)}`);
      });
    }
    queue.waiting = this.#live.size;
    const totals = await media.queueStatistics([queue.name]);
    this.complaints.push(...queue.differences(totals[0]));
    const stopped = [...this.#stops.keys()];
    this.#stops = new Map();
    this.#refused = new Set();
    return { live: [...this.#live], stopped };
  }

  async #submit(goesOn: () => boolean): Promise<void> {
    const { media, queue } = this.#options;
    while (goesOn()) {
      if (this.#live.size >= interactionsMax) {
        await new Promise((resolve) => setTimeout(resolve, 5));
        continue;
      }
      await this.#ask('submit', async () => {
        const { interactionId } = await media.submit({
          queue: queue.name,
          mediaType: 'chat',
          interactionType: 'Inbound',
        });
        queue.submitted++;
        // An agent's answer may be faster: then its stop was counted already.
        if (!this.#stops.has(interactionId)) this.#live.add(interactionId);
      });
    }
  }

  async #serve(goesOn: () => boolean, agent: Client, seed: number): Promise<void> {
    const random = seededRandom(seed);
    const { queue } = this.#options;
    while (goesOn()) {
      await this.#ask('pull', async () => {
        const count = 1 + Math.floor(random.fraction() * 3);
        const pulled = await agent.pull({ queue: queue.name, count, waitMs: heldPullMs });
        for (const { InteractionId: id } of pulled) {
          const owner = this.#owners.get(id);
          if (owner !== undefined) {
            this.complaints.push(`${agent.clientName} got ${id}, which ${owner} has`);
          }
          this.#owners.set(id, agent.clientName);
        }
        for (const { InteractionId: id } of pulled) {
          const isGivenBack = random.fraction() < 0.4;
          if (random.fraction() < 0.5) await new Promise((resolve) => setTimeout(resolve, 3));
          this.#owners.delete(id);
          if (isGivenBack) await this.#giveBack(agent, id);
          else await this.#stop(agent, id);
        }
      });
    }
  }

  async #rival(goesOn: () => boolean, seed: number): Promise<void> {
    const random = seededRandom(seed);
    while (goesOn()) {
      await new Promise((resolve) => setTimeout(resolve, 10));
      const ids = [...this.#owners.keys()];
      const id = ids[Math.floor(random.fraction() * ids.length)];
      if (id !== undefined) await this.#ask('stop', () => this.#stop(this.#options.media, id));
    }
  }

  async #stop(client: Client, id: string): Promise<void> {
    const { queue } = this.#options;
    try {
      await client.stop(id);
    } catch (error) {
      if (!isUnknown(error)) throw error;
      this.#refused.add(id);
      return;
    }
    queue.stop('Normal');
    this.#live.delete(id);
    this.#stops.set(id, (this.#stops.get(id) ?? 0) + 1);
  }

  async #giveBack(agent: Client, id: string): Promise<void> {
    const { queue } = this.#options;
    try {
      await agent.placeInQueue(id, queue.name);
    } catch (error) {
      if (!isUnknown(error)) throw error;
      this.#refused.add(id);
      return;
    }
    queue.left++;
    queue.entered++;
  }

  async #ask(what: string, act: () => Promise<void>): Promise<void> {
    try {
      await act();
      this.acknowledged++;
    } catch (error) {
      this.complaints.push(`shared ${what}: ${String(error)}`);
    }
  }
}
