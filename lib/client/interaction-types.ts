/** The public types of the SDK that are about what an interaction is handed in and changed with. */
import type { KeyValues } from '../interaction/attached-data.js';
import type { WorkbinName } from './workbin-types.js';

/** Changes of attached data. */
export interface DataChanges {
  readonly added?: KeyValues | undefined;
  readonly changed?: KeyValues | undefined;
  readonly deleted?: readonly string[] | undefined;
}

/** Properties that may be changed after the submit. Times in ms since 1970 UTC. */
export interface ChangeableProperties {
  readonly externalId?: string | undefined;
  readonly parentId?: string | undefined;
  readonly priority?: number | undefined;
  /** Seconds. */
  readonly serviceObjective?: number | undefined;
  readonly isOnline?: boolean | undefined;
  /** Queues suggested for it, as keys; with the key `__STOP__` the agent may end it. */
  readonly inQueues?: KeyValues | undefined;
  /** Queues proposed for its children, as keys. */
  readonly outQueues?: KeyValues | undefined;
}

/** An interaction to hand in. */
export interface Submission extends ChangeableProperties {
  readonly queue: string;
  readonly mediaType: string;
  readonly interactionType: string;
  readonly interactionSubtype?: string | undefined;
  /** Absent: the server chooses. */
  readonly interactionId?: string | undefined;
  readonly tenantId?: number | undefined;
  /** Milliseconds since 1970 UTC, or a Date; absent: now. */
  readonly receivedAt?: number | Date | undefined;
  readonly hold?: boolean | undefined;
  /** Comes off hold by itself then: milliseconds since 1970 UTC, or a Date. Only with `hold`. */
  readonly holdUntil?: number | Date | undefined;
  readonly userData?: KeyValues | undefined;
  /**
   * Straight into this workbin, in nobody's hands, also if an agent submits it; `queue` only says
   * in which partition it is then.
   */
  readonly workbin?: WorkbinName | undefined;
}

/** A hold that begins with what is asked for (true), or ends (false); absent: as it is. */
export interface WantedHold {
  readonly hold?: boolean | undefined;
  /** Comes off hold by itself then: milliseconds since 1970 UTC, or a Date. Only with `hold`. */
  readonly holdUntil?: number | Date | undefined;
}

/** What is told of an interaction that may be over. */
export interface CustomReport {
  /** What it is, for who reads it. */
  readonly eventId: number;
  readonly content?: KeyValues | undefined;
  readonly agentId?: string | undefined;
  readonly placeId?: string | undefined;
  readonly medium?: string | undefined;
}
