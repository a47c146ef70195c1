/** RequestSetOutsideLoad: what an agent has outside of this server. */
import { SlotUse, type Agent } from '../desk/index.js';
import type { Handler } from './handler.js';
import { notLoggedIn } from './logins.js';
import type { DeskParts } from './parts.js';

const usualMedium = 'voice';
const usualLeaseSeconds = 60;
const second = 1_000;

export const setOutsideLoad: Handler<'RequestSetOutsideLoad'> = async (
  parts,
  client,
  body,
  asker,
) => {
  const { AgentId: agentId, MediaTypeName: medium = usualMedium, Count: count } = body;
  const { info } = client;
  const agent = parts.desk.loggedIn(agentId);
  const isSeen = info.tenants?.includes(agent?.login?.tenantId ?? 0) !== false;
  if (agent === undefined || !isSeen) throw notLoggedIn(agentId);
  await parts.directory.checkMedia([medium]);
  const before = agent.load.used(medium, SlotUse.outside);
  const forMs = (body.LeaseSeconds ?? usualLeaseSeconds) * second;
  const by = { who: info.clientName, session: info.session, forMs };
  parts.outsideLoads.set({ agentId, medium, count }, by);
  if (count > before && parts.directory.options.interruptsInvitations) interrupt(parts, agent);
  parts.frames.ack(info.session, asker);
};

/** Takes back open invitations that the rule forbids beside what the agent has now. */
function interrupt({ desk, invitations }: DeskParts, agent: Agent): void {
  for (const slot of agent.slots) {
    if (slot.use !== SlotUse.offered || desk.allowsBesides(agent, slot)) continue;
    invitations.takeSlot(slot, 'OutsideLoad');
  }
}
