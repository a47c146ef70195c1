/** Who did what and why, as events tell it. */
import { ActorType, type Cause } from '../../interaction/event.js';
import { holderNameOf } from './holders.js';
import { changeAttributesOf, type Request, type SessionInfo } from '../request.js';

const actorTypes = {
  MediaServer: ActorType.mediaServer,
  AgentApplication: ActorType.agent,
  RoutingEngine: ActorType.strategy,
  ReportingEngine: ActorType.server,
} as const;

/** Actor type of a client. */
const actorTypeOf = (session: SessionInfo): ActorType => actorTypes[session.clientType];

/** Who asked and why, for the events of what the desk asks for a client. */
export const causeOfSession = (
  session: SessionInfo,
  why: Pick<Cause, 'reasonSystemName' | 'reasonDescription' | 'extension'>,
): Cause => ({
  actorType: actorTypeOf(session),
  actorId: holderNameOf(session),
  reasonSystemName: why.reasonSystemName,
  reasonDescription: why.reasonDescription,
  extension: why.extension,
});

/** The server itself, with the name of a reason. */
export const causeOfServer = (reasonSystemName: string): Cause => ({
  actorType: ActorType.server,
  actorId: '',
  reasonSystemName,
});

/** Who asked and why, for the events of a request. */
export function causeOf(request: Request): Cause {
  const attributes = changeAttributesOf(request);
  return {
    actorType: actorTypeOf(request.session),
    actorId: holderNameOf(request.session),
    reasonSystemName: attributes.ReasonSystemName,
    reasonDescription: attributes.ReasonDescription,
    extension: attributes.Extension,
  };
}

/** The server itself, acting by a timer. */
export const serverCause: Cause = { actorType: ActorType.server, actorId: '' };
