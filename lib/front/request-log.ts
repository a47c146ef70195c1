/** The log of every request, at level debug. */
import type { FrameHeader } from '../protocol/frame.js';
import type { MessageDefinition } from '../protocol/message.js';
import type { LogFilters } from '../security/log-filter.js';
import type { Log } from '../log.js';

/** Writes a line about a request, whose bytes are valid until it returns. */
export type RequestLogger = (
  request: MessageDefinition,
  header: FrameHeader,
  bytes: Uint8Array,
) => void;

/** What logs requests; undefined without filters: nothing does. Loaded only when it is wanted. */
export async function requestLogger(
  logger: Log,
  filters: LogFilters | undefined,
): Promise<RequestLogger | undefined> {
  if (filters === undefined) return undefined;
  const { describeRequest } = await import('../security/request-log.js');
  return (request, header, bytes) =>
    logger.debug(describeRequest(request, header, bytes, filters), 'request');
}
