/** RequestReserveAgent: for a time, only one router offers something to an agent or at a place. */
import type { Agent, ReserveOutcome } from '../desk/index.js';
import { IxionError } from '../errors.js';
import type { Handler } from './handler.js';
import type { DeskParts } from './parts.js';
import { targetOf } from './target.js';

/** The session of no client. */
const nobody = -1;
const ofAgent = (agentId: string): string => `agent\0${agentId}`;
const ofPlace = (placeId: string): string => `place\0${placeId}`;

export const reserveAgent: Handler<'RequestReserveAgent'> = async (parts, client, body, asker) => {
  const { AgentId, PlaceId, Priority: priority = 0 } = body;
  const { session } = client.info;
  const { reserving } = parts.directory.options;
  const forMs = body.ReservationTimeMs ?? reserving.usualMs;
  // Who is not there cannot be reserved, so that there are never more than agents.
  targetOf(parts, client, body);
  const names = [
    ...(AgentId === undefined ? [] : [ofAgent(AgentId)]),
    ...(PlaceId === undefined ? [] : [ofPlace(PlaceId)]),
  ];
  if (forMs === 0) cancel(parts, names, session);
  else checkOutcome(await outcomeOf(parts, { names, client: session, priority, forMs }));
  if (!client.isGone) parts.frames.ack(session, asker, { ReservationTimeMs: forMs });
};

function outcomeOf(
  { reservations, clock, directory }: DeskParts,
  order: Omit<Parameters<DeskParts['reservations']['request']>[0], 'decided'>,
): Promise<ReserveOutcome> {
  const { gatherMs, renews } = directory.options.reserving;
  return new Promise((decided) => {
    const nowMs = clock.monotonicMs();
    reservations.request({ ...order, decided }, { nowMs, gatherMs, renews });
    if (gatherMs === 0) return;
    // A timer may be a little early.
    const decide = (): void => {
      reservations.decide(Math.max(clock.monotonicMs(), nowMs + gatherMs));
    };
    clock.setTimer(gatherMs, decide);
  });
}

/** @throws {IxionError} AgentNotReserved */
function cancel(
  { reservations, clock }: DeskParts,
  names: readonly string[],
  client: number,
): void {
  if (!reservations.cancel(names, client, clock.monotonicMs())) {
    throw new IxionError('AgentNotReserved');
  }
}

/** @throws {IxionError} AgentReserved, ShuttingDown */
function checkOutcome(outcome: ReserveOutcome): void {
  if (outcome === 'granted') return;
  if (outcome === 'over') throw new IxionError('ShuttingDown');
  const who = outcome === 'again' ? 'this client has' : 'another client has';
  throw new IxionError('AgentReserved', `${who} reserved it`);
}

/** ClientName of the router that has reserved an agent or its place; undefined: none has. */
export function reserver(
  { reservations, clock, nameOf }: DeskParts,
  { agentId, login }: Agent,
): string | undefined {
  if (reservations.size === 0) return undefined;
  const names = [ofAgent(agentId), ofPlace(login?.placeId ?? '')];
  const holder = reservations.holder(names, nobody, clock.monotonicMs());
  return holder === undefined ? undefined : nameOf(holder);
}

/** What is offered by routing keeps to reservations. @throws {IxionError} AgentReserved */
export function checkReserved(
  { reservations, clock }: Pick<DeskParts, 'reservations' | 'clock'>,
  { agentId, login }: Agent,
  client: number,
): void {
  if (reservations.size === 0) return;
  const names = [ofAgent(agentId), ofPlace(login?.placeId ?? '')];
  if (reservations.holder(names, client, clock.monotonicMs()) === undefined) return;
  throw new IxionError('AgentReserved', `another client has reserved agent "${agentId}"`);
}
