/** The public types of the SDK that are about agents. */
import type { CallOptions } from './call-options.js';
import type { Invitation, TakenWork } from './delivery-types.js';

/** What an agent logs in with. */
export interface AgentLogin {
  readonly agentId: string;
  /** Absent: the place of the agent's object. */
  readonly placeId?: string | undefined;
  /** Absent: that of the client. */
  readonly tenantId?: number | undefined;
  /** By medium whether the agent is ready for it. */
  readonly media?: Readonly<Record<string, boolean>> | undefined;
}

/** A medium of an agent. */
export interface AgentMedium {
  readonly name: string;
  readonly state: 'not-ready' | 'ready' | 'not-ready-after-current';
  /** It is offered, as long as there is room. */
  readonly ready: boolean;
  /** What the agent has of it: in hand, offered, in wrap-up, outside. */
  readonly current: number;
  /** What it could have without anything else. */
  readonly greatest: number;
  /** How many more may be offered now. */
  readonly free: number;
  /** Why it is not ready. */
  readonly reason: string | undefined;
}

/** What an agent can take, as the server tells it. */
export interface AgentStatus {
  readonly placeId: string;
  readonly doNotDisturb: boolean;
  readonly reason: string | undefined;
  readonly media: readonly AgentMedium[];
  /** Somebody else has changed it just now. */
  readonly forced?:
    | {
        /** `ready`, `not-ready`, `not-ready-after-current` or `logged-out`. */
        readonly state: string;
        /** Undefined: all. */
        readonly medium: string | undefined;
        /** ClientName; undefined: the server. */
        readonly by: string | undefined;
        readonly reason: string | undefined;
      }
    | undefined;
}

export interface NotReadyOptions extends CallOptions {
  /** Not ready when what is in hand has gone. */
  readonly afterCurrent?: boolean | undefined;
}

/**
 * An agent that a client has logged in. When the connection was lost it is logged in again by
 * itself, with all that it had. Reasons are in `options.reason`.
 */
export interface Agent {
  readonly agentId: string;
  /** False once it was logged out, by whomever. */
  readonly isLoggedIn: boolean;
  /** What the server said last. */
  readonly current: AgentStatus | undefined;
  /**
   * Starts with what the server said last; ends when the agent is logged out, with the error by
   * which it could not be logged in again if that is why.
   */
  status(): AsyncIterableIterator<AgentStatus>;
  /**
   * What the agent is offered from now on, and has been offered and not yet read. Several readers
   * share it: each invitation is read once. Leaving the loop refuses nothing. Ends as `status`.
   */
  invitations(): AsyncIterableIterator<Invitation>;
  /** What it had in hand and somebody has taken from it, stopped or placed. Ends as `status`. */
  taken(): AsyncIterableIterator<TakenWork>;
  /** Absent: for all its media. */
  ready(medium?: string, options?: CallOptions): Promise<void>;
  notReady(medium?: string, options?: NotReadyOptions): Promise<void>;
  addMedium(medium: string, isReady?: boolean, options?: CallOptions): Promise<void>;
  removeMedium(medium: string, options?: CallOptions): Promise<void>;
  doNotDisturb(isOn: boolean, options?: CallOptions): Promise<void>;
  /** Another reason of the agent, or of one medium of it. */
  changeReason(options: CallOptions, medium?: string): Promise<void>;
  logout(options?: CallOptions): Promise<void>;
}

/** An agent that is logged in, as a list tells it. */
export interface ListedAgent {
  readonly agentId: string;
  readonly placeId: string;
  readonly tenantId: number;
  /** ClientName of who logged it in last. */
  readonly clientName: string;
  /** Milliseconds since 1970 UTC. */
  readonly loggedInAt: number;
  readonly doNotDisturb: boolean;
  /** Clients that speak for it. */
  readonly connections: number;
  /** Since when its link is lost, milliseconds since 1970 UTC. */
  readonly lostAt: number | undefined;
  /** What it was given above its capacity since it logged in. */
  readonly exceeded: number;
  readonly reason: string | undefined;
  readonly media: readonly AgentMedium[];
}
