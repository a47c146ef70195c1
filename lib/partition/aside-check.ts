/** What must be true of what is kept to be restored; a part of the consistency check. */
import { stateOfRow } from '../interaction/body.js';
import { Table, type Reader } from '../store/contract.js';
import { actKey, decodeAside, readActKey } from './rows/aside.js';
import { DeadlineKind, steadyDeadlineKey } from './rows/keys.js';

/** What is wrong with a row of table `aside`: it has an end, and is found by its act. */
export function faultOfAside(store: Reader, key: string, value: Uint8Array): string | undefined {
  const byAct = readActKey(key);
  if (byAct !== undefined) {
    const row = store.get(Table.aside, byAct.id);
    const isSame = row !== undefined && decodeAside(row).operation === byAct.operation;
    return isSame ? undefined : `act ${byAct.operation} has not ended ${byAct.id}`;
  }
  const { operation, untilMs, row } = decodeAside(value);
  stateOfRow(row);
  if (operation > 0 && store.get(Table.aside, actKey(operation, key)) === undefined) {
    return 'it is not found by its act';
  }
  const deadline = store.get(Table.deadline, steadyDeadlineKey(untilMs, DeadlineKind.aside, key));
  return deadline === undefined ? 'it is kept without an end' : undefined;
}
