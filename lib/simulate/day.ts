/** Drives a running server through a day of records, and compares its totals with the outcome. */
import type { QueueTotals } from '../client/index.js';
import type { Clock } from '../clock.js';
import { IxionError } from '../errors.js';
import { type Contact, contactOf, ContactSteps, type DayClient, queueNames } from './contact.js';
import type { Fleet } from './fleet.js';
import { followContact } from './follow.js';
import { type Journey, journeyOf } from './journey.js';
import { drawServiceSeconds, OrderDesk } from './order.js';
import { externalIdOf, type ContactRecord } from './record.js';
import { rosterOf, spareAgentName } from './roster.js';
import { Schedule } from './schedule.js';
import { type DaySummary, summarize } from './statistics.js';
import { disagreements, readTotals } from './totals.js';

export const simulationModes = ['follow', 'order'] as const;
export type SimulationMode = (typeof simulationModes)[number];

export interface DayOptions {
  readonly records: readonly ContactRecord[];
  readonly mode: SimulationMode;
  /** Simulated seconds per second. */
  readonly speed: number;
  /** A longer gap in an agent's record is a break. */
  readonly breakSeconds: number;
  /** For what mode `order` draws. */
  readonly seed: number;
  /** The business process whose queues are used: `NAME.menu` and `NAME.TYPE`. */
  readonly process: string;
  readonly clock: Clock;
  /** Opens the clients of the day; agents by name. */
  openFleet(agentNames: readonly string[]): Promise<Fleet>;
  /** Ends the day early: `simulateDay` rejects with Aborted. */
  readonly signal?: AbortSignal | undefined;
  /** Called about four times a second. */
  onProgress?(progress: DayProgress): void;
}

/** How far a running day is. */
export interface DayProgress {
  /** Simulated seconds since midnight. */
  readonly timeSeconds: number;
  readonly contacts: number;
  readonly submitted: number;
  readonly ended: number;
  /** Placed, and neither taken nor ended. */
  readonly waiting: number;
}

export interface DayReport {
  readonly summary: DaySummary;
  /** Steps that failed, and differences to the server's totals. Empty: the day adds up. */
  readonly problems: readonly string[];
}

/**
 * Runs the day to its end. The server must have the queues, and in mode `order` nothing may wait in
 * them, because the agents would be given it.
 * @throws {IxionError} when no server answers or a queue is not there (UnknownQueue)
 * @throws {QueuesNotEmptyError} in mode `order`
 * @throws {IxionError} Aborted by the signal
 */
export async function simulateDay(options: DayOptions): Promise<DayReport> {
  const journeys = options.records.map(journeyOf);
  const fullRoster = rosterOf(journeys, options.breakSeconds);
  // Who served the contacts without a name is not known, so nobody is at work for them.
  const roster =
    options.mode === 'follow'
      ? fullRoster
      : fullRoster.filter(({ agentName }) => agentName !== spareAgentName);
  const fleet = await options.openFleet(roster.map(({ agentName }) => agentName));
  try {
    const queues = queuesOf(options.process, journeys);
    const before = await readTotals(fleet.media, queues);
    if (options.mode === 'order') refuseWaiting(before);
    const contacts = journeys.map(contactOf);
    const failures = await runContacts(contacts, roster, fleet, options);
    const after = await readTotals(fleet.media, queues);
    return {
      summary: summarize(contacts, roster, options.breakSeconds),
      problems: [...failures, ...disagreements(contacts, options.process, before, after)],
    };
  } finally {
    await fleet.close();
  }
}

/** Mode `order` would hand these to its agents. */
export class QueuesNotEmptyError extends Error {
  override name = 'QueuesNotEmptyError';
}

function refuseWaiting(totals: ReadonlyMap<string, QueueTotals>): void {
  const occupied = [...totals.values()].filter(({ waiting }) => waiting > 0);
  if (occupied.length === 0) return;
  const list = occupied.map(({ queue, waiting }) => `${queue} (${waiting})`).join(', ');
  throw new QueuesNotEmptyError(`interactions wait in ${list}; mode order would pull them`);
}

function queuesOf(process: string, journeys: readonly Journey[]): string[] {
  const { menu, ofType } = queueNames(process);
  return [menu, ...new Set(journeys.map(({ type }) => ofType(type)))];
}

async function runContacts(
  contacts: readonly Contact[],
  roster: ReturnType<typeof rosterOf>,
  fleet: Fleet,
  options: DayOptions,
): Promise<string[]> {
  const first = contacts.reduce(
    (earliest, { journey }) => Math.min(earliest, journey.submitAtSeconds),
    Number.POSITIVE_INFINITY,
  );
  const schedule = new Schedule(options.clock, options.speed, first);
  const steps = new ContactSteps(schedule, fleet.media, fleet.router, options.process);
  const failures: string[] = [];
  const guard = (what: string, run: Promise<void>): Promise<void> =>
    run.catch((error: unknown) => void failures.push(`${what}: ${String(error)}`));
  // Holds the process too: the clock's timers do not.
  const ticker = setInterval(() => options.onProgress?.(progressOf(contacts, schedule)), 250);
  try {
    if (options.mode === 'follow') {
      await orAborted(
        contacts.map((contact) =>
          guard(contactName(contact), followContact(contact, steps, schedule, fleet.agents)),
        ),
        options.signal,
      );
    } else {
      const drawn = drawServiceSeconds(
        contacts.map(({ journey }) => journey),
        options.seed,
      );
      const desk = new OrderDesk(steps, schedule, queueNames(options.process).ofType, drawn);
      const agents = roster.map((agent) => {
        const client = fleet.agents.get(agent.agentName) as DayClient;
        return guard(`agent ${agent.agentName}`, desk.agentWorks(agent, client));
      });
      await orAborted(
        [
          ...contacts.map((contact) => guard(contactName(contact), desk.contactArrives(contact))),
          ...agents,
        ],
        options.signal,
      );
    }
  } finally {
    clearInterval(ticker);
    schedule.stop();
  }
  return failures;
}

/** Resolves with the last of them. @throws {IxionError} Aborted */
async function orAborted(running: readonly Promise<void>[], signal?: AbortSignal): Promise<void> {
  let onAbort: (() => void) | undefined;
  const aborted = new Promise<never>((_, reject) => {
    onAbort = () => reject(new IxionError('Aborted', 'the day was ended early'));
    if (signal?.aborted === true) onAbort();
    signal?.addEventListener('abort', onAbort);
  });
  try {
    await Promise.race([Promise.all(running), aborted]);
  } finally {
    if (onAbort !== undefined) signal?.removeEventListener('abort', onAbort);
  }
}

function contactName({ journey: { record } }: Contact): string {
  return `line ${record.lineNumber}, contact ${externalIdOf(record)}`;
}

function progressOf(contacts: readonly Contact[], schedule: Schedule): DayProgress {
  let [submitted, ended, waiting] = [0, 0, 0];
  for (const contact of contacts) {
    if (contact.interactionId !== undefined) submitted++;
    if (contact.outcome !== undefined) ended++;
    else if (contact.placedAtSeconds !== undefined && contact.takenAtSeconds === undefined) {
      waiting++;
    }
  }
  const timeSeconds = schedule.nowSeconds();
  return { timeSeconds, contacts: contacts.length, submitted, ended, waiting };
}
