/** Which argument of a call is the one that cannot be written into its request. */
import { IxionError } from '../errors.js';
import { isPlainObject } from '../pack/writer.js';
import { limits } from '../limits.js';
import type { Body, MessageDefinition } from '../protocol/index.js';
import { loneSurrogate, utf8Length } from '../text/index.js';

/** Attributes whose argument has another name or place than the others of their message. */
const places: Readonly<Record<string, string>> = {
  RequestKey: 'options.requestKey',
  Extension: 'options.extension',
  ReasonSystemName: 'options.reason.systemName',
  ReasonDescription: 'options.reason.description',
  AddedProperties: 'changes.added',
  ChangedProperties: 'changes.changed',
  DeletedProperties: 'changes.deleted',
  ViewId: 'pull.queue',
  PullParameters: 'id',
  DispositionCode: 'code',
  SubmittedBy: 'options.submittedBy',
};

/** Where the end of a hold comes from; absent: as all others. */
const holdPlaces: Readonly<Record<string, string>> = {
  RequestHold: 'hold.until',
  RequestPlaceInQueue: 'changes.holdUntil',
  RequestTransfer: 'to.holdUntil',
};

/** Where the other attributes of a message come from; absent: they are arguments themselves. */
const objects: Readonly<Record<string, string>> = {
  RequestRegisterClient: 'options.',
  RequestSubmit: 'submission.',
  RequestChangeProperties: 'changes.',
  RequestCustomReporting: 'report.',
  RequestListInteractions: 'list.',
  RequestDeliver: 'to.',
  RequestTransfer: 'to.',
  RequestConference: 'to.',
  RequestIntrude: 'terms.',
  RequestAgentLogin: 'login.',
  RequestReserveAgent: 'reservation.',
  RequestSetOutsideLoad: 'report.',
};

/** Attributes whose argument has another name, in its place. */
const words: Readonly<Record<string, string>> = { MediaTypeName: 'medium' };

function placeOf(message: string, attribute: string): string {
  const place = places[attribute] ?? (attribute === 'HoldUntil' ? holdPlaces[message] : undefined);
  if (place !== undefined) return place;
  if (attribute === 'InteractionId' && message !== 'RequestSubmit') return 'id';
  const name = words[attribute] ?? attribute.charAt(0).toLowerCase() + attribute.slice(1);
  return `${objects[message] ?? ''}${name}`;
}

/** The error that writing a body caused, with the position of the argument. */
export function unwritableError(
  { errorName, message, remedy }: IxionError,
  definition: MessageDefinition,
  body: Body | Uint8Array | undefined,
): IxionError {
  const position = body === undefined ? undefined : unwritableIn(definition, body);
  const detail = position === undefined ? message : `${position}: ${message}`;
  const request = definition.name;
  return new IxionError(errorName, detail, { request, position, remedy });
}

/** The position of the first argument that cannot be written; undefined: each by itself can. */
function unwritableIn(
  { name, routes }: MessageDefinition,
  body: Body | Uint8Array,
): string | undefined {
  if (body instanceof Uint8Array) return undefined;
  for (const [attribute, value] of Object.entries(body)) {
    const place = placeOf(name, attribute);
    const isKey = routes.some((route) => route.attribute === attribute);
    if (isKey && utf8Length(String(value)) > limits.routeKeyBytes) return place;
    const values = Array.isArray(value) ? value.entries() : [[undefined, value] as const];
    for (const [index, each] of values) {
      const found = unwritable(each, index === undefined ? place : `${place}[${index}]`, 1);
      if (found !== undefined) return found;
    }
  }
  return undefined;
}

function unwritable(value: unknown, place: string, level: number): string | undefined {
  switch (typeof value) {
    case 'undefined':
    case 'number':
    case 'boolean':
      return undefined;
    case 'string':
      return loneSurrogate(value) < 0 ? undefined : place;
    case 'bigint':
      return BigInt.asIntN(64, value) === value ? undefined : place;
    case 'object':
      return unwritableObject(value, place, level);
    default:
      return place;
  }
}

function unwritableObject(value: object | null, place: string, level: number): string | undefined {
  if (value instanceof Uint8Array) return undefined;
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? place : undefined;
  if (!isPlainObject(value) || level > limits.attachedDataDepth) return place;
  for (const [key, each] of Object.entries(value as Body)) {
    const found = loneSurrogate(key) < 0 ? unwritable(each, `${place}.${key}`, level + 1) : place;
    if (found !== undefined) return found;
  }
  return undefined;
}
