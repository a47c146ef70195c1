/** What events say of parties. */
import {
  ActorType,
  interactionEvent,
  type Cause,
  type InteractionEvent,
  type Party,
} from '../../interaction/event.js';
import { InteractionState } from '../../interaction/state-record.js';
import { agentOf } from './parties.js';
import type { Change } from './change.js';

/** The kind of party that has an interaction in this state. */
const partyTypeOf = (state: InteractionState): ActorType =>
  state === InteractionState.routed ? ActorType.strategy : ActorType.agent;

export const partyOf = (state: InteractionState, id: string, operation: number): Party => ({
  type: partyTypeOf(state),
  id,
  operation,
});

/**
 * The same event of each of the others who took part and do no more. What a request says at length
 * is told once, with the event of its own party.
 */
export function othersGone(
  { id, record, cause, transition, operation, others, identity }: Change,
  event: InteractionEvent['event'],
  queue: string,
): InteractionEvent[] {
  const brief: Cause = { ...cause, reasonDescription: undefined, extension: undefined };
  const why = operation === 0 ? transition.party : operation;
  return others.map((party) => {
    const gone = { type: ActorType.agent, id: agentOf(party), operation: why };
    return interactionEvent(event, id, record, queue, brief, gone, undefined, identity);
  });
}
