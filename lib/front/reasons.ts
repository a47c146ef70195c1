/** Why the front refuses a frame, in words. */
import type { ErrorName } from '../errors.js';
import type { Session } from '../net/session.js';
import type { FrameHeader } from '../protocol/frame.js';
import { RouteKind, type MessageDefinition } from '../protocol/message.js';
import { requestByNumber } from '../protocol/registry.js';

type Reason = readonly [name: ErrorName, detail: string];

/** The key of some requests may be a view; everything else that goes by a queue names the queue. */
export const namesView = ({ message }: FrameHeader): boolean =>
  requestByNumber(message)!.routes.some(({ attribute }) => attribute === 'ViewId');

export const unknownName = (key: string): Reason => ['UnknownQueue', `no queue "${key}"`];

/** The route of a frame is none of those that its message may have. */
export function wrongRoute(
  { name, routes }: MessageDefinition,
  { routeKind }: FrameHeader,
): Reason {
  const allowed = routes.map(({ kind }) => `${RouteKind[kind]} (${kind})`).join(' or ');
  return ['RouteMismatch', `${name} takes route kind ${allowed}, not ${routeKind}`];
}

/** Without an application it is the client type that does not fit, as it always was. */
export const notPermitted = (
  { application, identity }: Session,
  { name }: MessageDefinition,
): Reason =>
  application === undefined
    ? ['WrongClientType', `a ${identity.clientType} may not send this request`]
    : ['NotPermitted', `the role ${application.role} may not send ${name}`];
