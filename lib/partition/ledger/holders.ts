/**
 * Who has an interaction: a client, by its session key, or an agent, by its own key and through
 * whichever clients speak for it.
 */
import { InteractionState, type StateRecord } from '../../interaction/state-record.js';
import { parties, PartyKind, PartyRole } from '../../interaction/state-sections.js';
import type { SessionInfo } from '../request.js';

/** The key by which a client has what it takes. */
export const holderKeyOf = ({ sessionKey, agent }: SessionInfo): string => agent?.key ?? sessionKey;

/** The name of who has it then. */
export const holderNameOf = ({ clientName, agent }: SessionInfo): string => agent?.id ?? clientName;

/** Whether the owner of an interaction is this client, or the agent that it speaks for. */
export const has = ({ sessionKey, agent }: SessionInfo, owner: string): boolean =>
  owner === sessionKey || (agent !== undefined && owner === agent.key);

/**
 * The agent of a client has taken an interaction without an invitation, and takes part in it: its
 * record says so from now on. False: the client speaks for nobody, or nobody has it in hand.
 */
export function addAgent(record: StateRecord, { agent }: SessionInfo, sinceMs: number): boolean {
  if (agent === undefined || record.state !== InteractionState.handled) return false;
  const owner = [agent.id, agent.place];
  const [kind, role] = [PartyKind.agentAtPlace, PartyRole.handling];
  parties.put(record, [...(parties.of(record) ?? []), { kind, owner, role, sinceMs }]);
  return true;
}
