/**
 * What a recorded contact means: the steps it takes, and when. Pure.
 *
 * The queue's own record rules: a contact enters its queue when it leaves the menu and leaves the
 * queue after the recorded wait. The agents' clock runs a second or two beside the queue's (and is
 * missing in places), so the recorded start of a service is the moment the contact left the queue,
 * and only its length is taken from the agent's columns.
 */
import type { ContactRecord } from './record.js';

/**
 * `served` by an agent; `abandonedFromQueue` after a wait; `abandonedBefore` it came to a queue;
 * `phantom`, no real call.
 */
export type JourneyKind = 'served' | 'abandonedFromQueue' | 'abandonedBefore' | 'phantom';

/** The steps of one contact, times in seconds since midnight of the first day of the file. */
export interface Journey {
  readonly record: ContactRecord;
  readonly kind: JourneyKind;
  readonly type: string;
  /** When the contact enters the menu. */
  readonly submitAtSeconds: number;
  /** When it leaves the menu: for its queue, or, never queued, for good. */
  readonly menuExitAtSeconds: number;
  /** Whether it comes to the queue of its type. */
  readonly queued: boolean;
  /** The recorded wait; 0 = served at once. */
  readonly waitSeconds: number;
  /** When it leaves the queue: to an agent, or for good. */
  readonly queueExitAtSeconds: number;
  /** The recorded service time; 0 for those who were not served. */
  readonly serviceSeconds: number;
  readonly agentName: string | undefined;
}

/**
 * The kind of a contact. A wait of 0 s means it never waited, whatever `q_start` holds; a service
 * time of someone who gave up is an artefact of the recording and is ignored.
 */
export function classify(record: Pick<ContactRecord, 'outcome' | 'queueTimeSeconds'>): JourneyKind {
  if (record.outcome === 'AGENT') return 'served';
  if (record.outcome === 'PHANTOM') return 'phantom';
  return record.queueTimeSeconds > 0 ? 'abandonedFromQueue' : 'abandonedBefore';
}

/** The steps of a contact. They never go back in time. */
export function journeyOf(record: ContactRecord): Journey {
  const kind = classify(record);
  // A negative time in the menu: the exit is the queue's entry too and therefore right; the entry
  // is not, and the contact passes the menu in no time.
  const crossedClocks = record.vruTimeSeconds < 0;
  const submitAtSeconds =
    record.dayStartSeconds + (crossedClocks ? record.vruExitSeconds : record.vruEntrySeconds);
  const menuExitAtSeconds = submitAtSeconds + (crossedClocks ? 0 : record.vruTimeSeconds);
  return {
    record,
    kind,
    type: record.type,
    submitAtSeconds,
    menuExitAtSeconds,
    queued: kind === 'served' || record.queueTimeSeconds > 0,
    waitSeconds: record.queueTimeSeconds,
    queueExitAtSeconds: menuExitAtSeconds + record.queueTimeSeconds,
    serviceSeconds: kind === 'served' || kind === 'phantom' ? record.serviceTimeSeconds : 0,
    agentName: record.agentName,
  };
}
