/** What becomes of a request whose execution threw. */
import { AssertionError } from '../assert.js';
import { internalDetail, IxionError } from '../errors.js';
import { StorageError } from '../store/contract.js';
import { answerOfError, type PartitionOutput } from './output.js';
import { Refusal, type Answer, type Request } from './request.js';
import type { Turn } from './turn.js';

/** The answer to a request that an exception ended before it changed anything. */
export const answerOfException: Answer & { kind: 'error' } = {
  kind: 'error',
  error: 'Internal',
  detail: internalDetail,
};

/**
 * Answers a request that ended by `error`. An exception before its first change is the affair of
 * that request alone. After it the state in memory is half of this and half of that, and nothing
 * may go on; the same holds for whatever says that the state or the disk is not what it should be.
 * @throws the error, or an AssertionError in place of a refusal that came too late
 */
export function refuseRequest(
  turn: Turn,
  request: Request,
  error: unknown,
  hasChanged: boolean,
  output: PartitionOutput,
): void {
  const isRefusal = error instanceof Refusal || error instanceof IxionError;
  if (hasChanged && isRefusal) {
    throw new AssertionError(`a request was refused after a change: ${error.message}`);
  }
  if (error instanceof Refusal) return turn.reply(request, error.answer);
  if (error instanceof IxionError) return turn.reply(request, answerOfError(error));
  if (hasChanged || !isOfOneRequest(error)) throw error;
  turn.reply(request, answerOfException);
  output.failed(request, error);
}

/** To an actor that asks what is not there now. */
export const rebuilding = (): IxionError =>
  new IxionError('Unavailable', 'its partition is being rebuilt');

/**
 * What an actor has asked for, or its refusal as the error of the ask.
 * @throws what else `work` throws, and a refusal that came too late
 */
export function answerOrError<Asked>(turn: Turn, work: () => Asked): Asked | IxionError {
  const { mark } = turn;
  try {
    return work();
  } catch (error) {
    if (turn.mark !== mark) throw error;
    if (error instanceof IxionError) return error;
    if (!(error instanceof Refusal)) throw error;
    const { error: name, detail, retryAfterMs } = error.answer;
    return new IxionError(name, detail, retryAfterMs === undefined ? {} : { retryAfterMs });
  }
}

/** Whether an exception says nothing against the rest of the state. */
export const isOfOneRequest = (error: unknown): error is Error =>
  error instanceof Error && !(error instanceof AssertionError) && !(error instanceof StorageError);
