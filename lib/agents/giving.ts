/** A slot for what a supervisor gives an agent, whatever its capacity. */
import { isSlot, refusalTexts, SlotUse, type Agent } from '../desk/index.js';
import { IxionError } from '../errors.js';
import { catchUp } from './early-outcomes.js';
import type { DeskParts } from './parts.js';
import type { Work } from './work.js';

/**
 * Takes a slot, until `given` or `Invitations.drop`.
 * @throws {IxionError} AgentNotAvailable, InteractionOffered
 */
export function giving(
  { desk, invitations }: DeskParts,
  agent: Agent,
  medium: string,
  interactionId: string,
  partition: number,
): Work {
  const { agentId } = agent;
  const hasClient = agent.clientsFor(medium).length > 0;
  const slot = hasClient
    ? (desk.take(agentId, medium, interactionId, SlotUse.offered) ?? 'unknown')
    : 'noClient';
  if (!isSlot(slot)) {
    const detail = `agent "${agentId}" ${refusalTexts[slot]} (${medium})`;
    throw new IxionError('AgentNotAvailable', detail);
  }
  const base = { interactionId, agentId, slot, partition, clients: [], from: undefined };
  const work: Work = { ...base, ticket: 0, isAsked: true };
  if (invitations.keep(work)) return work;
  desk.release(slot);
  const detail = `${interactionId} is offered to agent "${agentId}", or in its hands`;
  throw new IxionError('InteractionOffered', detail);
}

/**
 * It is in the agent's hands; who has logged out meanwhile keeps nothing. False: not any more.
 */
export function given({ desk, invitations }: DeskParts, work: Work): boolean {
  if (!invitations.keeps(work)) return false;
  work.isAsked = false;
  const slot = work.slot!;
  desk.becomes(slot, SlotUse.inHand);
  catchUp(invitations, work);
  if (!invitations.keeps(work)) return true;
  const reason = desk.whyNotKept(work.agentId, slot.medium.name);
  if (reason !== undefined) invitations.takeSlot(slot, reason);
  return true;
}
