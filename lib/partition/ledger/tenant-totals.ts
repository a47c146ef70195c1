/**
 * Totals by tenant, for clients that do not see all tenants. The totals of a queue count
 * everything; what is not of tenant 1, where everything is unless somebody says otherwise,
 * counts in rows of its own besides. Tenant 1 has the rest, so that a server with one tenant
 * counts nothing twice.
 *
 * The rows are behind those of the queues in table `totals`: their keys begin with a number
 * that no queue has.
 */
import { limits } from '../../limits.js';
import {
  addStops,
  addTotals,
  decodeTotals,
  encodeTotals,
  foldReasons,
  hasChosenReasons,
  noTotals,
  reasonBytesMax,
  totalsBytesMax,
  type Totals,
} from '../../queue/totals.js';
import { Table, type Reader } from '../../store/contract.js';
import { prefixEnd, readU32, u32Key } from '../../store/keys.js';
import { Refusal } from '../request.js';
import type { Turn } from '../turn.js';

/** Where everything is unless somebody says otherwise; it has no totals of its own. */
export const commonTenant = 1;
const prefix = u32Key(0xffff_ffff);

/** The key of a row; undefined for tenant 1, which has none. */
export const tenantKey = (queue: number, tenantId: number): string | undefined =>
  tenantId === commonTenant ? undefined : prefix + u32Key(queue) + u32Key(tenantId);

/** Whether a key of table `totals` is of one of these rows. */
export const isTenantKey = (key: string): boolean => key.startsWith(prefix);

export class TenantTotals {
  readonly #store: Reader;
  /** By queue, then by tenant; undefined: not read yet. */
  #queues: Map<number, Map<number, Totals>> | undefined;
  readonly #touched = new Map<string, Totals>();
  /** Those that were let in or have a row; undefined: not looked for yet. */
  #known: Set<number> | undefined;

  constructor(store: Reader) {
    this.#store = store;
  }

  /**
   * Lets a tenant have work here. A client chooses its number, and each may come to have a
   * row in each queue.
   * @throws {Refusal} TooManyTenants
   */
  admit(tenantId: number): void {
    if (this.has(tenantId)) return;
    const most = limits.tenantsPerPartition;
    if (this.#known!.size >= most) {
      const detail = `tenant ${tenantId} would be one more than ${most} besides tenant 1`;
      throw new Refusal('TooManyTenants', detail);
    }
    this.#known!.add(tenantId);
  }

  /** Whether a tenant has work here, or had. */
  has(tenantId: number): boolean {
    if (tenantId === commonTenant) return true;
    this.#known ??= new Set([...this.#all().values()].flatMap((tenants) => [...tenants.keys()]));
    return this.#known.has(tenantId);
  }

  /** What a tenant other than 1 has in a queue, to be changed; stored at the end of the turn. */
  of(turn: Turn, queue: number, tenantId: number): Totals {
    const key = tenantKey(queue, tenantId)!;
    let totals = this.#touched.get(key);
    if (totals === undefined) {
      totals = this.#get(queue, tenantId);
      this.#touched.set(key, totals);
      turn.totalsBytes += totalsBytesMax(totals) + key.length;
    }
    return totals;
  }

  /** Counts a stop under the name that the queue counts it under. */
  stopped(turn: Turn, queue: number, tenantId: number, name: string): void {
    if (tenantId === commonTenant) return;
    addStops(this.of(turn, queue, tenantId), name, 1);
    turn.totalsBytes += reasonBytesMax(name);
  }

  /** As `foldReasons` of the totals of the queue. */
  foldReasons(queue: number, turnFor: (bytes: number) => Turn): void {
    for (const [tenantId, totals] of this.#all().get(queue) ?? []) {
      if (!hasChosenReasons(totals)) continue;
      foldReasons(this.of(turnFor(totalsBytesMax(totals)), queue, tenantId));
    }
  }

  /** What these tenants have of the totals of a queue. */
  share(queue: number, totals: Totals, tenants: readonly number[]): Totals {
    const others = this.#all().get(queue) ?? new Map<number, Totals>();
    const hasCommon = tenants.includes(commonTenant);
    const share = hasCommon ? addTotals(noTotals(), totals) : noTotals();
    for (const [tenantId, each] of others) {
      if (tenants.includes(tenantId) !== hasCommon) addTotals(share, each, hasCommon ? -1 : 1);
    }
    return share;
  }

  /** Puts what was touched into the turn. `isTold`: it notes that it did. */
  store(turn: Turn, isTold: boolean): void {
    if (this.#touched.size === 0) return;
    for (const [key, totals] of this.#touched) {
      const row = encodeTotals(totals);
      turn.put(Table.totals, key, row);
      if (isTold) turn.noteTotals(key, row);
    }
    this.#touched.clear();
  }

  /** A queue is no longer there. */
  forget(turn: Turn, queue: number): void {
    const tenants = this.#all().get(queue);
    if (tenants === undefined) return;
    for (const tenantId of tenants.keys()) {
      const key = tenantKey(queue, tenantId)!;
      this.#touched.delete(key);
      turn.delete(Table.totals, key);
    }
    this.#all().delete(queue);
  }

  #get(queue: number, tenantId: number): Totals {
    const all = this.#all();
    let tenants = all.get(queue);
    if (tenants === undefined) all.set(queue, (tenants = new Map()));
    let totals = tenants.get(tenantId);
    if (totals === undefined) {
      tenants.set(tenantId, (totals = noTotals()));
      this.#known?.add(tenantId);
    }
    return totals;
  }

  /** All rows, read when the first is wanted. */
  #all(): Map<number, Map<number, Totals>> {
    if (this.#queues !== undefined) return this.#queues;
    this.#queues = new Map();
    for (const [key, value] of this.#store.range(Table.totals, {
      from: prefix,
      to: prefixEnd(prefix),
    })) {
      const queue = readU32(key, 4);
      const tenants = this.#queues.get(queue) ?? new Map<number, Totals>();
      this.#queues.set(queue, tenants.set(readU32(key, 8), decodeTotals(value)));
    }
    return this.#queues;
  }
}
