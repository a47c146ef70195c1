/** Who was at work when, and on what, read from the services of the record. Pure. */
import type { Journey } from './journey.js';

/** A span of simulated time, in seconds; `from` <= `to`. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** One agent of the day. */
export interface RosterEntry {
  readonly agentName: string;
  /** The types this agent served: the queues it may pull from. */
  readonly types: readonly string[];
  /** At work; between two spans is a break. In order, not touching. */
  readonly spans: readonly Span[];
}

/** The agent of services that name none. */
export const spareAgentName = 'SPARE';

/**
 * The agents of the day, by name. A gap of more than `breakSeconds` between two services of an
 * agent is a break.
 */
export function rosterOf(journeys: readonly Journey[], breakSeconds: number): RosterEntry[] {
  const services = new Map<string, { types: Set<string>; spans: Span[] }>();
  for (const journey of journeys) {
    if (journey.kind !== 'served') continue;
    const agentName = journey.agentName ?? spareAgentName;
    let agent = services.get(agentName);
    if (agent === undefined) services.set(agentName, (agent = { types: new Set(), spans: [] }));
    agent.types.add(journey.type);
    const from = journey.queueExitAtSeconds;
    agent.spans.push({ from, to: from + journey.serviceSeconds });
  }
  return [...services]
    .map(([agentName, { types, spans }]) => ({
      agentName,
      types: [...types].toSorted(),
      spans: mergeSpans(spans, breakSeconds),
    }))
    .toSorted((a, b) => (a.agentName < b.agentName ? -1 : 1));
}

/**
 * Those at work in mode `order`: who served the contacts without a name is not known, so nobody is
 * there for them but for the types that nobody by name serves.
 */
export function orderRoster(roster: readonly RosterEntry[]): RosterEntry[] {
  const named = roster.filter(({ agentName }) => agentName !== spareAgentName);
  const served = new Set(named.flatMap(({ types }) => types));
  const spare = roster
    .filter(({ agentName }) => agentName === spareAgentName)
    .map((entry) => ({ ...entry, types: entry.types.filter((type) => !served.has(type)) }))
    .filter(({ types }) => types.length > 0);
  return [...named, ...spare];
}

/** The same time in as few spans as possible, in order; gaps up to `gapSeconds` are bridged. */
export function mergeSpans(spans: readonly Span[], gapSeconds = 0): Span[] {
  const merged: { from: number; to: number }[] = [];
  for (const { from, to } of spans.toSorted((a, b) => a.from - b.from)) {
    const last = merged.at(-1);
    if (last !== undefined && from - last.to <= gapSeconds) last.to = Math.max(last.to, to);
    else merged.push({ from, to });
  }
  return merged;
}

/** Seconds in spans that do not overlap. */
export function totalSeconds(spans: readonly Span[]): number {
  return spans.reduce((sum, { from, to }) => sum + (to - from), 0);
}
