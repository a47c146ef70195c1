/** What a server refuses of an import: one record, or all of them. */
import { errorTable, IxionError } from '../errors.js';

/** Why, and what to do. */
export const describeRefusal = ({ errorName, message }: IxionError): string =>
  `${message.replace(/\.$/, '')}. ${errorTable[errorName].remedy}`;

/** Whether an error is about one record; any other stands in the way of all. */
export const isOfRecord = (error: unknown): error is IxionError =>
  error instanceof IxionError && !error.retryable && !ofAll.has(error.errorName);
const ofAll: ReadonlySet<string> = new Set([
  'NotPermitted',
  'NotRegistered',
  'WrongClientType',
  'UnknownMessage',
  'ClientClosed',
  'Aborted',
]);
