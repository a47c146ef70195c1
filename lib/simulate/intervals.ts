/** The day by intervals, as a contact centre is planned and judged. Pure. */
import type { Contact } from './contact.js';
import { type Counts, countContacts, serviceOf } from './counts.js';
import { dayAfter } from './date.js';
import { groupBy } from './group.js';
import { type ContactRecord, daySeconds } from './record.js';
import { type RosterEntry, type Span, spareAgentName } from './roster.js';

/** One interval; a contact counts in the one in which it came to its queue, or else to the menu. */
export interface IntervalSummary extends Counts {
  readonly fromSeconds: number;
  /** The day as 1999-08-31, if the file has dates. */
  readonly date: string | undefined;
  /** Agents at work on average, by the record. */
  readonly staffed: number;
  /** Agents with at least one contact on average. */
  readonly busy: number;
}

export interface IntervalOptions {
  readonly intervalSeconds: number;
  readonly targetSeconds: number;
}

/** When a contact counts: at its queue, else at the menu. */
const momentOf = ({ placedAtSeconds, journey }: Contact): number =>
  placedAtSeconds ?? journey.submitAtSeconds;

/**
 * All intervals from the first with a contact to the last, empty ones too, unless a whole day is.
 */
export function intervalsOf(
  contacts: readonly Contact[],
  roster: readonly RosterEntry[],
  { intervalSeconds, targetSeconds }: IntervalOptions,
): IntervalSummary[] {
  const startOf = (contact: Contact): number =>
    Math.floor(momentOf(contact) / intervalSeconds) * intervalSeconds;
  const byStart = groupBy(contacts, startOf);
  const [some] = contacts;
  const firstDate = some && dateOf(some.journey.record);
  const present = new Set([...byStart.keys()].map(dayStart));
  const starts = [...byStart.keys()].toSorted((a, b) => a - b);
  const [first = 0, last = -1] = [starts[0], starts.at(-1)];
  const work = named(roster).flatMap(({ spans }) => spans);
  const services = contacts.map(serviceOf).filter((span) => span !== undefined);
  const intervals: IntervalSummary[] = [];
  for (let from = first; from <= last; from += intervalSeconds) {
    if (!present.has(dayStart(from))) continue;
    const span = { from, to: from + intervalSeconds };
    intervals.push({
      fromSeconds: from,
      date: firstDate && dayAfter(firstDate, dayStart(from) / daySeconds),
      ...countContacts(byStart.get(from) ?? [], targetSeconds),
      staffed: shareWithin(work, span),
      busy: shareWithin(services, span),
    });
  }
  return intervals;
}

const dayStart = (seconds: number): number => Math.floor(seconds / daySeconds) * daySeconds;

/** The first day of the file that a record is of. */
const dateOf = ({ date, dayStartSeconds }: ContactRecord): string | undefined =>
  date && dayAfter(date, -dayStartSeconds / daySeconds);

const named = (roster: readonly RosterEntry[]): RosterEntry[] =>
  roster.filter(({ agentName }) => agentName !== spareAgentName);

/** How many of the spans cover an interval on average. */
function shareWithin(spans: readonly Span[], { from, to }: Span): number {
  const seconds = spans.reduce(
    (sum, span) => sum + Math.max(0, Math.min(span.to, to) - Math.max(span.from, from)),
    0,
  );
  return seconds / (to - from);
}
