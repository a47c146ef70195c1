/** What a supervisor does to an interaction that somebody else has, by a request of anybody. */
import type { AgentOutcome } from '../../interaction/invitation.js';
import { InteractionState } from '../../interaction/state-record.js';
import { hasInHand } from '../ledger/holders.js';
import { readRecord } from '../ledger/interactions.js';
import type { Request } from '../request.js';
import type { Turn } from '../turn.js';

const acts: ReadonlySet<string> = new Set(['stop', 'place', 'change', 'hold', 'resume']);

/**
 * The act as the audit log is told of it, if it is done; undefined: it is none, or concerns nobody
 * else. To be asked before it is done.
 */
export function actOnOthers(turn: Turn, { session, operation }: Request): AgentOutcome | undefined {
  const { InteractionId: id, ReasonSystemName, ReasonDescription } = operation.attributes;
  if (id === undefined || !acts.has(operation.kind)) return undefined;
  const record = readRecord(turn, id);
  if (record === undefined || record.state === InteractionState.queued) return undefined;
  if (hasInHand(session, record)) return undefined;
  return {
    what: 'supervised',
    interactionId: id,
    agentId: record.assignedTo,
    number: 0,
    act: operation.kind,
    actorId: session.clientName,
    session: session.number,
    reasonSystemName: ReasonSystemName,
    reasonDescription: ReasonDescription,
  };
}
