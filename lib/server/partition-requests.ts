/** From a frame to what a partition understands. */
import { IxionError } from '../errors.js';
import { unpackKeyValues } from '../interaction/attached-data.js';
import type { Operation, PullAttributes } from '../partition/request.js';
import { decodeBody, type Attributes } from '../protocol/body.js';
import { routeKeyOf, type FrameHeader } from '../protocol/frame.js';
import { RouteKind, type MessageDefinition } from '../protocol/message.js';
import { messageByName, requestByNumber, type RequestName } from '../protocol/registry.js';

/** The view through which known interactions are pulled (domain 4.6). */
const systemView = '_system_';

const kinds = new Map<number, Operation['kind']>(
  (
    [
      ['RequestSubmit', 'submit'],
      ['RequestImportInteraction', 'submit'],
      ['RequestStopProcessing', 'stop'],
      ['RequestChangeProperties', 'change'],
      ['RequestPlaceInQueue', 'place'],
      ['RequestPull', 'pull'],
      ['RequestGetInteractionProperties', 'get'],
      ['RequestHold', 'hold'],
      ['RequestResume', 'resume'],
    ] satisfies [RequestName, Operation['kind']][]
  ).map(([name, kind]) => [messageByName(name).number, kind]),
);

/**
 * Decodes the body and checks that the route key says the same.
 * @throws {IxionError} what `decodeBody` throws, UnknownMessage, RouteMismatch
 */
export function decodeOperation(frame: Uint8Array, header: FrameHeader): Operation {
  const definition = requestByNumber(header.message);
  const kind = kinds.get(header.message);
  if (definition === undefined || kind === undefined) {
    throw new IxionError('UnknownMessage', `a partition does not serve message ${header.message}`);
  }
  const decoded = decodeBody(definition, frame, header.bodyStart, header.bodyEnd);
  const attributes = kind === 'pull' ? withInteractionId(decoded) : decoded;
  checkRoute(definition, frame, header, attributes);
  // The message table and the types of a partition's requests name the same attributes.
  return { kind, attributes } as unknown as Operation;
}

function withInteractionId(decoded: Attributes): Attributes {
  if (decoded.ViewId !== systemView) return decoded;
  const { PullParameters } = decoded as { PullParameters?: Uint8Array };
  const ids = PullParameters === undefined ? [] : Object.keys(unpackKeyValues(PullParameters));
  const [id] = ids;
  if (id === undefined || ids.length > 1) {
    throw new IxionError('WrongAttributeType', 'PullParameters must have one identifier as key');
  }
  return { ...decoded, InteractionId: id } satisfies Attributes & Partial<PullAttributes>;
}

function checkRoute(
  definition: MessageDefinition,
  frame: Uint8Array,
  header: FrameHeader,
  attributes: Attributes,
): void {
  const key = routeKeyOf(frame, header);
  const name = header.routeKind === RouteKind.id ? 'InteractionId' : queueAttributeOf(definition);
  if (attributes[name] === key) return;
  throw new IxionError('RouteMismatch', `the route key is "${key}", ${name} is something else`);
}

const queueAttributeOf = ({ routes }: MessageDefinition): string =>
  routes.find(({ kind }) => kind === 'queue')?.attribute ?? 'Queue';
