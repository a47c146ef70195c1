/** Searches, and what an administrator does to clients: bodies and results. */
import type { Attributes, Body } from '../protocol/index.js';
import { interactionsResult, nonsense } from './results.js';
import type { ConnectedClient, SearchPart, SearchRequest } from './records.js';

export const searchBody = (search: SearchRequest): Body => ({
  Queue: search.queue,
  InteractionState: search.state,
  IsHeld: search.isHeld,
  AssignedTo: search.assignedTo,
  ExternalId: search.externalId,
  ParentId: search.parentId,
  ContactId: search.contactId,
  Condition: search.condition,
  TenantId: search.tenantId,
  Count: search.count,
  After: search.after,
});

/** @throws {IxionError} Internal, as all below */
export function searchPart(answer: Attributes): SearchPart {
  const { Next: next } = answer;
  const interactions = interactionsResult(answer);
  return {
    interactions,
    seen: numberIn(answer, 'Seen'),
    next: typeof next === 'string' ? next : undefined,
  };
}

export function clientPage(answer: Attributes): {
  readonly clients: readonly ConnectedClient[];
  readonly next: number | undefined;
} {
  const { Clients: clients, Next: next } = answer;
  if (!Array.isArray(clients)) throw nonsense('Clients');
  return { clients: clients.map(toClient), next: typeof next === 'number' ? next : undefined };
}

/** A number of an answer. */
export function numberIn(values: Attributes, name: string): number {
  const value = values[name];
  if (typeof value !== 'number') throw nonsense(name);
  return value;
}

function textIn(values: Attributes, name: string): string {
  const value = values[name];
  if (typeof value !== 'string') throw nonsense(name);
  return value;
}

const toClient = (row: Attributes): ConnectedClient => ({
  number: numberIn(row, 'ClientNumber'),
  name: textIn(row, 'ClientName'),
  type: textIn(row, 'ClientType'),
  tenantId: numberIn(row, 'TenantId'),
  role: typeof row['Role'] === 'string' ? row['Role'] : undefined,
  address: textIn(row, 'Address'),
  registeredAt: numberIn(row, 'RegisteredAt'),
  inFlight: numberIn(row, 'InFlight'),
  subscriptions: numberIn(row, 'Subscriptions'),
  heldBytes: numberIn(row, 'HeldBytes'),
  isAsker: row['IsAsker'] === true,
});
