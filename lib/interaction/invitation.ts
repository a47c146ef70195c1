/**
 * An interaction is offered to an agent: what the desk asks of a partition, and what it is told of
 * what became of it. Plain data.
 */
import type { WantedHold } from './record-changes.js';

/**
 * Why agents are invited. `deliver`: somebody routes; `transfer`: who has it gives it away;
 * `conference`: who has it wants another one with it; `intrude`: a supervisor invites itself.
 */
export type InvitationKind = 'deliver' | 'transfer' | 'conference' | 'intrude';

/** How an agent takes part; numbers of the protocol. Who monitors or coaches never has it. */
export const VisibilityMode = { conference: 1, monitor: 2, coach: 3 } as const;
export type VisibilityMode = (typeof VisibilityMode)[keyof typeof VisibilityMode];

/** What the desk wants to have offered. Times are durations. A hold is that of a transfer. */
export interface InvitationOrder extends WantedHold {
  readonly kind: InvitationKind;
  readonly interactionId: string;
  /** Absent: in mode conference, as of all that is delivered or transferred. */
  readonly mode?: VisibilityMode | undefined;
  readonly agentId: string;
  readonly placeId: string;
  /** The medium of which the agent has a slot for it; undefined: it is asked for first. */
  readonly medium: string | undefined;
  /** Session numbers of the clients that may accept it. */
  readonly sessions: readonly number[];
  /** How long the agent may think, unless the interaction says otherwise. */
  readonly deliveringMs: number;
  /** How long it may do nothing about it afterwards, unless the interaction says otherwise. */
  readonly handlingMs: number;
  /** The same, as who asks wants it, whatever the interaction says. */
  readonly wantedDeliveringMs?: number | undefined;
  readonly wantedHandlingMs?: number | undefined;
  /** For how long it is not offered to the agent again once that has refused it. */
  readonly restMs: number;
  /** After so many refusals and expiries, and after as many again, it is set aside. */
  readonly failuresMax: number;
  /** The queue for that; undefined: it stays in its own. */
  readonly setAsideQueue: string | undefined;
  readonly reasonSystemName?: string | undefined;
  readonly reasonDescription?: string | undefined;
  /** A packed map. */
  readonly extension?: Uint8Array | undefined;
}

/** What a partition says to that; it refuses by an error. */
export type InvitationAnswer =
  | {
      readonly result: 'invited';
      /** The ticket. */
      readonly number: number;
      /** When it ends, by the wall clock. */
      readonly untilMs: number;
      /** Its properties, packed. */
      readonly interaction: Uint8Array;
    }
  /** The interaction lives in another partition. */
  | { readonly result: 'elsewhere'; readonly partition: number }
  /** It is of this medium. */
  | { readonly result: 'medium'; readonly medium: string };

/**
 * What becomes of an agent and an interaction. `taken`: it has it in hand without an invitation,
 * since it has pulled or made it. `removed`: it had it in hand, and has it no more. `party-added`
 * and `party-removed`: it takes part, or no longer; others that do (`tell`) are to hear of it.
 * `supervised`: a supervisor did something to what it has, for the audit log.
 */
export type OutcomeKind =
  | 'accepted'
  | 'rejected'
  | 'expired'
  | 'taken-back'
  | 'taken'
  | 'removed'
  | 'party-added'
  | 'party-removed'
  | 'supervised';

export interface AgentOutcome {
  readonly what: OutcomeKind;
  readonly interactionId: string;
  readonly agentId: string;
  /** The ticket; 0: none. */
  readonly number: number;
  readonly reasonSystemName?: string | undefined;
  readonly reasonDescription?: string | undefined;
  /** Properties, packed, where the agent does not know of it as yet. */
  readonly interaction?: Uint8Array | undefined;
  /** The session that accepted, rejected or supervised it. */
  readonly session?: number | undefined;
  /** Of the news of a party: agents that are told, who caused it, why, and how it takes part. */
  readonly tell?: readonly string[] | undefined;
  readonly actorId?: string | undefined;
  readonly operation?: number | undefined;
  readonly mode?: number | undefined;
  /** Of what was supervised: the act, as `stop`. */
  readonly act?: string | undefined;
  /** Of what was taken: its medium. */
  readonly medium?: string | undefined;
  /**
   * Of what was removed, by the end of the agent's part and not by a loss: the queue that it was
   * in. A wrap-up may follow.
   */
  readonly finishedIn?: string | undefined;
  /** It failed so often that it is set aside: into this queue, or into none there is. */
  readonly setAside?: string | undefined;
}

/** What an agent is offered or has in hand, as a partition reports it. */
export interface AgentWork {
  readonly interactionId: string;
  readonly agentId: string;
  readonly medium: string;
  /** The ticket; 0: it is in hand. */
  readonly number: number;
  /** How it takes part in what is in hand; absent: in mode conference. */
  readonly mode?: VisibilityMode | undefined;
}

/** A page of that; `next`: where the next page begins, undefined: there is none. */
export interface AgentWorkPage {
  readonly work: readonly AgentWork[];
  readonly next: string | undefined;
}

/** What the desk wants to have taken from an agent. */
export interface Taking {
  readonly interactionId: string;
  readonly agentId: string;
  /** ReasonSystemName of the events. */
  readonly reason: string;
  /** The type of workbins of the agent where it goes; undefined: to its queue. */
  readonly workbin?: string | undefined;
}
