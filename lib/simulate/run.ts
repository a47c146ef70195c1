/**
 * The hours of a day: contacts and agents go through their steps until the last one, or a signal.
 */
import { type Contact, type ContactSteps, type DayClient, queueNames } from './contact.js';
import type { Fleet } from './fleet.js';
import { followContact } from './follow.js';
import { cancelLeft, countLeft } from './left.js';
import type { DayOptions, DayProgress } from './options.js';
import { drawServiceSeconds, OrderDesk } from './order.js';
import { externalIdOf } from './record.js';
import type { RosterEntry } from './roster.js';
import type { Schedule } from './schedule.js';
import type { Taking } from './taking.js';

/** The signal ended the day. What its contacts on the server were is told. */
export class DayEndedEarly extends Error {
  override name = 'DayEndedEarly';
  /** Simulated seconds since midnight of the first day. */
  readonly timeSeconds: number;
  readonly submitted: number;
  /** Still on the server. */
  readonly left: number;
  /** Stopped as Cancelled, with `clean`. */
  readonly cancelled: number;

  constructor(of: Pick<DayEndedEarly, 'timeSeconds' | 'submitted' | 'left' | 'cancelled'>) {
    super('the day was ended early');
    this.timeSeconds = of.timeSeconds;
    this.submitted = of.submitted;
    this.left = of.left;
    this.cancelled = of.cancelled;
  }
}

/** What a day runs with. */
export interface Running {
  readonly contacts: readonly Contact[];
  readonly roster: readonly RosterEntry[];
  readonly fleet: Fleet;
  readonly schedule: Schedule;
  readonly steps: ContactSteps;
  /** How agents come to contacts in mode `order`; absent: they pull. */
  readonly taking?: Taking | undefined;
}

type RunOptions = Pick<DayOptions, 'mode' | 'seed' | 'process' | 'clean' | 'signal' | 'onProgress'>;

/**
 * Runs all contacts to their end.
 * @returns a line for each step that failed
 * @throws {DayEndedEarly} by the signal
 */
export async function runContacts(running: Running, options: RunOptions): Promise<string[]> {
  const { contacts, schedule, steps } = running;
  const failures: string[] = [];
  const guard = (what: string, run: Promise<void>): Promise<void> =>
    run.catch((error: unknown) => void failures.push(`${what}: ${String(error)}`));
  // Holds the process too: the clock's timers do not.
  const ticker = setInterval(() => options.onProgress?.(progressOf(contacts, schedule)), 250);
  try {
    const courses =
      options.mode === 'follow' ? followCourses(running) : orderCourses(running, options);
    const isWhole = await endOf(
      courses.map(([what, run]) => guard(what, run())),
      options.signal,
    );
    if (!isWhole) throw await endEarly(contacts, schedule, steps, options.clean);
  } finally {
    clearInterval(ticker);
    schedule.stop();
  }
  return failures;
}

/** What goes on at the same time, with what it is called in a problem. */
type Course = readonly [string, () => Promise<void>];

const followCourses = ({ contacts, steps, schedule, fleet }: Running): Course[] =>
  contacts.map((contact) => [
    contactName(contact),
    () => followContact(contact, steps, schedule, fleet.agents),
  ]);

function orderCourses(
  { contacts, roster, fleet, schedule, steps, taking }: Running,
  { seed, process }: RunOptions,
): Course[] {
  const journeys = contacts.map(({ journey }) => journey);
  const drawn = drawServiceSeconds(journeys, seed);
  const { ofType } = queueNames(process);
  const desk = new OrderDesk(steps, schedule, ofType, drawn, roster, taking);
  return [
    ...contacts.map((contact): Course => [
      contactName(contact),
      () => desk.contactArrives(contact),
    ]),
    ...roster.map((agent): Course => {
      const client = fleet.agents.get(agent.agentName) as DayClient;
      return [`agent ${agent.agentName}`, () => desk.agentWorks(agent, client)];
    }),
  ];
}

/** Resolves with the last of them; false: the signal came first. */
async function endOf(running: readonly Promise<void>[], signal?: AbortSignal): Promise<boolean> {
  let onAbort: (() => void) | undefined;
  const aborted = new Promise<boolean>((resolve) => {
    onAbort = () => resolve(false);
    if (signal?.aborted === true) onAbort();
    signal?.addEventListener('abort', onAbort);
  });
  try {
    return await Promise.race([Promise.all(running).then(() => true), aborted]);
  } finally {
    if (onAbort !== undefined) signal?.removeEventListener('abort', onAbort);
  }
}

/** Nothing new begins; what is on the server is counted, and stopped if that is wanted. */
async function endEarly(
  contacts: readonly Contact[],
  schedule: Schedule,
  steps: ContactSteps,
  clean: boolean,
): Promise<DayEndedEarly> {
  const timeSeconds = schedule.nowSeconds();
  schedule.stop();
  await steps.submitsAnswered();
  const cancelled = clean ? await cancelLeft(contacts, steps) : 0;
  const left = clean ? 0 : countLeft(contacts);
  const submitted = contacts.filter(({ interactionId }) => interactionId !== undefined).length;
  return new DayEndedEarly({ timeSeconds, submitted, left, cancelled });
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
