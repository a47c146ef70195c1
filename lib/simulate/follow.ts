/**
 * Mode `follow`: what was recorded happens again. Each agent takes the recorded contact by its
 * identifier at the recorded time, and stops it after the recorded service time.
 */
import { type Contact, type ContactSteps, idOf, stepOptions } from './contact.js';
import { waitOf } from './counts.js';
import type { Fleet } from './fleet.js';
import { externalIdOf } from './record.js';
import { spareAgentName } from './roster.js';
import { Rank, type Schedule } from './schedule.js';

/**
 * Waits that are not the recorded ones to the millisecond: on a virtual clock, on which no step
 * takes time, each is a fault.
 */
export function otherWaits(contacts: readonly Contact[]): string[] {
  return contacts.flatMap((contact) => {
    const { record, waitSeconds, queued } = contact.journey;
    const wait = waitOf(contact);
    if (!queued || wait === undefined || Math.abs(wait - waitSeconds) < 0.000_5) return [];
    const name = externalIdOf(record);
    return `line ${record.lineNumber}, contact ${name}: waited ${wait} s, recorded ${waitSeconds}`;
  });
}

/** Takes one contact from its entry to its end. Rejects with `IxionError` as the client does. */
export async function followContact(
  contact: Contact,
  steps: ContactSteps,
  schedule: Schedule,
  agents: Fleet['agents'],
): Promise<void> {
  const { journey } = contact;
  await schedule.until(journey.submitAtSeconds, Rank.comes);
  await steps.submit(contact);
  await schedule.until(journey.menuExitAtSeconds, Rank.comes);
  if (journey.queued) {
    await steps.place(contact);
    await schedule.until(journey.queueExitAtSeconds, Rank.givesUp);
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
  await schedule.until(contact.takenAtSeconds + journey.serviceSeconds, Rank.serviceEnds);
  await steps.complete(contact, agent);
}
