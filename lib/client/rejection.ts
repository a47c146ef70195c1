/**
 * What a call rejects with: an error of its own, with the name of its request and the stack of
 * whoever awaits it. What comes from a socket has no stack of a caller, and to keep one for each
 * call would cost every call for the sake of the few that fail. But V8 knows who awaits a promise:
 * it tells when the error is made in an async function that goes on after an `await` and whose
 * promise the call has become.
 */
import { IxionError } from '../errors.js';

/** The same error for one request, made here and now. */
export function ownError(error: IxionError, request: string | undefined): IxionError {
  const { errorName, message, retryAfterMs, retryable, cause, position, remedy } = error;
  const name = error.request ?? request;
  const options = { retryAfterMs, retryable, cause, position, remedy, request: name };
  return new IxionError(errorName, message, options);
}

/**
 * A promise that rejects with the error, its stack that of whoever awaits what it is resolved into.
 * @throws {IxionError} the error, of its own
 */
export async function rejection(error: IxionError, request: string): Promise<never> {
  // The first goes by before the promise of the call follows this one, the second after.
  await undefined;
  await undefined;
  throw ownError(error, request);
}
