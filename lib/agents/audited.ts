/**
 * What a supervisor does to one agent or interaction, for the audit log: a line each, written when
 * it has ended, with how it did. Never attached data.
 */
import { IxionError } from '../errors.js';
import type { AgentOutcome } from '../interaction/invitation.js';
import type { Audit } from '../security/audit-log.js';
import type { Client } from './client.js';

/** The line, without who did it and how it ended. */
export interface ActEntry {
  /** What was done, as `agent state forced`. */
  readonly event: string;
  readonly [detail: string]: unknown;
}

/** Whether a client may act on the work of others. */
export const supervises = ({ info }: Client): boolean =>
  info.role === 'supervisor' || info.role === 'admin';

const whoIs = ({ info }: Client) => ({
  who: info.clientName,
  role: info.role,
  address: info.address,
});

/**
 * Does it, and notes that.
 * @throws what `act` throws, which is noted, too
 */
export async function audited<Result>(
  audit: Audit,
  client: Client,
  { event, ...details }: ActEntry,
  act: () => Promise<Result>,
): Promise<Result> {
  const note = (result: string): void =>
    audit.note({ event, ...whoIs(client), ...details, result });
  try {
    const result = await act();
    note('done');
    return result;
  } catch (error) {
    note(error instanceof IxionError ? error.errorName : 'Internal');
    throw error;
  }
}

/**
 * Notes what a partition has done for a supervisor to what somebody else had.
 * @param client undefined: the desk does not know it, or it has gone
 */
export function noteSupervised(
  audit: Audit,
  client: Client | undefined,
  { interactionId, agentId, act, actorId, reasonSystemName, reasonDescription }: AgentOutcome,
): void {
  audit.note({
    event: 'interaction supervised',
    ...(client !== undefined && whoIs(client)),
    who: actorId ?? '',
    act,
    interaction: interactionId,
    agent: agentId,
    reason: reasonSystemName,
    description: reasonDescription,
    result: 'done',
  });
}
