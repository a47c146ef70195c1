/**
 * The log of requests, at level `debug` only. Attached data go through the log filters;
 * credentials, session keys and every other binary are never shown. Free text that people write is
 * hidden like attached data.
 */
import { unpackKeyValues } from '../interaction/attached-data.js';
import { IxionError } from '../errors.js';
import { decodeBody } from '../protocol/body.js';
import type { FrameHeader } from '../protocol/frame.js';
import type { MessageDefinition } from '../protocol/message.js';
import { filtered, hidden, type LogFilters } from './log-filter.js';

/** Attributes that are shown as they are, if they are neither binary nor a map. */
const neverShown: ReadonlySet<string> = new Set(['Credentials']);
const freeText: ReadonlySet<string> = new Set(['ReasonDescription', 'ExternalId']);

/** What the log is to show of a request. It is decoded, which the server's way of it is not. */
export function describeRequest(
  definition: MessageDefinition,
  header: FrameHeader,
  buffer: Uint8Array,
  filters: LogFilters,
): Record<string, unknown> {
  const { name: request } = definition;
  const { reference, proxyClient } = header;
  const about = { request, reference, proxyClient };
  try {
    const body = decodeBody<Record<string, unknown>>(
      definition,
      buffer,
      header.bodyStart,
      header.bodyEnd,
    );
    return { ...about, attributes: shownBody(definition, body, filters) };
  } catch (error) {
    if (!(error instanceof IxionError)) throw error;
    return { ...about, malformed: error.errorName };
  }
}

function shownBody(
  { attributes }: MessageDefinition,
  body: Readonly<Record<string, unknown>>,
  filters: LogFilters,
): Record<string, unknown> {
  const shown: [string, unknown][] = [];
  for (const [name, value] of Object.entries(body)) {
    if (value === undefined) continue;
    shown.push([name, shownAttribute(name, attributes[name]?.kind, value, filters)]);
  }
  return Object.fromEntries(shown);
}

function shownAttribute(
  name: string,
  kind: string | undefined,
  value: unknown,
  filters: LogFilters,
): unknown {
  if (neverShown.has(name) || kind === 'bytes') return hidden;
  if (kind === 'keyValues') return filtered(unpackKeyValues(value as Uint8Array), filters);
  if (freeText.has(name)) return (filters.byKey.get(name) ?? filters.default)(value) ?? hidden;
  return value;
}
