/** The agents of a day as configuration objects, for a server that is to invite them. Pure. */
import { mediaType } from './contact.js';
import { journeyOf } from './journey.js';
import type { ContactRecord } from './record.js';
import { orderRoster, rosterOf } from './roster.js';

/**
 * YAML for `ixion config apply --merge`: each agent at a place of its name, the medium of the
 * contacts, and the reason of breaks.
 */
export function agentObjects(records: readonly ContactRecord[]): string {
  const roster = orderRoster(rosterOf(records.map(journeyOf), 0));
  const names = roster.map(({ agentName }) => JSON.stringify(agentName));
  return [
    'media:',
    `  - {name: ${mediaType}, online: true}`,
    'notReadyReasons:',
    '  - {name: Break}',
    'places:',
    ...names.map((name) => `  - {name: ${name}}`),
    'agents:',
    ...names.map((name) => `  - {name: ${name}, place: ${name}}`),
    '',
  ].join('\n');
}
