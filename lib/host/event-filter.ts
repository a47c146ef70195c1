/**
 * What a reader wants of the events of a partition. Readers with equal filters share what is sent.
 */
import type { PackedEventRow } from '../interaction/event-row.js';

export interface EventFilter {
  /** The same for equal filters, and for no others. */
  readonly key: string;
  /** Undefined: all. */
  readonly tenants: ReadonlySet<number> | undefined;
  /** Numbers of events (`EventNumber`); undefined: all. */
  readonly kinds: ReadonlySet<number> | undefined;
}

export function eventFilter(
  tenants: readonly number[] | undefined,
  kinds: readonly number[] | undefined,
): EventFilter {
  const key = `${keyOf(tenants)} ${keyOf(kinds)}`;
  return { key, tenants: setOf(tenants), kinds: setOf(kinds) };
}

/** Whether the row has nothing for this filter, by its head. */
export const isForOthers = ({ tenants, kinds }: EventFilter, row: PackedEventRow): boolean =>
  hasNoneOf(row.tenants, tenants) || hasNoneOf(row.kinds, kinds);

/** Whether an event of a row, by its place in it, is wanted. */
export const isWanted = (
  { tenants, kinds }: EventFilter,
  row: PackedEventRow,
  index: number,
): boolean =>
  (tenants === undefined || tenants.has(row.tenantOf(index))) &&
  (kinds === undefined || kinds.has(row.kindOf(index)));

const keyOf = (numbers: readonly number[] | undefined): string =>
  numbers === undefined ? '*' : [...new Set(numbers)].toSorted((a, b) => a - b).join();

const setOf = (numbers: readonly number[] | undefined): ReadonlySet<number> | undefined =>
  numbers && new Set(numbers);

function hasNoneOf(there: readonly number[], wanted: ReadonlySet<number> | undefined): boolean {
  if (wanted === undefined) return false;
  for (const one of there) if (wanted.has(one)) return false;
  return true;
}
