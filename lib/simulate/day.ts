/** Drives a running server through a day of records, and compares its totals with the outcome. */
import type { QueueTotals } from '../client/index.js';
import { type Contact, contactOf, ContactSteps, queueNames, queuesOf } from './contact.js';
import type { Fleet } from './fleet.js';
import { otherWaits } from './follow.js';
import { Inviting } from './invite.js';
import { type Journey, journeyOf } from './journey.js';
import { cancelLeft, leftContacts } from './left.js';
import type { DayOptions } from './options.js';
import { orderRoster, rosterOf } from './roster.js';
import { runContacts } from './run.js';
import { Schedule } from './schedule.js';
import { type DaySummary, summarize } from './statistics.js';
import { disagreements, readTotals } from './totals.js';
import { type RowWarning, warningsOf } from './warnings.js';

export interface DayReport {
  readonly summary: DaySummary;
  /**
   * Steps that failed, contacts left, differences to the server's totals. Empty: the day adds up.
   */
  readonly problems: readonly string[];
  /** Rows that can hardly be what happened. */
  readonly warnings: readonly RowWarning[];
  /** Every contact at the end of the day. */
  readonly contacts: readonly Contact[];
}

/**
 * Runs the day to its end. The server must have the queues, and in mode `order` nothing may wait in
 * them, because the agents would be given it.
 * @throws {IxionError} when no server answers
 * @throws {QueuesMissingError} naming the types whose queue is not there; nothing was submitted
 * @throws {QueuesNotEmptyError} in mode `order`
 * @throws {AgentsMissingError} with `invite`; nothing was submitted
 * @throws {DayEndedEarly} by the signal
 */
export async function simulateDay(options: DayOptions): Promise<DayReport> {
  const journeys = options.records.map(journeyOf);
  const recorded = rosterOf(journeys, options.breakSeconds);
  const roster = options.mode === 'follow' ? recorded : orderRoster(recorded);
  const fleet = await options.openFleet(roster.map(({ agentName }) => agentName));
  try {
    await refuseMissing(fleet, options.process, journeys);
    const queues = queuesOf(options.process, options.records);
    const before = await readTotals(fleet.media, queues);
    if (options.mode === 'order') refuseWaiting(before);
    const contacts = journeys.map(contactOf);
    const schedule = new Schedule(options.clock, options, firstMoment(journeys));
    const steps = new ContactSteps(schedule, fleet.media, fleet.router, options.process);
    const taking = options.invite ? await invitingOf(fleet, schedule) : undefined;
    const running = { contacts, roster, fleet, schedule, steps, taking };
    const failures = await runContacts(running, options);
    const after = await readTotals(fleet.media, queues);
    const problems = [
      ...failures,
      ...leftContacts(contacts),
      ...disagreements(contacts, options.process, before, after),
      ...(options.oneByOne === true && options.mode === 'follow' ? otherWaits(contacts) : []),
    ];
    if (options.clean) await cancelLeft(contacts, steps);
    return {
      summary: summarize(contacts, roster, options, schedule.lateness),
      problems,
      warnings: warningsOf(journeys),
      contacts,
    };
  } finally {
    await fleet.close();
  }
}

function invitingOf({ inviting }: Fleet, schedule: Schedule): Promise<Inviting> {
  if (inviting === undefined) throw new TypeError('the clients of this day invite nobody');
  return Inviting.open(inviting.router, schedule, inviting.agents);
}

const firstMoment = (journeys: readonly Journey[]): number =>
  journeys.reduce(
    (earliest, { submitAtSeconds }) => Math.min(earliest, submitAtSeconds),
    Number.POSITIVE_INFINITY,
  );

/** A type of the file whose queue the server does not have. */
export class QueuesMissingError extends Error {
  override name = 'QueuesMissingError';
}

async function refuseMissing(
  { media }: Fleet,
  process: string,
  journeys: readonly Journey[],
): Promise<void> {
  const { menu, ofType } = queueNames(process);
  const there = new Set((await media.queueStatistics()).map(({ queue }) => queue));
  const lines = there.has(menu) ? [] : [`the server has no queue ${menu}`];
  for (const type of new Set(journeys.map((journey) => journey.type))) {
    if (there.has(ofType(type))) continue;
    const of = journeys.filter((journey) => journey.type === type);
    const [first] = of;
    lines.push(
      `line ${first?.record.lineNumber}: type ${type} (${of.length} contacts): the server has no ` +
        `queue ${ofType(type)}`,
    );
  }
  if (lines.length === 0) return;
  lines.push('add the queues to the configuration, or name the business process with --process');
  throw new QueuesMissingError(lines.join('\n'));
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
