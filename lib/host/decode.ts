/** From a frame to what a partition understands. */
import { IxionError } from '../errors.js';
import { keysOfKeyValues } from '../interaction/attached-data.js';
import { limits } from '../limits.js';
import { isTextOf } from '../pack/text.js';
import type { Operation, PullAttributes } from '../partition/request.js';
import { decodeBody, type Attributes } from '../protocol/body.js';
import { digestOf } from '../protocol/digest.js';
import { routeKeyOf, type FrameHeader } from '../protocol/frame.js';
import { RouteKind, type MessageDefinition } from '../protocol/message.js';
import { partitionRequests } from '../protocol/partition-requests.js';
import { messageByName } from '../protocol/registry.js';

/** The view through which known interactions are pulled. */
const systemView = '_system_';

/** A message that a partition serves. */
interface Served {
  readonly kind: Operation['kind'];
  readonly definition: MessageDefinition;
  /** The attribute that says the same as a route by queue. */
  readonly queueAttribute: string;
}

/** By message number; undefined: a partition does not serve it. */
const served: (Served | undefined)[] = [];
for (const { number, name, operation } of partitionRequests) {
  const definition = messageByName(name);
  const byQueue = definition.routes.find(({ kind }) => kind === 'queue');
  while (served.length <= number) served.push(undefined);
  served[number] = { kind: operation, definition, queueAttribute: byQueue?.attribute ?? 'Queue' };
}

/**
 * Decodes the body and checks that the route key says the same.
 * @throws {IxionError} what `decodeBody` throws, UnknownMessage, RouteMismatch
 */
export function decodeOperation(frame: Uint8Array, header: FrameHeader): Operation {
  const message = served[header.message];
  if (message === undefined) {
    throw new IxionError('UnknownMessage', `a partition does not serve message ${header.message}`);
  }
  const { kind, definition, queueAttribute } = message;
  const decoded = decodeBody(definition, frame, header.bodyStart, header.bodyEnd);
  const attributes = kind === 'pull' ? withInteractionId(decoded) : decoded;
  checkRoute(frame, header, attributes, queueAttribute);
  // The kind and the attributes are of one row, from which the type of the operation is made, too.
  return { kind, attributes } as unknown as Operation;
}

/** The digest of a decoded request; 0 where no RequestKey asks for it. */
export function digestOfRequest(
  frame: Uint8Array,
  header: FrameHeader,
  { attributes }: Operation,
): number {
  if (attributes.RequestKey === undefined) return 0;
  return digestOf(frame, header, attributes.RetryAgeMs !== undefined);
}

function withInteractionId(decoded: Attributes): Attributes {
  if (decoded.ViewId !== systemView) return decoded;
  const { PullParameters } = decoded as { PullParameters?: Uint8Array };
  const ids = PullParameters === undefined ? [] : keysOfKeyValues(PullParameters);
  const [id] = ids;
  if (id === undefined || ids.length > 1) {
    throw new IxionError('WrongAttributeType', 'PullParameters must have one identifier as key');
  }
  if (id === '' || id.length > limits.interactionIdBytes) {
    const what = `the key of PullParameters has not 1 to ${limits.interactionIdBytes} bytes`;
    throw new IxionError('InvalidInteractionId', what);
  }
  return { ...decoded, InteractionId: id } satisfies Attributes & Partial<PullAttributes>;
}

function checkRoute(
  frame: Uint8Array,
  header: FrameHeader,
  attributes: Attributes,
  queueAttribute: string,
): void {
  const { routeKind, routeKeyStart, routeKeyEnd } = header;
  const name = routeKind === RouteKind.id ? 'InteractionId' : queueAttribute;
  const value = attributes[name];
  if (typeof value === 'string' && isTextOf(frame, routeKeyStart, routeKeyEnd, value)) return;
  const key = routeKeyOf(frame, header);
  throw new IxionError('RouteMismatch', `the route key is "${key}", ${name} is something else`);
}
