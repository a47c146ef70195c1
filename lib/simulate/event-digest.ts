/** What a server told of a day, in one number for each partition, so that two runs compare. */
import { createHash } from 'node:crypto';
import type { Client, ReportingEvent, ServerEvent } from '../client/index.js';

/** The events of one partition. */
export interface EventDigest {
  readonly partition: number;
  readonly events: number;
  /** Of all of them in their order, each as a line; hexadecimal. */
  readonly sha256: string;
}

/** Events that are not there any more cannot be counted in. */
export class EventsGoneError extends Error {
  override name = 'EventsGoneError';
}

type Told = ReportingEvent | ServerEvent;

/**
 * Reads all events that a server has kept.
 * @param line an event as a text without a line end; all that is equal must read the same
 * @throws {EventsGoneError} when the server no longer has all of them
 */
export async function digestEvents(
  client: Client,
  partitions: number,
  line: (event: Readonly<Record<string, unknown>>) => string,
): Promise<EventDigest[]> {
  const sums = Array.from({ length: partitions }, () => ({
    events: 0,
    hash: createHash('sha256'),
  }));
  const stream = client.events({ fromStart: true, untilNow: true, serverEvents: true });
  for await (const event of stream) {
    if (event.event === 'EventGap') throw new EventsGoneError(gapText(event));
    // The number of the subscription is of this reading, not of the event.
    const { SubscriptionId: _, ...told } = event as Told & { readonly SubscriptionId?: number };
    const sum = sums[event.Partition]!;
    sum.events++;
    sum.hash.update(`${line(told)}\n`);
  }
  return sums.map(({ events, hash }, partition) => ({
    partition,
    events,
    sha256: hash.digest('hex'),
  }));
}

const gapText = (gap: {
  readonly Partition: number;
  readonly FromSequence: number;
  readonly ToSequence: number;
}): string =>
  `events ${gap.FromSequence} to ${gap.ToSequence} of partition ${gap.Partition} are no longer kept`;
