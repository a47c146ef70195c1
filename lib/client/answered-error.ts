/** Errors that the server answers, and which of them the client takes upon itself. */
import type { Random } from '../clock.js';
import { errorNameOf, IxionError, type ErrorName } from '../errors.js';
import type { Attributes } from '../protocol/index.js';
import { backoffMs } from './backoff.js';

/** Answers after which the same request, with the same key, is sent again until its deadline. */
const retried: ReadonlySet<ErrorName> = new Set([
  'Busy',
  'Unavailable',
  'ShuttingDown',
  'UnknownOutcome',
]);

/**
 * Waits before a request is sent again if the server names none: from 10 ms to 1 s, full jitter.
 */
const resendMs = { min: 10, max: 1_000 };

/** The error that an EventError or EventForcedDisconnect stands for. */
export function answeredError(attributes: Attributes): IxionError {
  const { ErrorCode: code, ErrorDescription: description, RetryAfterMs: delay } = attributes;
  const errorName = errorNameOf(Number(code));
  if (errorName === undefined) {
    return new IxionError('Internal', `error ${String(code)}: ${String(description)}`);
  }
  const retryAfterMs = typeof delay === 'number' ? delay : undefined;
  // One that is older than all keys that are known stays so.
  const isForgotten = errorName === 'UnknownOutcome' && retryAfterMs === undefined;
  return new IxionError(errorName, typeof description === 'string' ? description : undefined, {
    retryAfterMs,
    ...(isForgotten && { retryable: false }),
  });
}

/** Whether the client sends the request again by itself. */
export function isRetried(error: IxionError): boolean {
  return error.retryable && retried.has(error.errorName);
}

/**
 * How long to wait before try `attempt` + 1. A delay that the server names is
 * lengthened by up to a half.
 */
export function resendDelayMs(error: IxionError, attempt: number, random: Random): number {
  const named = error.retryAfterMs;
  if (named === undefined) return backoffMs(attempt, resendMs.min, resendMs.max, random);
  return named + backoffMs(0, named / 2, named / 2, random);
}
