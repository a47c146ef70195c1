/** What changed objects mean for the list of queues that the partitions have. */
import { fieldsOf, type Model } from './model.js';
import type { PlacedQueue, PlacedQueues } from './port.js';

export interface QueueChange {
  readonly queues: readonly PlacedQueue[];
  readonly highest: number;
  /** Queues that are no longer there. */
  readonly removed: readonly PlacedQueue[];
  /** Queues that go to another partition: there they get another number. */
  readonly moved: readonly PlacedQueue[];
}

/** The list of queues of a model; undefined when it is the one there is. */
export function planQueueChange(
  model: Model,
  placed: PlacedQueues,
  homeOf: (businessProcess: string) => number,
): QueueChange | undefined {
  const wanted = model.get('queue')!;
  const moved: PlacedQueue[] = [];
  const known = new Set<string>();
  const queues: PlacedQueue[] = [];
  let isChanged = false;
  let { highest } = placed;
  for (const queue of placed.queues) {
    const json = wanted.get(queue.name);
    known.add(queue.name);
    if (json === undefined) continue;
    const { businessProcess, partition = queue.partition } = queueFields(json);
    if (partition === queue.partition && businessProcess === queue.businessProcess) {
      queues.push(queue);
      continue;
    }
    isChanged = true;
    if (partition === queue.partition) queues.push({ ...queue, businessProcess });
    else {
      moved.push(queue);
      highest += 1;
      queues.push({ number: highest, name: queue.name, businessProcess, partition });
    }
  }
  for (const [name, json] of wanted) {
    if (known.has(name)) continue;
    const { businessProcess, partition = homeOf(businessProcess) } = queueFields(json);
    highest += 1;
    isChanged = true;
    queues.push({ number: highest, name, businessProcess, partition });
  }
  const removed = placed.queues.filter(({ name }) => !wanted.has(name));
  if (!isChanged && removed.length === 0) return undefined;
  return { queues, highest, removed, moved };
}

function queueFields(json: string): { businessProcess: string; partition?: number } {
  return fieldsOf(json) as unknown as { businessProcess: string; partition?: number };
}

/**
 * A model with the queues that were added without it, by the configuration file or the demo, and
 * their business processes.
 * @returns undefined when there are none
 */
export function adoptQueues(
  model: Model,
  { queues }: PlacedQueues,
  homeOf: (businessProcess: string) => number,
): Model | undefined {
  const known = model.get('queue')!;
  const unknown = queues.filter(({ name }) => !known.has(name));
  if (unknown.length === 0) return undefined;
  const processes = new Map(model.get('businessProcess'));
  const adopted = new Map(known);
  for (const { name, businessProcess, partition } of unknown) {
    if (!processes.has(businessProcess)) processes.set(businessProcess, '{}');
    const fields = { businessProcess, ...(partition !== homeOf(businessProcess) && { partition }) };
    adopted.set(name, JSON.stringify(fields));
  }
  return new Map([...model, ['businessProcess', processes], ['queue', adopted]]);
}
