/** The queues of the server, as every partition knows them. */
import type { ActorRef } from '../actor/index.js';
import type { BusinessProcessDeclaration } from '../config/configuration.js';
import type { PartitionMessage, QueueObject } from './messages.js';
import { planQueues } from './queue-plan.js';

const deadlineMs = 30_000;

type Partitions = readonly ActorRef<PartitionMessage>[];

/**
 * Adds declared queues that are missing. Partition 0 is told last and asked first: what it has, all
 * have, also after a crash in between.
 */
export class QueueDirectory {
  readonly #partitions: Partitions;
  #queues: readonly QueueObject[] = [];

  constructor(partitions: Partitions) {
    this.#partitions = partitions;
  }

  get all(): readonly QueueObject[] {
    return this.#queues;
  }

  /** Reads the queues of the store. */
  async load(): Promise<void> {
    const [first] = this.#partitions;
    this.#queues = (await first?.ask<QueueObject[]>({ type: 'list-queues' }, { deadlineMs })) ?? [];
  }

  /** @returns names of queues that were added, and contradictions to the store, which change nothing */
  async add(
    declared: readonly BusinessProcessDeclaration[],
  ): Promise<{ readonly added: readonly string[]; readonly conflicts: readonly string[] }> {
    const plan = planQueues(this.#queues, declared, this.#partitions.length);
    if (plan.added.length > 0) {
      const message = { type: 'apply-queues', queues: plan.added } as const;
      const [first, ...others] = this.#partitions;
      await Promise.all(others.map((other) => other.ask(message, { deadlineMs })));
      await first?.ask(message, { deadlineMs });
      this.#queues = [...this.#queues, ...plan.added];
    }
    return { added: plan.added.map(({ name }) => name), conflicts: plan.conflicts };
  }
}
