/** The public types of the SDK that are about offering interactions to agents. */
import type { KeyValues } from '../interaction/attached-data.js';
import type { CallOptions } from './call-options.js';
import type { Interaction } from './records.js';

/** What an offer is made with, besides to whom. */
export interface OfferTerms {
  /** The medium of the interaction: who knows it saves the server a question. */
  readonly medium?: string | undefined;
  /** How long the agent may think, whatever the interaction, its medium and the options say. */
  readonly deliveringTimeoutMs?: number | undefined;
  /** How long it may do nothing about it afterwards, likewise. */
  readonly handlingTimeoutMs?: number | undefined;
}

/** To whom an interaction is offered: to an agent wherever it is, or to the one at a place. */
export type DeliveryTarget = OfferTerms &
  (
    | { readonly agentId: string; readonly placeId?: string | undefined }
    | { readonly agentId?: undefined; readonly placeId: string }
  );

/** What becomes of an invitation. */
export interface DeliveryOutcome {
  /**
   * `unknown`: the connection was lost meanwhile, or the client closed. What the interaction is now
   * (`getProperties`) tells.
   */
  readonly outcome: 'accepted' | 'rejected' | 'expired' | 'taken-back' | 'unknown';
  /** Who was invited; undefined: unknown. */
  readonly agentId: string | undefined;
  /** ReasonSystemName and ReasonDescription of who refused it or took it back. */
  readonly reason: string | undefined;
  readonly description: string | undefined;
}

/** An interaction that is offered to an agent: the invitation is on disk. */
export interface Delivery {
  readonly interactionId: string;
  /** Counts the invitations of the interaction from 1. */
  readonly ticketId: number;
  /** Never rejects. */
  readonly outcome: Promise<DeliveryOutcome>;
}

/** Why an agent has something no more. */
export interface Withdrawal {
  /** As `Expired`, `Stopped`, `AnsweredElsewhere`, `ConnectionLost`. */
  readonly reason: string | undefined;
  readonly description: string | undefined;
}

/** An interaction that an agent is invited to take. */
export interface Invitation {
  readonly interactionId: string;
  readonly ticketId: number;
  readonly agentId: string;
  readonly placeId: string | undefined;
  /** With its attached data, as it was when it was offered. */
  readonly interaction: Interaction;
  /** When it ends if nobody answers; milliseconds since 1970 UTC by the server's clock. */
  readonly expiresAt: number;
  /** Why: compare with `PartyOperation.transfer` and the like. */
  readonly operation: number | undefined;
  /** How the agent takes part: compare with `VisibilityMode.conference` and the like. */
  readonly visibilityMode: number | undefined;
  /** ClientName or AgentId of who offers it. */
  readonly by: string | undefined;
  readonly reason: string | undefined;
  readonly description: string | undefined;
  readonly extension: KeyValues | undefined;
  /** `revoked`: it was taken back, has expired, or the agent has gone. */
  readonly state: 'open' | 'accepted' | 'rejected' | 'revoked';
  /** Why it was revoked. */
  readonly revoked: Withdrawal | undefined;
  /** Aborted when it is revoked, so that what a program does about it can end. */
  readonly signal: AbortSignal;
  /**
   * The agent has it from now on, through this client.
   * @throws {IxionError} WrongTicket: it is over, by whomever
   */
  accept(options?: CallOptions): Promise<void>;
  /**
   * Refuses it; `reason`: its ReasonSystemName.
   * @throws {IxionError} WrongTicket
   */
  reject(reason?: string, options?: CallOptions): Promise<void>;
}

/** What an agent had in hand, and has no more, by somebody else's doing. */
export interface TakenWork extends Withdrawal {
  readonly interactionId: string;
  readonly agentId: string;
  /** As it is now; undefined: the server does not say. */
  readonly interaction: Interaction | undefined;
}
