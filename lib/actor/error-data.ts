/** Errors as data: structured clone keeps neither `code` nor the class. */
import { IxionError, type ErrorName } from '../errors.js';
import type { ErrorReport } from './types.js';

/** An error on its way to another thread. */
export interface ErrorData extends ErrorReport {
  /** Set for an IxionError, which arrives as one. */
  readonly ixion:
    { readonly errorName: ErrorName; readonly retryAfterMs: number | undefined } | undefined;
}

/** Describes whatever was thrown. */
export function toErrorReport(thrown: unknown): ErrorReport {
  if (!(thrown instanceof Error)) {
    return { name: 'Error', message: String(thrown), stack: undefined, code: undefined };
  }
  const { code } = thrown as { code?: unknown };
  return {
    name: thrown.name,
    message: thrown.message,
    stack: thrown.stack,
    code: typeof code === 'number' || typeof code === 'string' ? code : undefined,
  };
}

export function toErrorData(thrown: unknown): ErrorData {
  const ixion =
    thrown instanceof IxionError
      ? { errorName: thrown.errorName, retryAfterMs: thrown.retryAfterMs }
      : undefined;
  return { ...toErrorReport(thrown), ixion };
}

/** An error of the same class (IxionError or Error), name, message, stack and code. */
export function fromErrorData(data: ErrorData): Error {
  const error =
    data.ixion === undefined
      ? new Error(data.message)
      : new IxionError(data.ixion.errorName, data.message, {
          retryAfterMs: data.ixion.retryAfterMs,
        });
  error.name = data.name;
  if (data.stack !== undefined) error.stack = data.stack;
  if (data.ixion === undefined && data.code !== undefined) {
    Object.assign(error, { code: data.code });
  }
  return error;
}

/** Whatever was thrown, as an Error. */
export const toError = (thrown: unknown): Error =>
  thrown instanceof Error ? thrown : new Error(String(thrown));
