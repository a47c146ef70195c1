/** What a login makes of what is known of its agent. Pure, as `commands.ts`. */
import type { AgentHappening, Change } from './change.js';
import { MediumState } from './medium-state.js';
import { mediumOf, type LoginRecord, type MediumRecord, type Reason } from './record.js';

/** What an agent logs in with; it was checked against the configuration. */
export interface LoginRequest {
  readonly agentId: string;
  readonly tenantId: number;
  readonly placeId: string;
  readonly clientName: string;
  /** By medium whether the agent is ready for it. */
  readonly media: ReadonlyMap<string, boolean>;
  readonly reason?: Reason | undefined;
}

/**
 * The first login of an agent, or another while it is logged in: by one more connection, or after
 * all were lost. Readiness is the agent's and not a connection's: what it has stays as it is, and
 * media that it did not have are added.
 */
export function logIn(before: LoginRecord | undefined, request: LoginRequest, nowMs: number) {
  return before === undefined ? first(request, nowMs) : again(before, request, nowMs);
}

function first(
  { agentId, tenantId, placeId, clientName, media, reason }: LoginRequest,
  nowMs: number,
): Change {
  const record: LoginRecord = {
    agentId,
    tenantId,
    placeId,
    clientName,
    loggedInMs: nowMs,
    media: [...media].map(([name, isReady]) => mediumFor(name, isReady, nowMs, reason)),
    doNotDisturb: false,
    ...(reason !== undefined && { reason }),
    change: 1,
  };
  return { record, happened: [{ kind: 'login', reason }] };
}

function again(before: LoginRecord, request: LoginRequest, nowMs: number): Change {
  const { placeId, clientName, media, reason } = request;
  const added = [...media].filter(([name]) => mediumOf(before, name) === undefined);
  const isBack = before.lostMs !== undefined;
  const happened: AgentHappening[] = isBack ? [{ kind: 'login', reason }] : [];
  for (const [medium, isReady] of added) happened.push({ kind: 'mediumAdded', medium, isReady });
  const isSame = happened.length === 0 && placeId === before.placeId;
  if (isSame) return { record: before, happened };
  const { lostMs: _, ...kept } = before;
  const all = [...before.media, ...added.map((one) => mediumFor(...one, nowMs))];
  const record = { ...kept, placeId, clientName, media: all, change: before.change + 1 };
  return { record, happened };
}

function mediumFor(
  name: string,
  isReady: boolean,
  sinceMs: number,
  reason?: Reason | undefined,
): MediumRecord {
  if (isReady) return { name, state: MediumState.ready, sinceMs };
  const why = reason === undefined ? {} : { reason };
  return { name, state: MediumState.notReady, sinceMs, ...why };
}
