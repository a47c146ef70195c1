/** Searches, and what an administrator does to clients: types, bodies and results. */
import type { Attributes, Body } from '../protocol/index.js';
import { interactionsResult, nonsense } from './results.js';
import type { Interaction } from './types.js';

/** What interactions have to be, all of it; absent: whatever it is. */
export interface SearchRequest {
  readonly queue?: string | undefined;
  /** InteractionState: 0 queued, 1 cached, 2 with a router, 3 handled by an agent. */
  readonly state?: number | undefined;
  /** On hold, or not. */
  readonly isHeld?: boolean | undefined;
  /** ClientName of who has them. */
  readonly assignedTo?: string | undefined;
  readonly externalId?: string | undefined;
  /** Most of one answer, 1 to 250; absent: 250. */
  readonly count?: number | undefined;
  /** `next` of the part before; absent: from the first on. */
  readonly after?: string | undefined;
}

/** What one answer found; there may be none in it and still some in the next. */
export interface SearchPart {
  /** Without UserData. */
  readonly interactions: readonly Interaction[];
  /** Interactions that were looked at for it. */
  readonly seen: number;
  /** `after` of the next part; undefined: everything was looked at. */
  readonly next: string | undefined;
}

/** A client that is registered at the server. */
export interface ConnectedClient {
  /** Never used again until the server restarts. */
  readonly number: number;
  readonly name: string;
  readonly type: string;
  readonly tenantId: number;
  /** Of its application; undefined: it has none. */
  readonly role: string | undefined;
  readonly address: string;
  /** Milliseconds since 1970 UTC. */
  readonly registeredAt: number;
  /** Requests that are not answered, pulls that wait among them. */
  readonly inFlight: number;
  readonly subscriptions: number;
  /** What the server holds for its connection. */
  readonly heldBytes: number;
  /** It is the client that asks. */
  readonly isAsker: boolean;
}

export const searchBody = (search: SearchRequest): Body => ({
  Queue: search.queue,
  InteractionState: search.state,
  IsHeld: search.isHeld,
  AssignedTo: search.assignedTo,
  ExternalId: search.externalId,
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

function numberIn(values: Attributes, name: string): number {
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
