/** What is told to reporting clients of a change of a login. */
import type { AgentHappening, LoginRecord, Reason } from '../desk/index.js';
import { MediumState } from '../desk/index.js';
import { AgentEventNumber, type AgentEvent } from '../interaction/agent-event.js';
import { ActorType, type Cause } from '../interaction/event.js';

/** Who wants a change, and what of the request goes into its events. */
export interface Actor {
  /** AgentId, or ClientName of a supervisor; undefined: the server itself. */
  readonly id: string | undefined;
  readonly reason?: Reason | undefined;
  /** A packed map. */
  readonly extension?: Uint8Array | undefined;
}

/** The server itself. */
export const server: Actor = { id: undefined };

/** The events of a change; `login` is the record after it, or the last one. */
export function agentEvents(
  login: LoginRecord,
  happened: readonly AgentHappening[],
  actor: Actor,
  isResumed = false,
): AgentEvent[] {
  return happened.map((happening) => {
    const { kind, medium, isReady, told } = happening;
    const reason = happening.reason ?? actor.reason;
    return {
      event: AgentEventNumber[kind],
      tenantId: login.tenantId,
      cause: causeOf(actor, reason),
      details: {
        AgentId: login.agentId,
        PlaceId: login.placeId,
        TenantId: login.tenantId,
        MediaTypeName: medium,
        IsReady: isReady,
        ...(told !== undefined && { EventContent: contentOf(told) }),
        ...(kind === 'login' && {
          ClientName: login.clientName,
          MediaList: reportedMedia(login),
          Resumed: isResumed ? true : undefined,
        }),
      },
    };
  });
}

/** By the names of the wire; what is not said is left out. */
const contentOf = (told: NonNullable<AgentHappening['told']>): Record<string, string | number> =>
  Object.fromEntries(
    Object.entries(told).flatMap(([key, value]) =>
      value === undefined ? [] : [[key[0]!.toUpperCase() + key.slice(1), value] as const],
    ),
  );

function causeOf({ id, extension }: Actor, reason: Reason | undefined): Cause {
  return {
    actorType: id === undefined ? ActorType.server : ActorType.agent,
    actorId: id ?? '',
    reasonSystemName: reason?.name,
    reasonDescription: reason?.description,
    // Its bytes are a part of a frame, which is not to travel with it.
    extension: extension && Uint8Array.from(extension),
  };
}

/** The same as reports have it: what is not ready after what is in hand is ready until then. */
const reportedMedia = ({ media }: LoginRecord): Record<string, number> =>
  Object.fromEntries(
    media.map(({ name, state }) => [name, state === MediumState.notReady ? 0 : 1]),
  );

/** Media, each with 1 if the agent is ready for it. */
export const mediaList = ({ media }: LoginRecord): Record<string, number> =>
  Object.fromEntries(media.map(({ name, state }) => [name, state === MediumState.ready ? 1 : 0]));
