/** What changed objects mean for the list of queues that the partitions have. */
import type { Fields } from './field.js';
import { kinds } from './kinds.js';
import { fieldsOf, type Model } from './model.js';
import { layOut, type Placements, type QueueMove, type WantedQueue } from './placement.js';
import { privateQueueOf } from '../text/index.js';
import type { QueueEntry, QueueEntries, WorkbinOwnerKind } from '../queue/entry.js';

export interface QueueChange {
  readonly queues: readonly QueueEntry[];
  readonly highest: number;
  /** Queues that are no longer there. */
  readonly removed: readonly QueueEntry[];
  /** Queues that go to another partition; their interactions follow. */
  readonly moved: readonly QueueMove[];
}

/** The list of queues of a model; undefined when it is the one there is. */
export function planQueueChange(
  model: Model,
  placed: QueueEntries,
  placements: Placements,
): QueueChange | undefined {
  const objects = model.get('queue')!;
  const ordinary = placed.queues.filter(({ kind }) => kind === undefined);
  const known = new Set(ordinary.map(({ name }) => name));
  const stay = ordinary.filter(({ name }) => objects.has(name));
  const names = [
    ...stay.map(({ name }) => name),
    ...[...objects.keys()].filter((name) => !known.has(name)),
  ];
  const wanted = names.map((name) => wantedOf(name, objects.get(name)!));
  const laidOut = layOut(placements, stay, wanted, placed.highest);
  const { moved } = laidOut;
  const bins = privateQueues(model, placed.queues, laidOut.highest);
  const kept = new Set(bins.queues.map(({ number }) => number));
  const removed = placed.queues.filter(({ name, kind, number }) =>
    kind === undefined ? !objects.has(name) : !kept.has(number),
  );
  if (!laidOut.isChanged && !bins.isChanged && removed.length === 0) return undefined;
  const queues = [...laidOut.queues, ...bins.queues];
  return { queues, highest: bins.highest, removed, moved };
}

/**
 * The queues under workbins: one for each type, of the business process of its queue. With owners
 * of another kind it is another queue, since what is in the workbins is kept by their owners.
 */
function privateQueues(
  model: Model,
  placed: readonly QueueEntry[],
  highestBefore: number,
): { readonly queues: QueueEntry[]; readonly highest: number; readonly isChanged: boolean } {
  const known = new Map(placed.map((queue) => [queue.name, queue]));
  let highest = placed.reduce((most, { number }) => Math.max(most, number), highestBefore);
  let isChanged = false;
  const queues = [...model.get('workbinType')!].map(([type, json]): QueueEntry => {
    const name = privateQueueOf(type);
    const fields = fieldsOf(json);
    const owner = fields['owner'] as WorkbinOwnerKind;
    const under = model.get('queue')!.get(fields['queue'] as string);
    const businessProcess = fieldsOf(under ?? '{}')['businessProcess'] as string;
    const present = known.get(name);
    const before = present?.owner === owner ? present : undefined;
    isChanged ||= before?.businessProcess !== businessProcess;
    const number = before?.number ?? (highest += 1);
    return { number, name, businessProcess, partition: 0, kind: 'private', owner };
  });
  return { queues, highest, isChanged };
}

const wantedOf = (name: string, json: string): WantedQueue =>
  ({ ...fieldsOf(json), name }) as unknown as WantedQueue;

/**
 * A model with the queues that were added or placed without it, by the configuration file or the
 * demo, and their business processes.
 * @returns undefined when there are none
 */
export function adoptQueues(
  model: Model,
  { queues }: QueueEntries,
  placements: Placements,
): Model | undefined {
  const processes = new Map(model.get('businessProcess'));
  const adopted = new Map(model.get('queue'));
  const archives = queues.some(({ placement }) => placement === 'archive');
  let isChanged = false;
  for (const queue of queues) {
    const { name, businessProcess, partition, placement, kind } = queue;
    // What is under workbins comes and goes with their types.
    if (kind !== undefined) continue;
    const json = adopted.get(name);
    if (json !== undefined && isPlacedSo(fieldsOf(json), queue)) continue;
    isChanged = true;
    if (!processes.has(businessProcess)) processes.set(businessProcess, '{}');
    const isHome = json === undefined && partition === placements.homeOf(businessProcess, archives);
    const place = placement === undefined ? { partition } : { placement };
    adopted.set(
      name,
      inOrder({
        businessProcess,
        ...(json !== undefined && withoutPlace(fieldsOf(json))),
        ...((placement !== undefined || !isHome) && place),
      }),
    );
  }
  if (!isChanged) return undefined;
  return new Map([...model, ['businessProcess', processes], ['queue', adopted]]);
}

/** Whether an object says nothing else than the list. */
const isPlacedSo = (
  { partition = undefined, placement = undefined }: Fields,
  queue: QueueEntry,
): boolean =>
  placement === queue.placement && (partition === undefined || partition === queue.partition);

function withoutPlace({ partition: _, placement: __, ...fields }: Fields): Fields {
  return fields;
}

/** Fields as JSON in the order of their kind, which is their canonical form. */
function inOrder(fields: Fields): string {
  const names = Object.keys(kinds.queue.fields).filter((name) => fields[name] !== undefined);
  return JSON.stringify(Object.fromEntries(names.map((name) => [name, fields[name]])));
}
