/** What a day came to, from the contacts at its end. Pure. */
import type { Contact } from './contact.js';
import { groupBy } from './group.js';
import { mergeSpans, type RosterEntry, type Span, spareAgentName, totalSeconds } from './roster.js';

/** An answer within this time counts as a quick one. */
export const answerTargetSeconds = 20;
/** A wait this near to the recorded one counts as the same. */
export const waitToleranceSeconds = 2;

/** Waits of the served. With none of them, all are 0. */
export interface Waits {
  readonly meanSeconds: number;
  readonly p50Seconds: number;
  readonly p95Seconds: number;
}

/** Counts of contacts, of the day or of one type. */
export interface Counts {
  readonly submitted: number;
  readonly served: number;
  /** From the queue and before it. */
  readonly abandoned: number;
  readonly abandonedFromQueue: number;
  readonly abandonedBefore: number;
  readonly phantom: number;
  /** Submitted and not ended. */
  readonly left: number;
  /** Of the served: waited at most 20 s. */
  readonly answeredWithin20s: number;
  readonly waits: Waits;
}

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
  readonly types: Readonly<Record<string, Counts>>;
  readonly agents: readonly AgentSummary[];
  /** Of all named agents together. */
  readonly occupancy: number;
  /** Of the contacts that were queued: the share whose wait is within 2 s of the recorded one. */
  readonly waitWithin2sShare: number;
}

/** The figures of the whole day. `roster`: who was at work when, by the record. */
export function summarize(
  contacts: readonly Contact[],
  roster: readonly RosterEntry[],
  breakSeconds: number,
): DaySummary {
  const byType = groupBy(contacts, ({ journey }) => journey.type);
  const types = [...byType].toSorted((a, b) => b[1].length - a[1].length);
  const agents = summarizeAgents(contacts, roster, breakSeconds);
  const named = agents.filter(({ agentName }) => agentName !== spareAgentName);
  return {
    ...countContacts(contacts),
    types: Object.fromEntries(types.map(([type, own]) => [type, countContacts(own)])),
    agents,
    occupancy: share(sum(named, 'busySeconds'), sum(named, 'staffedSeconds')),
    waitWithin2sShare: sameWaitShare(contacts),
  };
}

/** The counts of some contacts. */
export function countContacts(contacts: readonly Contact[]): Counts {
  const ended = (outcome: Contact['outcome']): number =>
    contacts.filter((contact) => contact.outcome === outcome).length;
  const submitted = contacts.filter(({ interactionId }) => interactionId !== undefined).length;
  const [served, phantom] = [ended('served'), ended('phantom')];
  const abandonedFromQueue = ended('abandonedFromQueue');
  const abandonedBefore = ended('abandonedBefore');
  const waits = contacts
    .filter(({ outcome }) => outcome === 'served')
    .map((contact) => waitOf(contact) ?? 0);
  return {
    submitted,
    served,
    abandoned: abandonedFromQueue + abandonedBefore,
    abandonedFromQueue,
    abandonedBefore,
    phantom,
    left: submitted - served - abandonedFromQueue - abandonedBefore - phantom,
    answeredWithin20s: waits.filter((wait) => wait <= answerTargetSeconds).length,
    waits: summarizeWaits(waits),
  };
}

/** Seconds in the queue until taken or ended; undefined: never queued, or still there. */
export function waitOf(contact: Contact): number | undefined {
  const { placedAtSeconds, takenAtSeconds, endedAtSeconds } = contact;
  const until = takenAtSeconds ?? endedAtSeconds;
  if (placedAtSeconds === undefined || until === undefined) return undefined;
  return Math.max(until - placedAtSeconds, 0);
}

/** Mean and nearest-rank percentiles. */
export function summarizeWaits(waits: readonly number[]): Waits {
  const sorted = waits.toSorted((a, b) => a - b);
  const rank = (part: number): number => sorted[Math.ceil(sorted.length * part) - 1] ?? 0;
  const total = sorted.reduce((all, wait) => all + wait, 0);
  return {
    meanSeconds: share(total, sorted.length),
    p50Seconds: rank(0.5),
    p95Seconds: rank(0.95),
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

function serviceOf({ takenAtSeconds, endedAtSeconds }: Contact): Span | undefined {
  if (takenAtSeconds === undefined || endedAtSeconds === undefined) return undefined;
  return { from: takenAtSeconds, to: Math.max(takenAtSeconds, endedAtSeconds) };
}

function sum<K extends string>(items: readonly Readonly<Record<K, number>>[], key: K): number {
  return items.reduce((total, item) => total + item[key], 0);
}

function share(part: number, whole: number): number {
  return whole === 0 ? 0 : part / whole;
}
