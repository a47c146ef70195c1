/** A column of a partition, as conditions read it. */
import type { SearchColumn } from '../../search/index.js';
import { covers } from '../ledger/columns.js';
import type { ColumnRow } from '../rows/column-row.js';

/** It goes by the state of the column, which changes while it is filled. */
export const searchColumnOf = (one: ColumnRow): SearchColumn => ({
  mapped: one,
  covers: (id) => covers(one, id),
});
