/** What must be true of what is in workbins; a part of `consistency-check.ts`. */
import type { StateRecord } from '../interaction/state-record.js';
import { isSameWorkbin, workbinIn } from '../interaction/workbin.js';
import { Table, type Reader } from '../store/contract.js';
import { readWorkbinKey, workbinKey } from './rows/workbin-key.js';

export { isWorkbinKey } from './rows/workbin-key.js';

/** What is in a workbin is found by its row. */
export function isInItsWorkbin(store: Reader, id: string, record: StateRecord): boolean {
  const inside = workbinIn(record);
  if (inside === undefined) return true;
  const key = workbinKey(inside, record.times.PlacedInQueueAt ?? 0, id);
  return store.get(Table.party, key) !== undefined;
}

/** What is wrong with such a row; undefined: nothing. */
export function faultOfWorkbinKey(
  key: string,
  recordOf: (id: string) => StateRecord | undefined,
): string | undefined {
  const { workbin, atMs, id } = readWorkbinKey(key);
  const record = recordOf(id);
  const inside = record && workbinIn(record);
  if (!isSameWorkbin(inside, workbin)) return `${id} is not in this workbin`;
  const isThen = (record?.times.PlacedInQueueAt ?? 0) === atMs;
  return isThen ? undefined : `${id} is listed in another place`;
}
