/**
 * What a reader wants of the events of a partition. Readers with equal filters share what is sent.
 */
import type { PackedEventRow } from '../interaction/event-row.js';
import type { WantedEvents } from '../interaction/object-kinds.js';

/** Numbers of events (`EventNumber`); undefined: all. */
type Kinds = ReadonlySet<number> | undefined;

export interface EventFilter {
  /** The same for equal filters, and for no others. */
  readonly key: string;
  /** What is wanted of each tenant; undefined: of all of them what `kinds` says. */
  readonly tenants: ReadonlyMap<number, Kinds> | undefined;
  /** What is wanted of any of them. */
  readonly kinds: Kinds;
}

/** Of these tenants these kinds; undefined: all. */
export function eventFilter(
  tenants: readonly number[] | undefined,
  kinds: readonly number[] | undefined,
): EventFilter {
  if (tenants !== undefined) return filterOf(tenants.map((tenant) => ({ tenant, kinds })));
  return { key: `* ${keyOf(kinds)}`, tenants: undefined, kinds: setOf(kinds) };
}

/** Of each tenant what is wanted; of one that is named again what is said last. */
export function filterOf(wanted: readonly WantedEvents[]): EventFilter {
  const byTenant = new Map(wanted.map(({ tenant, kinds }) => [tenant, kinds]));
  const sorted = [...byTenant].toSorted(([one], [other]) => one - other);
  const isAll = sorted.some(([, kinds]) => kinds === undefined);
  return {
    key: sorted.map(([tenant, kinds]) => `${tenant}:${keyOf(kinds)}`).join(' '),
    tenants: new Map(sorted.map(([tenant, kinds]) => [tenant, setOf(kinds)])),
    kinds: isAll ? undefined : new Set(sorted.flatMap(([, kinds]) => kinds!)),
  };
}

/** Whether the row has nothing for this filter, by its head. */
export const isForOthers = ({ tenants, kinds }: EventFilter, row: PackedEventRow): boolean =>
  hasNoneOf(row.tenants, tenants) || hasNoneOf(row.kinds, kinds);

/** Whether an event of a row, by its place in it, is wanted. */
export function isWanted(
  { tenants, kinds }: EventFilter,
  row: PackedEventRow,
  index: number,
): boolean {
  if (tenants === undefined) return kinds === undefined || kinds.has(row.kindOf(index));
  const tenant = row.tenantOf(index);
  if (!tenants.has(tenant)) return false;
  const wanted = tenants.get(tenant);
  return wanted === undefined || wanted.has(row.kindOf(index));
}

const keyOf = (numbers: readonly number[] | undefined): string =>
  numbers === undefined ? '*' : [...new Set(numbers)].toSorted((a, b) => a - b).join();

const setOf = (numbers: readonly number[] | undefined): Kinds => numbers && new Set(numbers);

function hasNoneOf(
  there: readonly number[],
  wanted: { has(one: number): boolean } | undefined,
): boolean {
  if (wanted === undefined) return false;
  for (const one of there) if (wanted.has(one)) return false;
  return true;
}
