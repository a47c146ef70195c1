/** The public types of the SDK that are about agents. */
import type { CallOptions } from './call-options.js';
import type { Invitation, TakenWork } from './delivery-types.js';
import type {
  AssignedWork,
  ConferenceTarget,
  Intrusion,
  IntrusionTerms,
  PartyChange,
  TransferTarget,
} from './party-types.js';

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

/** What an agent has still to do with an interaction that is over for it, and may be gone. */
export interface WrapUp {
  readonly interactionId: string;
  readonly medium: string;
  /** Where the interaction was. */
  readonly queue: string;
  /** `exactly`: it ends with its time and not before. */
  readonly mode: 'until-done' | 'at-most' | 'exactly';
  /** It is not done without a disposition code. */
  readonly needsCode: boolean;
  /** Milliseconds since 1970 UTC. */
  readonly since: number;
  /** When it ends by itself; undefined: until it is done. */
  readonly until: number | undefined;
  /** The disposition code that was given. */
  readonly code: string | undefined;
}

/** What an agent can take, as the server tells it. */
export interface AgentStatus {
  readonly placeId: string;
  readonly doNotDisturb: boolean;
  readonly reason: string | undefined;
  readonly media: readonly AgentMedium[];
  /** What it has still to do with interactions that are over for it. */
  readonly wrapUps: readonly WrapUp[];
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
  /** What it had in hand when this client logged it in last; see `client.heldInteractions`. */
  readonly heldInteractions: readonly string[];
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
  /** What a supervisor gives it: it has that in hand from then on. Ends as `status`. */
  assigned(): AsyncIterableIterator<AssignedWork>;
  /** Who comes to take part in what it takes part in, and who goes. Ends as `status`. */
  parties(): AsyncIterableIterator<PartyChange>;
  /** Absent: for all its media. */
  ready(medium?: string, options?: CallOptions): Promise<void>;
  notReady(medium?: string, options?: NotReadyOptions): Promise<void>;
  addMedium(medium: string, isReady?: boolean, options?: CallOptions): Promise<void>;
  removeMedium(medium: string, options?: CallOptions): Promise<void>;
  doNotDisturb(isOn: boolean, options?: CallOptions): Promise<void>;
  /** Another reason of the agent, or of one medium of it. */
  changeReason(options: CallOptions, medium?: string): Promise<void>;
  logout(options?: CallOptions): Promise<void>;
  /**
   * Gives what the agent has in hand to another agent, wherever it is or at a place, or to a queue
   * (`__BACK__`: the one that it was taken from). Resolves when the other agent has accepted it;
   * rejects when it has not, and then nothing has changed. Without `timeoutMs` the call lasts as
   * long as the invitation. When the connection is lost it rejects with ConnectionLost and is not
   * repeated: `getProperties` tells who has it.
   * @throws {IxionError} InvitationFailed, AgentNotLoggedIn, AgentNotAvailable, AgentRests,
   *   InteractionOffered, HeldByAnother, NotInRequiredState, CustomerLeft; UnknownQueue
   */
  transfer(id: string, to: TransferTarget, options?: CallOptions): Promise<void>;
  /**
   * Invites another agent to take part in what this one has in hand; the rest as `transfer`.
   * @throws {IxionError} as `transfer`; TooManyParties
   */
  conference(id: string, to: ConferenceTarget, options?: CallOptions): Promise<void>;
  /**
   * Invites this agent, of a supervisor, to take part in what others have in hand. The invitation
   * comes by `invitations()`, with the ticket that this resolves with.
   * @throws {IxionError} NotPermitted, NotInRequiredState, InteractionOffered, UnknownInteraction
   */
  intrude(id: string, terms: IntrusionTerms, options?: CallOptions): Promise<Intrusion>;
  /**
   * Takes part no more: another one has it then, or it is at its place in its queue.
   * @throws {IxionError} NotInRequiredState: it takes no part
   */
  leave(id: string, options?: CallOptions): Promise<void>;
  /**
   * What was to be done after an interaction is done; `code`: its disposition code.
   * @throws {IxionError} NotInRequiredState, UnknownDispositionCode; MissingAttribute: there has to
   *   be a code
   */
  endWrapUp(id: string, code?: string, options?: CallOptions): Promise<void>;
  /**
   * Gives the disposition code of an interaction, and goes on with what is to be done.
   * @throws {IxionError} NotInRequiredState, UnknownDispositionCode
   */
  giveDisposition(id: string, code: string, options?: CallOptions): Promise<void>;
}

/** A medium of an agent with what it has of it; what is neither of these is outside. */
export interface ListedMedium extends AgentMedium {
  readonly inHand: number;
  readonly offered: number;
  readonly inWrapUp: number;
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
  readonly wrapUps: readonly WrapUp[];
  /** ClientName of the router that has reserved it or its place. */
  readonly reservedBy: string | undefined;
  /** By medium how much it has outside of the server; it need not have these media. */
  readonly outside: Readonly<Record<string, number>>;
  readonly media: readonly ListedMedium[];
}
