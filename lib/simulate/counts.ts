/** What some contacts came to. Pure. */
import type { Contact } from './contact.js';
import { type Span, totalSeconds } from './roster.js';

/** An answer within this time counts as one in time, if nothing else is said. */
export const defaultTargetSeconds = 20;

/** Some waits. With none of them, all are 0. */
export interface Waits {
  readonly meanSeconds: number;
  readonly p50Seconds: number;
  readonly p95Seconds: number;
  readonly longestSeconds: number;
}

/** Counts of contacts, of the day, of an interval or of one type. */
export interface Counts {
  readonly submitted: number;
  /** Came to a queue and were real: served, gave up there, or left there. */
  readonly offered: number;
  readonly served: number;
  /** From the queue and before it. */
  readonly abandoned: number;
  readonly abandonedFromQueue: number;
  readonly abandonedBefore: number;
  readonly phantom: number;
  /** Submitted and not ended. */
  readonly left: number;
  /** Of the served: waited at most the target. */
  readonly answeredInTime: number;
  /** answeredInTime / offered, 0 to 1; who gave up counts against it. */
  readonly serviceLevel: number;
  /** abandonedFromQueue / offered, 0 to 1. */
  readonly abandonment: number;
  /** Of the served. */
  readonly waits: Waits;
  /** Of those who gave up in the queue: how long they had patience. */
  readonly abandonedWaits: Waits;
  /** Of all who waited, served or not. */
  readonly longestWaitSeconds: number;
  /** From the answer to the end, of the served. */
  readonly meanHandleSeconds: number;
}

/** The counts of some contacts. */
export function countContacts(contacts: readonly Contact[], targetSeconds: number): Counts {
  const ended = (outcome: Contact['outcome']): Contact[] =>
    contacts.filter((contact) => contact.outcome === outcome);
  const waitsOf = (of: readonly Contact[]): number[] => of.map((contact) => waitOf(contact) ?? 0);
  const submitted = contacts.filter(({ interactionId }) => interactionId !== undefined).length;
  const [served, gaveUp] = [ended('served'), ended('abandonedFromQueue')];
  const [phantom, abandonedBefore] = [ended('phantom').length, ended('abandonedBefore').length];
  const left = contacts.filter(
    ({ interactionId, outcome }) => interactionId !== undefined && outcome === undefined,
  );
  const offered =
    served.length +
    gaveUp.length +
    left.filter(({ placedAtSeconds }) => placedAtSeconds !== undefined).length;
  const [waits, abandonedWaits] = [
    summarizeWaits(waitsOf(served)),
    summarizeWaits(waitsOf(gaveUp)),
  ];
  const answeredInTime = waitsOf(served).filter((wait) => wait <= targetSeconds).length;
  const handled = served.map((contact) => serviceOf(contact) ?? { from: 0, to: 0 });
  return {
    submitted,
    offered,
    served: served.length,
    abandoned: gaveUp.length + abandonedBefore,
    abandonedFromQueue: gaveUp.length,
    abandonedBefore,
    phantom,
    left: left.length,
    answeredInTime,
    serviceLevel: share(answeredInTime, offered),
    abandonment: share(gaveUp.length, offered),
    waits,
    abandonedWaits,
    longestWaitSeconds: Math.max(waits.longestSeconds, abandonedWaits.longestSeconds),
    meanHandleSeconds: share(totalSeconds(handled), handled.length),
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
    longestSeconds: sorted.at(-1) ?? 0,
  };
}

/** While an agent had it; undefined: nobody had, or still has. */
export function serviceOf({ takenAtSeconds, endedAtSeconds }: Contact): Span | undefined {
  if (takenAtSeconds === undefined || endedAtSeconds === undefined) return undefined;
  return { from: takenAtSeconds, to: Math.max(takenAtSeconds, endedAtSeconds) };
}

/** A part of a whole, 0 to 1; of nothing 0. */
export function share(part: number, whole: number): number {
  return whole === 0 ? 0 : part / whole;
}
