/** Interactions of two queues for tests of snapshots, each with another priority. */
import type { Client } from '../../lib/client/index.js';

/** Submits so many in turns to the queues `here` and `there`. @returns their identifiers */
export async function submitted(
  mail: Client,
  externalId: string,
  count: number,
): Promise<string[]> {
  const ids: string[] = [];
  for (let priority = 0; priority < count; priority++) {
    const queue = priority % 2 === 0 ? 'here' : 'there';
    const more = { mediaType: 'email', interactionType: 'Inbound' };
    ids.push((await mail.submit({ queue, externalId, priority, ...more })).interactionId);
  }
  return ids;
}
