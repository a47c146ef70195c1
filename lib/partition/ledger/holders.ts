/**
 * Who has an interaction: a client, by its session key, or an agent, by its own key and through
 * whichever clients speak for it.
 */
import { InteractionState, type StateRecord } from '../../interaction/state-record.js';
import { parties, PartyKind, PartyRole, type Party } from '../../interaction/state-sections.js';
import type { SessionInfo } from '../request.js';
import { partyOfAgent } from './parties.js';

/** The key by which a client has what it takes. */
export const holderKeyOf = ({ sessionKey, agent }: SessionInfo): string => agent?.key ?? sessionKey;

/** The name of who has it then. */
export const holderNameOf = ({ clientName, agent }: SessionInfo): string => agent?.id ?? clientName;

/** Whether the owner of an interaction is this client, or the agent that it speaks for. */
export const has = ({ sessionKey, agent }: SessionInfo, owner: string): boolean =>
  owner === sessionKey || (agent !== undefined && owner === agent.key);

/** As which the agent of a client has joined what another one has; undefined: it has not. */
export function joinedAs({ agent }: SessionInfo, record: StateRecord): Party | undefined {
  if (agent === undefined || record.sections.length === 0) return undefined;
  return partyOfAgent(record, agent.id);
}

/** Whether a client has an interaction in hand, with others or alone. */
export const hasInHand = (session: SessionInfo, record: StateRecord): boolean =>
  has(session, record.owner) || joinedAs(session, record)?.role === PartyRole.handling;

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
