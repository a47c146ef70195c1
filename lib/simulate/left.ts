/** Contacts that a day has left on the server: submitted, and not ended. */
import type { Contact, ContactSteps } from './contact.js';
import { externalIdOf } from './record.js';

const isLeft = ({ interactionId, outcome }: Contact): boolean =>
  interactionId !== undefined && outcome === undefined;

/** How many. */
export const countLeft = (contacts: readonly Contact[]): number => contacts.filter(isLeft).length;

/** What a day has left on the server is a fault, whoever caused it. */
export function leftContacts(contacts: readonly Contact[]): string[] {
  return contacts.filter(isLeft).map(({ journey, interactionId, agentName }) => {
    const where = agentName === undefined ? 'nobody took it' : `${agentName} has it`;
    const { lineNumber } = journey.record;
    const name = externalIdOf(journey.record);
    return `line ${lineNumber}, contact ${name}: left on the server as ${interactionId}: ${where}`;
  });
}

/** Stops what is left; the number that was still there. */
export async function cancelLeft(
  contacts: readonly Contact[],
  steps: ContactSteps,
): Promise<number> {
  const cancelled = await Promise.all(
    contacts.filter(isLeft).map((contact) => steps.cancel(contact)),
  );
  return cancelled.filter(Boolean).length;
}
