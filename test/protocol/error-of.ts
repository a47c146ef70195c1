import { IxionError } from '../../lib/errors.js';
import type { ErrorName } from '../../lib/errors.js';

/** The name of the IxionError that `work` throws, or none. Any other error is thrown on. */
export function errorOf(work: () => unknown): ErrorName | 'none' {
  try {
    work();
    return 'none';
  } catch (error) {
    if (error instanceof IxionError) return error.errorName;
    throw error;
  }
}
