/** Which queues a configuration adds to those of the store, and moves. None is ever removed by it. */
import type { BusinessProcessDeclaration } from '../config/configuration.js';
import { layOut, type Layout, type Placements, type WantedQueue } from '../objects/placement.js';
import type { QueueObject } from './messages.js';

export interface QueuePlan extends Layout {
  /** Declarations that the store cannot follow, each as a line with its remedy; they change nothing. */
  readonly conflicts: readonly string[];
}

/**
 * Compares declarations with the store; new queues get the numbers after the highest ever given. A
 * queue that is there moves if the declaration names another place, and stays if it names none.
 */
export function planQueues(
  stored: readonly QueueObject[],
  declared: readonly BusinessProcessDeclaration[],
  placements: Placements,
  highest = 0,
): QueuePlan {
  const wanted = new Map<string, WantedQueue>(stored.map((queue) => [queue.name, asItIs(queue)]));
  const conflicts = placements.faults();
  for (const { name: businessProcess, queues } of declared) {
    for (const queue of queues) {
      const { name, partition, placement } = queue;
      if (partition !== undefined && partition >= placements.partitions) {
        const what = `there is no partition ${partition}; ${placements.range}`;
        conflicts.push(`queue ${name}: ${what}`);
      } else if (placement !== undefined && placements.of(placement) === undefined) {
        const what = `there is no placement ${placement}; name one of`;
        conflicts.push(`queue ${name}: ${what} ${placements.names.join(', ')}`);
      } else {
        const present = wanted.get(name);
        const isPlaced = partition !== undefined || placement !== undefined;
        if (present !== undefined && !isPlaced) continue;
        const process = present?.businessProcess ?? businessProcess;
        wanted.set(name, { name, businessProcess: process, partition, placement });
      }
    }
  }
  const usable = conflicts.length === 0 ? [...wanted.values()] : stored.map(unmoved);
  return { ...layOut(placements, stored, usable, highest), conflicts };
}

const unmoved = (queue: QueueObject): WantedQueue => ({
  ...asItIs(queue),
  partition: queue.partition,
});

/** Where its placement, if it has one, may be another set of partitions now. */
const asItIs = ({ name, businessProcess, partition, placement }: QueueObject): WantedQueue =>
  placement === undefined
    ? { name, businessProcess, partition }
    : { name, businessProcess, placement };
