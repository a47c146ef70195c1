/**
 * Which queues a configuration adds to those of the store, and moves. None is ever removed by it.
 */
import type { QueueEntry } from '../queue/entry.js';
import type { BusinessProcessDeclaration, ConfigurationFault } from '../config/configuration.js';
import { layOut, type Layout, type Placements, type WantedQueue } from '../objects/placement.js';

export interface QueuePlan extends Layout {
  /**
   * Declarations that the store cannot follow, each as a line with its remedy; they change nothing.
   */
  readonly conflicts: readonly string[];
}

/**
 * Compares declarations with the store; new queues get the numbers after the highest ever given. A
 * queue that is there moves if the declaration names another place, and stays if it names none.
 */
export function planQueues(
  stored: readonly QueueEntry[],
  declared: readonly BusinessProcessDeclaration[],
  placements: Placements,
  highest = 0,
): QueuePlan {
  const wanted = new Map<string, WantedQueue>(stored.map((queue) => [queue.name, asItIs(queue)]));
  const conflicts = placeFaults(declared, placements).map(
    ({ subject, what, remedy }) => `${subject}: ${what}; ${remedy}`,
  );
  for (const { name: businessProcess, queues } of declared) {
    for (const { name, partition, placement } of queues) {
      const present = wanted.get(name);
      const isPlaced = partition !== undefined || placement !== undefined;
      if (present !== undefined && !isPlaced) continue;
      const process = present?.businessProcess ?? businessProcess;
      wanted.set(name, { name, businessProcess: process, partition, placement });
    }
  }
  const usable = conflicts.length === 0 ? [...wanted.values()] : stored.map(unmoved);
  return { ...layOut(placements, stored, usable, highest), conflicts };
}

/** A place that the store does not have, and who wants it: `queue NAME` or `placement NAME`. */
export interface PlaceFault extends ConfigurationFault {
  readonly subject: string;
}

/** Places of a configuration that a store of so many partitions does not have. */
export function placeFaults(
  declared: readonly BusinessProcessDeclaration[],
  placements: Placements,
): PlaceFault[] {
  const faults: PlaceFault[] = placements.missing().map(({ name, partition }) => ({
    path: `placements.${name}`,
    subject: `placement ${name}`,
    what: `there is no partition ${partition}`,
    remedy: placements.range,
  }));
  for (const [process, { queues }] of declared.entries()) {
    for (const [index, { name, partition, placement }] of queues.entries()) {
      const fault = {
        path: `businessProcesses.${process}.queues.${index}`,
        subject: `queue ${name}`,
      };
      if (partition !== undefined && partition >= placements.partitions) {
        const what = `there is no partition ${partition}`;
        faults.push({ ...fault, what, remedy: placements.range });
      } else if (placement !== undefined && placements.of(placement) === undefined) {
        const what = `there is no placement ${placement}`;
        faults.push({ ...fault, what, remedy: `name one of ${placements.names.join(', ')}` });
      }
    }
  }
  return faults;
}

const unmoved = (queue: QueueEntry): WantedQueue => ({
  ...asItIs(queue),
  partition: queue.partition,
});

/** Where its placement, if it has one, may be another set of partitions now. */
const asItIs = ({ name, businessProcess, partition, placement }: QueueEntry): WantedQueue =>
  placement === undefined
    ? { name, businessProcess, partition }
    : { name, businessProcess, placement };
