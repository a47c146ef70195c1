/** Which queues a configuration adds to those of the store. Queues are never removed by it. */
import type { BusinessProcessDeclaration } from '../config/configuration.js';
import type { QueueObject } from './messages.js';

export interface QueuePlan {
  readonly added: readonly QueueObject[];
  /** Declarations that contradict the store, each as a line with its remedy. */
  readonly conflicts: readonly string[];
}

/** FNV-1a over UTF-8. Part of the placement of new queues: stable over versions. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (const byte of Buffer.from(text)) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  return hash;
}

/**
 * The partition that the queues of a business process share unless they name another, so that a
 * move within the process stays in one partition.
 */
export function homeOfProcess(name: string, partitions: number): number {
  return hashOf(name) % partitions;
}

/** Compares declarations with the store; new queues get the numbers after the highest ever given. */
export function planQueues(
  stored: readonly QueueObject[],
  declared: readonly BusinessProcessDeclaration[],
  partitions: number,
  highest = 0,
): QueuePlan {
  const byName = new Map(stored.map((queue) => [queue.name, queue]));
  let number = stored.reduce((most, queue) => Math.max(most, queue.number), highest);
  const added: QueueObject[] = [];
  const conflicts: string[] = [];
  for (const { name: businessProcess, queues } of declared) {
    for (const { name, partition } of queues) {
      const present = byName.get(name);
      const wanted = partition ?? homeOfProcess(businessProcess, partitions);
      if (wanted >= partitions) {
        const there = `the store has partitions 0 to ${partitions - 1}`;
        conflicts.push(`queue ${name}: there is no partition ${wanted}; ${there}`);
      } else if (present === undefined) {
        number += 1;
        const queue = { number, name, businessProcess, partition: wanted };
        byName.set(name, queue);
        added.push(queue);
      } else if (partition !== undefined && present.partition !== partition) {
        const place = `is in partition ${present.partition} of the store`;
        conflicts.push(`queue ${name} ${place}, not ${partition}; a queue cannot be moved`);
      }
    }
  }
  return { added, conflicts };
}
