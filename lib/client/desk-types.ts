/** The public types of the SDK for who routes to agents, or reports what they do elsewhere. */
import type { IxionError } from '../errors.js';
import type { KeyValues } from '../interaction/attached-data.js';
import type { CallOptions } from './call-options.js';
import type { ActorType } from './records.js';

/** What a router reserves: an agent, a place, or both at once. */
export type ReservationRequest = (
  | { readonly agentId: string; readonly placeId?: string | undefined }
  | { readonly agentId?: undefined; readonly placeId: string }
) & {
  /** Of those that compete, the greatest is granted; absent: 0. */
  readonly priority?: number | undefined;
  /** For how long, at most an hour; absent: as the option `reservation-time` says. */
  readonly forMs?: number | undefined;
};

/** Others offer nothing to the agent, or at the place, until it is over. */
export interface Reservation {
  readonly agentId: string | undefined;
  readonly placeId: string | undefined;
  /** How long it holds, from the answer on. */
  readonly forMs: number;
  /**
   * Ends it before its time.
   * @throws {IxionError} AgentNotReserved: it is over, with its time or a lost connection
   */
  cancel(options?: CallOptions): Promise<void>;
}

/** What an agent has outside of the server. */
export interface OutsideLoadReport {
  readonly agentId: string;
  /** Absent: `voice`. */
  readonly medium?: string | undefined;
  /** How many; 0: none. */
  readonly count: number;
  /** For how long it counts without being said again, at most 3,600; absent: 60. */
  readonly leaseSeconds?: number | undefined;
}

/**
 * Outside load that is said again before its lease is over, and at once after a lost connection,
 * until it is ended. While its agent is not logged in it is still said, so that it counts when that
 * is back.
 */
export interface OutsideLoad extends AsyncDisposable {
  readonly agentId: string;
  readonly medium: string | undefined;
  readonly count: number;
  /** Why it was not said the last time; undefined: it was. */
  readonly problem: IxionError | undefined;
  /** Resolves when it is not said any more: by `end` (undefined), or since it was refused. */
  readonly ended: Promise<IxionError | undefined>;
  /**
   * The agent has more outside now, or less.
   * @throws {IxionError} as `setOutsideLoad`; ClientClosed: it has ended
   */
  change(count: number): Promise<void>;
  /** The agent has nothing outside any more, and it is not said again. Never rejects. */
  end(): Promise<void>;
}

/** An interaction that was submitted under this client's `submittedBy`, and does not exist now. */
export interface StoppedInteraction {
  readonly interactionId: string;
  readonly submittedBy: string;
  readonly tenantId: number | undefined;
  /** Milliseconds since 1970 UTC. */
  readonly stoppedAt: number | undefined;
  /** ClientName or AgentId of who stopped it; undefined: the server. */
  readonly by: string | undefined;
  /** Compare with `ActorType.agent` and the like. */
  readonly byType: ActorType | undefined;
  readonly reason: string | undefined;
  readonly description: string | undefined;
  readonly extension: KeyValues | undefined;
}
