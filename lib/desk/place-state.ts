/**
 * The whole state of an agent at its place at one moment: what lists show, and what is told to
 * whoever begins to watch. The one function that knows all of it; pure.
 */
import type { Agent } from './agent.js';
import { SlotUse } from './capacity.js';
import type { Desk, MediumVector } from './desk.js';
import { MediumState } from './medium-state.js';
import type { LoginRecord, Reason, WrapUpRecord } from './record.js';

/** A medium of an agent, and what it has of it. */
export interface PlaceMedium extends MediumVector {
  /** Why it is not ready; undefined: it is, or nothing was said. */
  readonly reason: Reason | undefined;
  /** Since when it is in its state, milliseconds since 1970 UTC. */
  readonly sinceMs: number;
  readonly inHand: number;
  readonly offered: number;
  readonly inWrapUp: number;
}

/** An interaction that an agent has a slot for. */
export interface PlaceInteraction {
  readonly interactionId: string;
  readonly medium: string;
  readonly use: Exclude<SlotUse, typeof SlotUse.outside>;
}

export interface PlaceState {
  readonly agentId: string;
  readonly placeId: string;
  readonly tenantId: number;
  /** ClientName of who logged it in last. */
  readonly clientName: string;
  /** Milliseconds since 1970 UTC, as all times here. */
  readonly loggedInMs: number;
  /** When its last client was lost; undefined: it has one. */
  readonly lostMs: number | undefined;
  /** Clients that speak for it. */
  readonly connections: number;
  readonly doNotDisturb: boolean;
  readonly reason: Reason | undefined;
  readonly media: readonly PlaceMedium[];
  /** In the order in which it got them. */
  readonly interactions: readonly PlaceInteraction[];
  readonly wrapUps: readonly WrapUpRecord[] | undefined;
  /** What it has outside of this server, by medium; undefined: nothing. */
  readonly outside: Readonly<Record<string, number>> | undefined;
  /** Given above what its capacity allows. */
  readonly exceeded: number;
}

/** Of an agent that is logged in. */
export function placeStateOf(desk: Desk, agent: Agent, login: LoginRecord): PlaceState {
  const { load, clients, slots, exceeded } = agent;
  const outside = load.inUse(SlotUse.outside);
  return {
    agentId: login.agentId,
    placeId: login.placeId,
    tenantId: login.tenantId,
    clientName: login.clientName,
    loggedInMs: login.loggedInMs,
    lostMs: clients.length > 0 ? undefined : login.lostMs,
    connections: clients.length,
    doNotDisturb: login.doNotDisturb,
    reason: login.reason,
    media: desk.vector(agent).map((vector, at) => {
      const { state, reason, sinceMs } = login.media[at]!;
      return {
        ...vector,
        reason: state === MediumState.ready ? undefined : reason,
        sinceMs,
        inHand: load.used(vector.medium, SlotUse.inHand),
        offered: load.used(vector.medium, SlotUse.offered),
        inWrapUp: load.used(vector.medium, SlotUse.wrapUp),
      };
    }),
    interactions: [...slots].flatMap(({ interactionId, medium: { name: medium }, use }) =>
      use === SlotUse.outside ? [] : [{ interactionId, medium, use }],
    ),
    wrapUps: login.wrapUps,
    outside: Object.keys(outside).length === 0 ? undefined : outside,
    exceeded,
  };
}
