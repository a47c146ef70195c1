/** Which agent a request means, by its name, its place or both. */
import type { Agent } from '../desk/index.js';
import { IxionError } from '../errors.js';
import type { Client } from './client.js';
import { notLoggedIn } from './logins.js';
import type { DeskParts } from './parts.js';

/** The agent that a request means. @throws {IxionError} UnknownAgent, AgentNotLoggedIn */
export function targetOf(
  { desk }: DeskParts,
  { info }: Client,
  {
    AgentId,
    PlaceId,
  }: { readonly AgentId?: string | undefined; readonly PlaceId?: string | undefined },
): Agent {
  if (AgentId === undefined && PlaceId === undefined) {
    throw new IxionError('MissingAttribute', 'AgentId or PlaceId is missing');
  }
  const agent = AgentId === undefined ? desk.atPlace(PlaceId!) : desk.loggedIn(AgentId);
  const isSeen = info.tenants?.includes(agent?.login?.tenantId ?? 0) !== false;
  if (agent !== undefined && isSeen) {
    if (PlaceId === undefined || agent.login?.placeId === PlaceId) return agent;
    throw new IxionError(
      'AgentNotLoggedIn',
      `agent "${AgentId}" is logged in at "${agent.login?.placeId}", not at "${PlaceId}"`,
    );
  }
  if (AgentId !== undefined) throw notLoggedIn(AgentId);
  throw new IxionError('AgentNotLoggedIn', `no agent is logged in at place "${PlaceId}"`);
}
