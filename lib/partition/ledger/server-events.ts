/** Events about no interaction that is here; they are in the order of all others. */
import { eventsOf, type Reported } from '../../interaction/agent-event.js';
import { EventNumber, type Cause } from '../../interaction/event.js';
import type { PackedPairs } from '../../pack/pairs.js';
import type { Turn } from '../turn.js';

/** Notes what an actor outside of the partitions has to report, if it has. */
export function tellOfServer(turn: Turn, reported: Reported | undefined): void {
  if (reported !== undefined) turn.events.push(...eventsOf(reported));
}

/** What a client tells of an interaction that is over; it has no version, state and queue. */
export interface Gone {
  readonly id: string;
  /** Of who tells it. */
  readonly tenantId: number;
  readonly cause: Cause;
  readonly details: PackedPairs;
}

export function tellOfGone(
  turn: Turn,
  { id: interactionId, tenantId, cause, details }: Gone,
): void {
  const event = EventNumber.CustomReporting;
  const none = { version: 0, state: 0, queue: '', party: undefined };
  const more = { identity: undefined, carried: undefined };
  turn.events.push({ event, interactionId, tenantId, cause, details, ...none, ...more });
}
