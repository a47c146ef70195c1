/** Every contact of a day as comma-separated text, in the order in which they came. Pure. */
import type { Contact } from './contact.js';
import { serviceOf, waitOf } from './counts.js';
import { durationText } from './duration.js';
import { daySeconds, externalIdOf } from './record.js';

const time = (seconds: number | undefined): string =>
  seconds === undefined ? '' : durationText(seconds % daySeconds);
const length = (seconds: number | undefined): string => seconds?.toFixed(1) ?? '';

const names =
  'line,date,contact,interaction,type,came,queued,taken,ended,outcome,agent,wait,service,recorded_wait';

/** Times of day, and lengths in seconds; empty: it did not come to that. */
export function contactLog(contacts: readonly Contact[]): string {
  const lines = contacts
    .toSorted((a, b) => a.journey.submitAtSeconds - b.journey.submitAtSeconds)
    .map((contact) => {
      const { journey } = contact;
      const service = serviceOf(contact);
      return [
        journey.record.lineNumber,
        journey.record.date ?? '',
        externalIdOf(journey.record),
        contact.interactionId ?? '',
        journey.type,
        time(journey.submitAtSeconds),
        time(contact.placedAtSeconds),
        time(contact.takenAtSeconds),
        time(contact.endedAtSeconds),
        contact.outcome ?? 'left',
        contact.agentName ?? '',
        length(waitOf(contact)),
        length(service === undefined ? undefined : service.to - service.from),
        journey.queued ? journey.waitSeconds : '',
      ].join(',');
    });
  return [names, ...lines, ''].join('\n');
}
