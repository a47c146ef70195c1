/**
 * A server in memory with just the semantics that a simulated day relies on: queues in order, one
 * owner, media servers may stop what others hold, error 43 for what is gone, totals that last.
 * A request is executed after one random delay and answered after another, so that answers of
 * different clients cross each other.
 */
import type { CallOptions, Interaction, QueueTotals, Submission } from '../../lib/client/index.js';
import { type Random, seededRandom } from '../../lib/clock.js';
import { IxionError } from '../../lib/errors.js';
import type { DayClient } from '../../lib/simulate/contact.js';
import type { Fleet } from '../../lib/simulate/fleet.js';

interface Held {
  readonly id: string;
  queue: string;
  owner: string | undefined;
}

type Totals = { -readonly [K in keyof QueueTotals]: QueueTotals[K] } & {
  stopped: Record<string, number>;
};

export class FakeServer {
  readonly interactions = new Map<string, Held>();
  readonly submissions: Submission[] = [];
  /** Requests as "client verb", in the order of their execution. */
  readonly log: string[] = [];
  readonly #queues = new Map<string, { totals: Totals; ids: Set<string> }>();
  readonly #random: Random;
  readonly #prompt: boolean;
  #nextId = 1;

  /** `prompt`: answers take no time. */
  constructor(queues: readonly string[], seed = 1, prompt = false) {
    this.#prompt = prompt;
    this.#random = seededRandom(seed);
    for (const queue of queues) {
      const totals = { queue, partition: 0, submitted: 0, entered: 0, left: 0 };
      this.#queues.set(queue, {
        totals: { ...totals, waiting: 0, processing: 0, stopped: {}, abandoned: 0 },
        ids: new Set(),
      });
    }
  }

  /** Opens the clients of a day. */
  openFleet = (agentNames: readonly string[]): Promise<Fleet> =>
    Promise.resolve({
      media: this.client('media', true),
      router: this.client('router'),
      agents: new Map(agentNames.map((name) => [name, this.client(name)])),
      close: () => Promise.resolve(),
    });

  client(name: string, mayStopAll = false): DayClient {
    const call = async <T>(verb: string, execute: () => T): Promise<T> => {
      await this.#delay();
      this.log.push(`${name} ${verb}`);
      const outcome = await Promise.resolve()
        .then(execute)
        .then(
          (value) => () => value,
          (error: unknown) => () => {
            throw error;
          },
        );
      await this.#delay();
      return outcome();
    };
    return {
      submit: (submission) => call('submit', () => this.submit(submission)),
      placeInQueue: (id, queue) => call('place', () => this.#place(id, queue)),
      pull: ({ queue }) => call('pull', () => this.#pull(queue, name)),
      pullById: (id) => call('pullById', () => this.#take(this.#known(id), name)),
      stop: (id, options) => call('stop', () => this.#stop(id, name, mayStopAll, options)),
      queueStatistics: (queues) =>
        call('statistics', () =>
          (queues ?? [...this.#queues.keys()]).map((queue) => this.totals(queue)),
        ),
      close: () => Promise.resolve(),
    };
  }

  totals(queue: string): QueueTotals {
    const found = this.#queue(queue);
    const own = [...this.interactions.values()].filter((held) => held.queue === queue);
    const waiting = own.filter(({ owner }) => owner === undefined).length;
    const stopped = { ...found.totals.stopped };
    return { ...found.totals, stopped, waiting, processing: own.length - waiting };
  }

  submit({ queue, ...rest }: Submission): { interactionId: string; duplicate: boolean } {
    const into = this.#queue(queue);
    const id = `I${String(this.#nextId++).padStart(6, '0')}`;
    into.totals.submitted++;
    into.ids.add(id);
    this.submissions.push({ queue, ...rest });
    this.interactions.set(id, { id, queue, owner: undefined });
    return { interactionId: id, duplicate: false };
  }

  #place(id: string, queue: string): void {
    const held = this.#known(id);
    const target = this.#queue(queue);
    const source = this.#queue(held.queue);
    source.ids.delete(id);
    source.totals.left++;
    target.totals.entered++;
    target.ids.add(id);
    held.queue = queue;
    held.owner = undefined;
  }

  #pull(queue: string, client: string): Interaction[] {
    for (const id of this.#queue(queue).ids) {
      const held = this.interactions.get(id);
      if (held !== undefined && held.owner === undefined) return [this.#take(held, client)];
    }
    return [];
  }

  #take(held: Held, client: string): Interaction {
    if (held.owner !== undefined) throw new IxionError('HeldByAnother');
    held.owner = client;
    return { InteractionId: held.id, InteractionState: 3, Queue: held.queue } as Interaction;
  }

  #stop(id: string, client: string, mayStopAll: boolean, options: CallOptions | undefined): void {
    const held = this.#known(id);
    if (!mayStopAll && held.owner !== client) throw new IxionError('HeldByAnother');
    const { totals, ids } = this.#queue(held.queue);
    const reason = options?.reason?.systemName ?? 'Normal';
    totals.stopped[reason] = (totals.stopped[reason] ?? 0) + 1;
    ids.delete(id);
    this.interactions.delete(id);
  }

  #known(id: string): Held {
    const held = this.interactions.get(id);
    if (held === undefined) throw new IxionError('UnknownInteraction');
    return held;
  }

  #queue(name: string): { totals: Totals; ids: Set<string> } {
    const queue = this.#queues.get(name);
    if (queue === undefined) throw new IxionError('UnknownQueue', name);
    return queue;
  }

  async #delay(): Promise<void> {
    if (this.#prompt) return;
    const draw = this.#random.fraction();
    if (draw < 0.1) await new Promise((resolve) => setTimeout(resolve, 1));
    else if (draw < 0.5) await new Promise((resolve) => setImmediate(resolve));
  }
}
