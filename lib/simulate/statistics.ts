/** What a day came to, from the contacts at its end. Pure. */
import type { Contact } from './contact.js';
import { type Counts, countContacts, serviceOf, share, waitOf } from './counts.js';
import { groupBy } from './group.js';
import { type IntervalOptions, intervalsOf, type IntervalSummary } from './intervals.js';
import { mergeSpans, type RosterEntry, type Span, spareAgentName, totalSeconds } from './roster.js';
import type { Lateness } from './schedule.js';

/** A wait this near to the recorded one counts as the same. */
const waitToleranceSeconds = 2;

/** One agent's day. */
export interface AgentSummary {
  readonly agentName: string;
  readonly served: number;
  readonly meanServiceSeconds: number;
  /** With at least one contact. */
  readonly busySeconds: number;
  /** At work: breaks left out. */
  readonly staffedSeconds: number;
  /** busySeconds / staffedSeconds, 0 to 1. */
  readonly occupancy: number;
}

export interface DaySummary extends Counts {
  /** What counts as an answer in time. */
  readonly targetSeconds: number;
  readonly intervals: readonly IntervalSummary[];
  /** How far the simulation ran behind its clock, in simulated seconds. */
  readonly late: Lateness;
  readonly types: Readonly<Record<string, Counts>>;
  readonly agents: readonly AgentSummary[];
  /** Of all named agents together. */
  readonly occupancy: number;
  /** Of the contacts that were queued: the share whose wait is within 2 s of the recorded one. */
  readonly waitWithin2sShare: number;
}

export interface SummaryOptions extends IntervalOptions {
  readonly breakSeconds: number;
}

/** The figures of the whole day. `roster`: who was at work when, by the record. */
export function summarize(
  contacts: readonly Contact[],
  roster: readonly RosterEntry[],
  options: SummaryOptions,
  late: Lateness,
): DaySummary {
  const { breakSeconds, targetSeconds } = options;
  const byType = groupBy(contacts, ({ journey }) => journey.type);
  const types = [...byType].toSorted((a, b) => b[1].length - a[1].length);
  const agents = summarizeAgents(contacts, roster, breakSeconds);
  const named = agents.filter(({ agentName }) => agentName !== spareAgentName);
  return {
    ...countContacts(contacts, targetSeconds),
    targetSeconds,
    late,
    types: Object.fromEntries(
      types.map(([type, own]) => [type, countContacts(own, targetSeconds)]),
    ),
    intervals: intervalsOf(contacts, roster, options),
    agents,
    occupancy: share(sum(named, 'busySeconds'), sum(named, 'staffedSeconds')),
    waitWithin2sShare: sameWaitShare(contacts),
  };
}

function sameWaitShare(contacts: readonly Contact[]): number {
  const queued = contacts.filter(({ journey }) => journey.queued);
  const same = queued.filter((contact) => {
    const wait = waitOf(contact);
    if (wait === undefined) return false;
    return Math.abs(wait - contact.journey.waitSeconds) <= waitToleranceSeconds;
  });
  return share(same.length, queued.length);
}

function summarizeAgents(
  contacts: readonly Contact[],
  roster: readonly RosterEntry[],
  breakSeconds: number,
): AgentSummary[] {
  const services = groupBy(
    contacts.filter((contact) => serviceOf(contact) !== undefined),
    ({ agentName }) => agentName,
  );
  return roster.map(({ agentName, spans }) => {
    const own = services.get(agentName) ?? [];
    const busy = own.map((contact) => serviceOf(contact) as Span);
    const served = own.filter(({ outcome }) => outcome === 'served').length;
    const busySeconds = totalSeconds(mergeSpans(busy));
    const staffedSeconds = totalSeconds(mergeSpans([...spans, ...busy], breakSeconds));
    return {
      agentName,
      served,
      meanServiceSeconds: share(totalSeconds(busy), busy.length),
      busySeconds,
      staffedSeconds,
      occupancy: share(busySeconds, staffedSeconds),
    };
  });
}

function sum<K extends string>(items: readonly Readonly<Record<K, number>>[], key: K): number {
  return items.reduce((total, item) => total + item[key], 0);
}
