/** "Did you mean" for a queue that there is not, from the queues that there are. */
import { type Client, IxionError } from '../client/index.js';
import { suggestion } from '../text/index.js';

/** The error, with the nearest name in its remedy if it is of an unknown queue and there is one. */
export async function withNearestQueue(client: Client, error: unknown): Promise<unknown> {
  if (!(error instanceof IxionError) || error.errorName !== 'UnknownQueue') return error;
  const given = /no queue (?:is called )?"(.*)"/.exec(error.message)?.[1];
  if (given === undefined) return error;
  // That it cannot be told is not news beside the error itself.
  const queues = await client.queueStatistics().catch(() => []);
  const near = suggestion(
    given,
    queues.map(({ queue }) => queue),
  );
  if (near === undefined) return error;
  const remedy = `Did you mean ${JSON.stringify(near)}? ${error.remedy}`;
  return new IxionError('UnknownQueue', error.message, { cause: error, remedy });
}
