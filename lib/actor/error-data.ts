/** Errors as data: structured clone keeps neither `code` nor the class. */
import { IxionError, type ErrorName } from '../errors.js';
import type { ErrorReport } from './types.js';

/**
 * An IxionError on its way to another thread, where it gets another stack: formatting one is slow.
 */
export interface IxionErrorData {
  readonly errorName: ErrorName;
  readonly message: string;
  readonly retryAfterMs: number | undefined;
}

/** Any error on its way to another thread. */
export interface ErrorData extends ErrorReport {
  /** Set for an IxionError, which arrives as one. */
  readonly ixion: IxionErrorData | undefined;
}

export function toIxionErrorData(error: IxionError): IxionErrorData {
  const { errorName, message, retryAfterMs } = error;
  return { errorName, message, retryAfterMs };
}

export function fromIxionErrorData(data: IxionErrorData): IxionError {
  return new IxionError(data.errorName, data.message, { retryAfterMs: data.retryAfterMs });
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
  const ixion = thrown instanceof IxionError ? toIxionErrorData(thrown) : undefined;
  return { ...toErrorReport(thrown), ixion };
}

/** An error of the same class (IxionError or Error), name, message, stack and code. */
export function fromErrorData(data: ErrorData): Error {
  const error = data.ixion === undefined ? new Error(data.message) : fromIxionErrorData(data.ixion);
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
