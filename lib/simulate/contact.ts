/**
 * One contact on its way through the server. Each step waits for the answer to the one before, so
 * the server sees them in order however late the simulation runs.
 *
 * scheduled -> submitted -> placed -> taken -> ended; a step that does not apply is left out.
 * "Ended" is reached by the first stop that the server acknowledges: the media server's (gave up,
 * phantom) or the agent's (served). The other gets error 43 and changes nothing.
 */
import type { CallOptions, Client } from '../client/index.js';
import { IxionError } from '../errors.js';
import type { Journey, JourneyKind } from './journey.js';
import { type ContactRecord, externalIdOf } from './record.js';
import type { Schedule } from './schedule.js';

/** What the simulation needs of a client. */
export type DayClient = Pick<
  Client,
  'submit' | 'placeInQueue' | 'pull' | 'pullById' | 'stop' | 'queueStatistics' | 'close'
>;

/** Long enough for a server to be killed and to come back: no step is given up before. */
export const stepOptions: CallOptions = { timeoutMs: 120_000 };

/** Of every contact. */
export const mediaType = 'callback';

/** Names of the queues of a day: the menu, and one per type. */
export function queueNames(process: string): { menu: string; ofType(type: string): string } {
  return { menu: `${process}.menu`, ofType: (type) => `${process}.${type}` };
}

/** All queues that a day needs. */
export function queuesOf(process: string, records: readonly ContactRecord[]): string[] {
  const { menu, ofType } = queueNames(process);
  return [menu, ...new Set(records.map(({ type }) => ofType(type)))];
}

/** The reason, as the server's totals name it, with which each kind of contact is stopped. */
export const stopReasons: Readonly<Record<JourneyKind, string>> = {
  served: 'Normal',
  abandonedFromQueue: 'Abandoned',
  abandonedBefore: 'Abandoned',
  phantom: 'Phantom',
};

/** The reason with which `--clean` stops what a day has left. */
export const cancelReason = 'Cancelled';

/** Where the contact is; times are simulated seconds at which the server's answer came. */
export interface Contact {
  readonly journey: Journey;
  interactionId: string | undefined;
  placedAtSeconds: number | undefined;
  takenAtSeconds: number | undefined;
  endedAtSeconds: number | undefined;
  /** Set with the end. */
  outcome: JourneyKind | undefined;
  /** Who took it. */
  agentName: string | undefined;
}

export function contactOf(journey: Journey): Contact {
  return {
    journey,
    interactionId: undefined,
    placedAtSeconds: undefined,
    takenAtSeconds: undefined,
    endedAtSeconds: undefined,
    outcome: undefined,
    agentName: undefined,
  };
}

/** The steps that both modes share. All reject with `IxionError` as the client does. */
export class ContactSteps {
  readonly #schedule: Schedule;
  readonly #media: DayClient;
  readonly #router: DayClient;
  readonly #queues: ReturnType<typeof queueNames>;
  /** Submits that are not answered. */
  readonly #submitting = new Set<Promise<unknown>>();

  constructor(schedule: Schedule, media: DayClient, router: DayClient, process: string) {
    this.#schedule = schedule;
    this.#media = media;
    this.#router = router;
    this.#queues = queueNames(process);
  }

  /** The media server hands the contact in, to the menu. */
  async submit(contact: Contact): Promise<void> {
    const { record, type } = contact.journey;
    const submitting = this.#media.submit(
      {
        queue: this.#queues.menu,
        mediaType,
        interactionType: 'Inbound',
        interactionSubtype: 'InboundNew',
        externalId: externalIdOf(record),
        isOnline: true,
        ...(record.priority === undefined ? {} : { priority: record.priority }),
        userData: { VruLine: record.vruLine, CallId: record.callId, ServiceType: type },
      },
      stepOptions,
    );
    this.#submitting.add(submitting);
    try {
      contact.interactionId = (await submitting).interactionId;
    } finally {
      this.#submitting.delete(submitting);
    }
  }

  /** Resolves when no submit is without an answer: then every contact on the server is known. */
  async submitsAnswered(): Promise<void> {
    await Promise.allSettled(this.#submitting);
  }

  /** Ends a contact that the day has left, whoever has it; true if it was still there. */
  async cancel(contact: Contact): Promise<boolean> {
    try {
      const reason = { systemName: cancelReason };
      await this.#media.stop(idOf(contact), { ...stepOptions, reason });
      return true;
    } catch (error) {
      if (error instanceof IxionError && error.errorName === 'UnknownInteraction') return false;
      throw error;
    }
  }

  /** The router moves it to the queue of its type. */
  async place(contact: Contact): Promise<void> {
    const { record, type } = contact.journey;
    const changes = { added: { VruSeconds: record.vruTimeSeconds } };
    await this.#router.placeInQueue(idOf(contact), this.#queues.ofType(type), changes, stepOptions);
    contact.placedAtSeconds = this.#schedule.nowSeconds();
  }

  /** The media server ends it; true if this decided its outcome. */
  abandon(contact: Contact): Promise<boolean> {
    const { kind } = contact.journey;
    const outcome = kind === 'phantom' ? 'phantom' : abandonment(contact);
    return this.#stop(this.#media, contact, outcome);
  }

  /** The agent ends it; true if this decided its outcome. */
  complete(contact: Contact, agent: DayClient): Promise<boolean> {
    return this.#stop(agent, contact, contact.journey.kind === 'phantom' ? 'phantom' : 'served');
  }

  async #stop(client: DayClient, contact: Contact, outcome: JourneyKind): Promise<boolean> {
    const reason = { systemName: stopReasons[outcome] };
    try {
      await client.stop(idOf(contact), { ...stepOptions, reason });
    } catch (error) {
      if (error instanceof IxionError && error.errorName === 'UnknownInteraction') return false;
      throw error;
    }
    contact.endedAtSeconds = this.#schedule.nowSeconds();
    contact.outcome = outcome;
    return true;
  }
}

/** The identifier that the server gave the contact. */
export function idOf(contact: Contact): string {
  if (contact.interactionId === undefined) throw new TypeError('the contact was not submitted');
  return contact.interactionId;
}

function abandonment(contact: Contact): JourneyKind {
  return contact.placedAtSeconds === undefined ? 'abandonedBefore' : 'abandonedFromQueue';
}
