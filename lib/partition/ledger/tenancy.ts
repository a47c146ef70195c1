/**
 * Who sees which interactions. A client without a list of tenants sees all of them. To any other an
 * interaction of a foreign tenant is unknown, in the same words as one that does not exist.
 */
import { limits } from '../../limits.js';
import { readRecord } from './interactions.js';
import type { Queues } from './queues.js';
import { Refusal, type SessionInfo } from '../request.js';
import type { Turn } from '../turn.js';

export const seesTenant = ({ tenants }: SessionInfo, tenantId: number): boolean =>
  tenants === undefined || tenants.includes(tenantId);

export const unknownInteraction = (id: string): Refusal =>
  new Refusal('UnknownInteraction', `no interaction is called ${id}`);

/** @throws {Refusal} NotPermitted when a client submits for a tenant that is not its own */
export function checkTenant(session: SessionInfo, tenantId: number): void {
  if (seesTenant(session, tenantId)) return;
  throw new Refusal('NotPermitted', `tenant ${tenantId} is none of the client's`);
}

/**
 * The first interactions of a queue that can be pulled and that this client sees, left
 * where they are. Looks past a bounded number of foreign ones: tenants with much work
 * should not share a queue.
 */
export function firstSeen(
  queues: Queues,
  turn: Turn,
  session: SessionInfo,
  queue: number,
  count: number,
): string[] {
  const seen: string[] = [];
  let passed = 0;
  for (const id of queues.waiting(queue)) {
    if (seesTenant(session, readRecord(turn, id)!.tenantId)) {
      if (seen.push(id) === count) break;
    } else if (++passed === limits.foreignInteractionsPassed) break;
  }
  return seen;
}
