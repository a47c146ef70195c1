/** Whether rows of table `object` that a partition only keeps are as they were written. */
import { faultOfLoginRow, faultOfOperationRow, operationKey } from '../agents/login-key.js';
import { faultOfModelRow } from '../objects/row-check.js';

/** What begins a row, and what is wrong with one. */
const kept = [
  { prefix: 'model\0', faultOf: faultOfModelRow },
  { prefix: 'login\0', faultOf: faultOfLoginRow },
  { prefix: operationKey, faultOf: faultOfOperationRow },
] as const;

/**
 * What is wrong with a row that is not of the list of queues; undefined: nothing.
 * @throws an exception for what cannot be decoded
 */
export function faultOfObject(partition: number, key: string, row: Uint8Array): string | undefined {
  const one = kept.find(({ prefix }) => key.startsWith(prefix));
  if (one === undefined) return 'nothing that is known has such a key';
  return partition === 0 ? one.faultOf(key, row) : 'only partition 0 has such rows';
}
