/** RequestAgentLogin: who may log in where, for what, and by how many clients. */
import { SlotUse, type Agent, type LoginRequest } from '../desk/index.js';
import { IxionError } from '../errors.js';
import { unpackKeyValues } from '../interaction/attached-data.js';
import { limits } from '../limits.js';
import type { DeskClient } from '../mail/desk.js';
import { isFault, readName } from '../text/index.js';
import { actorOf, reasonOf, type Handler } from './handler.js';
import type { DeskParts } from './parts.js';

export const logIn: Handler<'RequestAgentLogin'> = async (parts, client, body, asker) => {
  const { desk, directory, logins, frames } = parts;
  const { AgentId: agentId, PlaceId: place } = body;
  const { info } = client;
  if (client.agentId !== undefined && client.agentId !== agentId) {
    const detail = `this client speaks for agent "${client.agentId}" already`;
    throw new IxionError('AgentLoggedIn', detail);
  }
  const tenantId = tenantOf(info, body.TenantId);
  const media = mediaOf(body.MediaList);
  const { placeId } = await directory.place(agentId, tenantId, place);
  await directory.checkMedia(media.keys());
  await directory.checkReason(body.ReasonSystemName);
  await parts.rules.find({ agentId, placeId });
  const reason = reasonOf(body);
  const { clientName } = info;
  const request: LoginRequest = { agentId, tenantId, placeId, clientName, media, reason };
  const shown = media.size === 0 ? undefined : new Set(media.keys());
  await logins.logIn(
    request,
    actorOf(agentId, body),
    (before) => checkConnections(parts, before, info.session, placeId, media),
    (agent) => parts.join(agent, client, shown),
  );
  const HeldInteractions = heldBy(desk.loggedIn(agentId));
  frames.ack(info.session, asker, { HeldInteractions });
};

/** What an agent has in hand, as far as partitions have said it. */
const heldBy = (agent: Agent | undefined): string[] =>
  [...(agent?.slots ?? [])]
    .filter(({ use }) => use === SlotUse.inHand)
    .slice(0, limits.ownedInteractionsReported)
    .map(({ interactionId }) => interactionId);

/** @throws {IxionError} NotPermitted */
function tenantOf({ tenants, tenantId }: DeskClient, asked: number | undefined): number {
  const tenant = asked ?? tenantId;
  if (tenants === undefined || tenants.includes(tenant)) return tenant;
  throw new IxionError('NotPermitted', `tenant ${tenant} is none of the client's`);
}

/** @throws {IxionError} WrongAttributeType, InvalidName, AttributeTooLong */
function mediaOf(list: Uint8Array | undefined): Map<string, boolean> {
  const media = new Map<string, boolean>();
  if (list === undefined) return media;
  for (const [name, value] of Object.entries(unpackKeyValues(list))) {
    const read = readName(name);
    if (isFault(read)) {
      throw new IxionError('InvalidName', `in MediaList ${read.what}; ${read.remedy}`);
    }
    if (value !== 0 && value !== 1) {
      throw new IxionError('WrongAttributeType', `MediaList: "${name}" is not 0 or 1`);
    }
    media.set(name, value === 1);
  }
  checkMediaCount(media.size);
  return media;
}

/** @throws {IxionError} AttributeTooLong */
export function checkMediaCount(count: number): void {
  if (count <= limits.mediaPerAgent) return;
  throw new IxionError('AttributeTooLong', `more than ${limits.mediaPerAgent} media of an agent`);
}

/**
 * Whether an agent may be logged in by one client more.
 * @throws {IxionError} AgentLoggedIn, AttributeTooLong
 */
function checkConnections(
  { directory }: DeskParts,
  before: Agent | undefined,
  session: number,
  placeId: string,
  media: ReadonlyMap<string, boolean>,
): void {
  const names = new Set(media.keys());
  for (const { name } of before?.login?.media ?? []) names.add(name);
  checkMediaCount(names.size);
  const others = before?.clients.filter((client) => client.session !== session) ?? [];
  if (others.length === 0) return;
  const { connections } = directory.options;
  const where = before!.login!.placeId;
  if (connections === 'false') {
    const detail = `agent "${before!.agentId}" is logged in at place "${where}" already`;
    throw new IxionError('AgentLoggedIn', detail);
  }
  if (connections === 'true' && where !== placeId) {
    const detail = `agent "${before!.agentId}" is logged in at place "${where}", not at "${placeId}"`;
    throw new IxionError('AgentLoggedIn', detail);
  }
}
