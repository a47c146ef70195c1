/**
 * Mode `follow`: what was recorded happens again. Each agent takes the recorded contact by its
 * identifier at the recorded time, and stops it after the recorded service time.
 */
import { type Contact, type ContactSteps, idOf, stepOptions } from './contact.js';
import type { Fleet } from './fleet.js';
import { spareAgentName } from './roster.js';
import type { Schedule } from './schedule.js';

/** Takes one contact from its entry to its end. Rejects with `IxionError` as the client does. */
export async function followContact(
  contact: Contact,
  steps: ContactSteps,
  schedule: Schedule,
  agents: Fleet['agents'],
): Promise<void> {
  const { journey } = contact;
  await schedule.until(journey.submitAtSeconds);
  await steps.submit(contact);
  await schedule.until(journey.menuExitAtSeconds);
  if (journey.queued) {
    await steps.place(contact);
    await schedule.until(journey.queueExitAtSeconds);
  }
  if (journey.kind !== 'served') {
    await steps.abandon(contact);
    return;
  }
  const agentName = journey.agentName ?? spareAgentName;
  const agent = agents.get(agentName);
  if (agent === undefined) throw new TypeError(`no client for agent ${agentName}`);
  await agent.pullById(idOf(contact), {}, stepOptions);
  contact.agentName = agentName;
  contact.takenAtSeconds = schedule.nowSeconds();
  await schedule.until(contact.takenAtSeconds + journey.serviceSeconds);
  await steps.complete(contact, agent);
}
