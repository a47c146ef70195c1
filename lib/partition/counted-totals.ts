/** What the totals of queues must say, counted from the interactions; for `store verify`. */
import { InteractionState, type StateRecord } from '../interaction/state-record.js';
import { decodeTotals } from '../queue/totals.js';
import { readU32 } from '../store/keys.js';
import { isTenantKey, tenantKey } from './ledger/tenant-totals.js';

type Counts = [waiting: number, processing: number];

export class CountedTotals {
  /** By queue. */
  readonly #queues = new Map<number, Counts>();
  /** Of tenants other than 1, by the keys of their totals. */
  readonly #tenants = new Map<string, Counts>();
  #interactions = 0;

  /** All that were counted. */
  get interactions(): number {
    return this.#interactions;
  }

  /** Counts an interaction. */
  count({ queue, tenantId, state }: StateRecord): void {
    this.#interactions++;
    addTo(this.#queues, queue, state);
    const key = tenantKey(queue, tenantId);
    if (key !== undefined) addTo(this.#tenants, key, state);
  }

  /** Looks at a row of totals, once all interactions are counted; returns what is wrong with it. */
  compare(key: string, value: Uint8Array): string | undefined {
    const counted = isTenantKey(key)
      ? takeFrom(this.#tenants, key)
      : takeFrom(this.#queues, readU32(key, 0));
    const { waiting, processing } = decodeTotals(value);
    if (waiting === counted[0] && processing === counted[1]) return undefined;
    const said = `${waiting} waiting, ${processing} processing`;
    return `totals say ${said}; there are ${counted.join(', ')}`;
  }

  /** Queues that have interactions but have no totals; to be called after all rows. */
  missing(): string[] {
    const queues = [...this.#queues.keys()];
    const tenants = [...this.#tenants.keys()].map((key) => readU32(key, 4));
    return [
      ...queues.map((queue) => `queue number ${queue} holds interactions but has no totals`),
      ...tenants.map((queue) => `queue number ${queue} has no totals of one of its tenants`),
    ];
  }
}

function addTo<Key>(all: Map<Key, Counts>, key: Key, state: InteractionState): void {
  const counts = all.get(key) ?? [0, 0];
  counts[state === InteractionState.queued ? 0 : 1] += 1;
  all.set(key, counts);
}

function takeFrom<Key>(all: Map<Key, Counts>, key: Key): Counts {
  const counts = all.get(key) ?? [0, 0];
  all.delete(key);
  return counts;
}
