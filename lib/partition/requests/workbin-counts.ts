/** How much is in workbins here, by their rows alone. */
import { stateNow } from '../../interaction/body.js';
import type { Workbin } from '../../interaction/state-sections.js';
import type { WorkbinName } from '../../interaction/workbin-news.js';
import { limits } from '../../limits.js';
import { Table } from '../../store/contract.js';
import { prefixEnd } from '../../store/keys.js';
import { privateQueueOf, workbinTypeOf } from '../../text/index.js';
import { readWorkbinKey, workbinPrefix, workbinsRange } from '../rows/workbin-key.js';
import type { RequestCore } from './core.js';

/** What is in a workbin here. */
export interface WorkbinCount {
  readonly workbin: WorkbinName;
  /** At most `limits.workbinCounted` are counted. */
  readonly interactions: number;
  /** When the first of them came there; undefined: there is none. */
  readonly oldestMs: number | undefined;
  /** By what it is in the order of all workbins. */
  readonly key: string;
}

/** Workbins with something in them, from where on. */
export interface WorkbinsListing {
  /** Of this type; undefined: of all. */
  readonly type: string | undefined;
  /** Behind this key; undefined: from the first on. */
  readonly after: string | undefined;
  readonly count: number;
  /** Absent: of all tenants. */
  readonly tenants: readonly number[] | undefined;
}

export interface WorkbinsPart {
  readonly workbins: readonly WorkbinCount[];
  /** `after` of the next part; undefined: there is nothing more here. */
  readonly next: string | undefined;
}

const rowsPerRead = 256;

/** Of workbins by their names, in the order of the list. */
export const workbinCounts = (
  core: RequestCore,
  workbins: readonly WorkbinName[],
  tenants: readonly number[] | undefined,
): WorkbinCount[] =>
  workbins.map((workbin) => {
    const number = core.queues.find(privateQueueOf(workbin.type))?.number;
    if (number === undefined) return { workbin, interactions: 0, oldestMs: undefined, key: '' };
    return countOf(core, { ...workbin, type: number }, tenants);
  });

/** Those that have something in them, in the order of their keys, a bounded number. */
export function workbinsHere(
  core: RequestCore,
  { type, after, count, tenants }: WorkbinsListing,
): WorkbinsPart {
  const { store, queues } = core;
  const number = type === undefined ? undefined : queues.find(privateQueueOf(type))?.number;
  if (type !== undefined && number === undefined) return { workbins: [], next: undefined };
  const range = workbinsRange(number);
  let from = after === undefined ? range.from : (prefixEnd(after) ?? range.to);
  const workbins: WorkbinCount[] = [];
  let [next, counted] = [after, 0];
  for (;;) {
    if (workbins.length >= count || counted >= limits.workbinCounted) return { workbins, next };
    const [row] = store.range(Table.party, { from, to: range.to, limit: 1 });
    if (row === undefined) return { workbins, next: undefined };
    const found = countOf(core, readWorkbinKey(row[0]).workbin, tenants);
    if (found.interactions > 0) workbins.push(found);
    counted += Math.max(1, found.interactions);
    next = found.key;
    from = prefixEnd(found.key)!;
  }
}

function countOf(
  { store, queues }: RequestCore,
  workbin: Workbin,
  tenants: readonly number[] | undefined,
): WorkbinCount {
  const key = workbinPrefix(workbin);
  const to = prefixEnd(key);
  let [from, interactions, seen] = [key, 0, 0];
  let oldestMs: number | undefined;
  for (let read = rowsPerRead; read === rowsPerRead && seen < limits.workbinCounted;) {
    const rows = store.range(Table.party, { from, to, limit: rowsPerRead });
    read = rows.length;
    seen += read;
    for (const [one] of rows) {
      from = `${one}\0`;
      const { atMs, id } = readWorkbinKey(one);
      if (tenants !== undefined && !tenants.includes(tenantOf(store, id))) continue;
      interactions++;
      oldestMs ??= atMs;
    }
  }
  const type = workbinTypeOf(queues.nameOf(workbin.type));
  return { workbin: { ...workbin, type }, interactions, oldestMs, key };
}

const tenantOf = (store: RequestCore['store'], id: string): number =>
  stateNow(store.get(Table.interaction, id)!, store.get(Table.state, id)).tenantId;
