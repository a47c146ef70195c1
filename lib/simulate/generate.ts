/**
 * A made-up day in the shape of a recorded one: arrivals by the hour, types, agents with skills and
 * hours, waits, and people who give up. Where an agent and a contact meet is worked out by a small
 * discrete-event simulation, so that the record is consistent: nobody serves two at once, nobody is
 * overtaken within a queue. The same seed gives the same day.
 */
import { type Random, seededRandom } from '../clock.js';
import { EventHeap } from './heap.js';
import { dayAfter } from './date.js';
import { type ContactRecord, daySeconds } from './record.js';

export interface GeneratorOptions {
  readonly seed: number;
  /** Of each day. */
  readonly contacts: number;
  /** Days one after the other; absent: one. */
  readonly days?: number;
  /** The first day, as 1999-08-31: the contacts then have dates. */
  readonly date?: string | undefined;
}

/** Arrivals of an average day, by hour from 6 to 23; only their proportions count. */
const arrivalsByHour = [
  13, 56, 136, 224, 234, 215, 176, 175, 170, 194, 174, 171, 95, 64, 80, 80, 50, 40,
];
const firstHour = 6;

/** Kinds of service: their share of the contacts, and their median service time in seconds. */
const services = [
  { type: 'PS', share: 0.69, medianSeconds: 120 },
  { type: 'NW', share: 0.18, medianSeconds: 85 },
  { type: 'NE', share: 0.06, medianSeconds: 200 },
  { type: 'IN', share: 0.055, medianSeconds: 240 },
  { type: 'TT', share: 0.008, medianSeconds: 40 },
  { type: 'PE', share: 0.007, medianSeconds: 160 },
] as const;

/** One agent per this many contacts, so that waits are alike whatever the size of the day. */
const contactsPerAgent = 165;
const gaveUpInMenuShare = 0.05;
const phantomShare = 0.01;
const meanPatienceSeconds = 420;

interface Caller {
  readonly index: number;
  readonly type: string;
  readonly entry: number;
  readonly menuSeconds: number;
  readonly serviceSeconds: number;
  readonly patienceSeconds: number;
  readonly fate: 'gaveUpInMenu' | 'phantom' | 'waits';
}

interface Worker {
  readonly name: string;
  readonly types: readonly string[];
  readonly from: number;
  readonly to: number;
  /** Undefined: with a contact. */
  freeSince: number | undefined;
}

/** The records of a day, or of several, in the order of arrival. */
export function generateDay({ seed, contacts, days = 1, date }: GeneratorOptions): ContactRecord[] {
  const random = seededRandom(seed);
  return Array.from({ length: days }, (_, day) =>
    drawDay(random, contacts, day * contacts).map((record) => ({
      ...record,
      date: date === undefined ? undefined : dayAfter(date, day),
      dayStartSeconds: day * daySeconds,
    })),
  ).flat();
}

/** @param before contacts of the days before */
function drawDay(random: Random, contacts: number, before: number): ContactRecord[] {
  const callers = Array.from({ length: contacts }, () => drawEntry(random))
    .toSorted((a, b) => a - b)
    .map((entry, index) => drawCaller(random, before + index, entry));
  const agentCount = Math.max(2, Math.round(contacts / contactsPerAgent));
  const workers = Array.from({ length: agentCount }, (_, index) => drawWorker(random, index));
  return meet(callers, workers).toSorted((a, b) => a.lineNumber - b.lineNumber);
}

type Meeting =
  | { readonly kind: 'queued'; readonly caller: Caller }
  | { readonly kind: 'gaveUp'; readonly caller: Caller }
  | { readonly kind: 'free'; readonly worker: Worker };

/** Runs the day: first come, first served, within what each agent can do. */
function meet(callers: readonly Caller[], workers: readonly Worker[]): ContactRecord[] {
  const records: ContactRecord[] = [];
  const heap = new EventHeap<Meeting>();
  const waiting = new Set<Caller>();
  for (const worker of workers) heap.push(worker.from, { kind: 'free', worker });
  for (const caller of callers) {
    const menuExit = caller.entry + caller.menuSeconds;
    if (caller.fate === 'gaveUpInMenu') records.push(recordOf(caller, 'HANG', 0));
    else heap.push(menuExit, { kind: 'queued', caller });
  }
  const serve = (caller: Caller, worker: Worker, now: number): void => {
    waiting.delete(caller);
    worker.freeSince = undefined;
    heap.push(now + caller.serviceSeconds, { kind: 'free', worker });
    const waited = now - caller.entry - caller.menuSeconds;
    records.push(recordOf(caller, 'AGENT', waited, worker.name));
  };
  for (let now = heap.nextAt(); now !== undefined; now = heap.nextAt()) {
    const at = now;
    const event = heap.pop() as Meeting;
    if (event.kind === 'queued') {
      const { caller } = event;
      const worker = longestFree(workers, caller.type, at);
      if (caller.fate === 'waits' && worker !== undefined) serve(caller, worker, at);
      else {
        waiting.add(caller);
        heap.push(at + caller.patienceSeconds, { kind: 'gaveUp', caller });
      }
    } else if (event.kind === 'gaveUp') {
      const { caller } = event;
      if (!waiting.delete(caller)) continue;
      const outcome = caller.fate === 'phantom' ? 'PHANTOM' : 'HANG';
      records.push(recordOf(caller, outcome, caller.patienceSeconds));
    } else {
      const { worker } = event;
      worker.freeSince = at;
      if (at >= worker.to) continue;
      const next = [...waiting].find(
        ({ type, fate }) => fate === 'waits' && worker.types.includes(type),
      );
      if (next !== undefined) serve(next, worker, at);
    }
  }
  return records;
}

/** The agent who has been free longest, of those at work who can do this. */
function longestFree(workers: readonly Worker[], type: string, at: number): Worker | undefined {
  let longest: Worker | undefined;
  for (const worker of workers) {
    if (worker.freeSince === undefined || at >= worker.to || !worker.types.includes(type)) continue;
    if (worker.freeSince < (longest?.freeSince ?? Number.POSITIVE_INFINITY)) longest = worker;
  }
  return longest;
}

function recordOf(
  caller: Caller,
  outcome: ContactRecord['outcome'],
  queueTimeSeconds: number,
  agentName?: string,
): ContactRecord {
  const vruExitSeconds = caller.entry + caller.menuSeconds;
  const served = outcome === 'AGENT';
  return {
    lineNumber: caller.index + 2,
    date: undefined,
    dayStartSeconds: 0,
    priority: undefined,
    vruLine: `GN${String((caller.index % 32) + 1).padStart(4, '0')}`,
    callId: String(40_000 + caller.index),
    type: caller.type,
    vruEntrySeconds: caller.entry,
    vruExitSeconds,
    vruTimeSeconds: caller.menuSeconds,
    queueTimeSeconds,
    outcome,
    serviceStartSeconds: served ? vruExitSeconds + queueTimeSeconds : 0,
    serviceTimeSeconds: served ? caller.serviceSeconds : 0,
    agentName,
  };
}

function drawEntry(random: Random): number {
  const hour = firstHour + drawIndex(random, arrivalsByHour);
  // Nobody calls in the last quarter of an hour of a day, so that no service passes midnight.
  const seconds = hour === 23 ? 1_800 : 3_600;
  return hour * 3_600 + Math.floor(random.fraction() * seconds);
}

function drawCaller(random: Random, index: number, entry: number): Caller {
  const shares = services.map(({ share }) => share);
  const service = services[drawIndex(random, shares)] ?? services[0];
  const fate = random.fraction();
  return {
    index,
    type: service.type,
    entry,
    menuSeconds: Math.min(90, drawLognormal(random, 7, 0.6)),
    serviceSeconds: Math.min(1_200, drawLognormal(random, service.medianSeconds, 0.9)),
    patienceSeconds: Math.min(
      1_200,
      1 + Math.floor(-Math.log(1 - random.fraction()) * meanPatienceSeconds),
    ),
    fate:
      fate < gaveUpInMenuShare
        ? 'gaveUpInMenu'
        : fate < gaveUpInMenuShare + phantomShare
          ? 'phantom'
          : 'waits',
  };
}

/** Hours overlap around noon; every agent does regular service and some of the rest. */
function drawWorker(random: Random, index: number): Worker {
  const early = index % 2 === 0;
  const from = (early ? 6.5 : 12) * 3_600 + Math.floor(random.fraction() * 1_800);
  const to = (early ? 16 : 23.5) * 3_600;
  const types: string[] = services
    .map(({ type }) => type)
    .filter((type) => type === 'PS' || random.fraction() < 0.5 || index < 2);
  return {
    name: `AGENT${String(index + 1).padStart(2, '0')}`,
    types,
    from,
    to,
    freeSince: undefined,
  };
}

/** The position of a weight, drawn in proportion to it. */
function drawIndex(random: Random, weights: readonly number[]): number {
  let rest = random.fraction() * weights.reduce((sum, weight) => sum + weight, 0);
  return Math.max(
    weights.findIndex((weight) => (rest -= weight) < 0),
    0,
  );
}

/** Whole seconds, at least 1. */
function drawLognormal(random: Random, median: number, sigma: number): number {
  const radius = Math.sqrt(-2 * Math.log(1 - random.fraction()));
  const normal = radius * Math.cos(2 * Math.PI * random.fraction());
  return Math.max(1, Math.round(median * Math.exp(sigma * normal)));
}
