/** The public types of the SDK that are about who takes part in an interaction. */
import type { KeyValues } from '../interaction/attached-data.js';
import type { DeliveryTarget, OfferTerms } from './delivery-types.js';
import type { DataChanges, WantedHold } from './interaction-types.js';
import type { Interaction, PartyType, VisibilityMode } from './records.js';

/** A word of `VisibilityMode`. Who monitors or coaches listens, or speaks to agents only. */
export type PartyMode = keyof typeof VisibilityMode;

/** To whom an agent gives what it has in hand; a hold begins when that has it. */
export type TransferTarget =
  | (DeliveryTarget & WantedHold & { readonly queue?: undefined })
  | (DataChanges & WantedHold & { readonly queue: string });

/** Whom an agent invites to take part. */
export type ConferenceTarget = DeliveryTarget & {
  /** Absent: `conference`. */
  readonly mode?: PartyMode | undefined;
};

/** How a supervisor takes part. */
export interface IntrusionTerms extends Pick<OfferTerms, 'medium'> {
  readonly mode: PartyMode;
}

/** A supervisor's invitation of itself: it is on disk. */
export interface Intrusion {
  readonly interactionId: string;
  /** That of the invitation. */
  readonly ticketId: number;
}

/** What a supervisor has given an agent. */
export interface AssignedWork {
  readonly interactionId: string;
  readonly agentId: string;
  readonly placeId: string | undefined;
  /** With its attached data, as the agent has it now. */
  readonly interaction: Interaction;
  /** ClientName of the supervisor. */
  readonly by: string | undefined;
  readonly reason: string | undefined;
  readonly description: string | undefined;
  readonly extension: KeyValues | undefined;
}

/** Somebody takes part in an interaction, or does no more. */
export interface PartyChange {
  readonly change: 'joined' | 'left';
  readonly interactionId: string;
  readonly partyType: PartyType | undefined;
  /** AgentId, or the ClientName of who is no agent. */
  readonly partyId: string | undefined;
  /** Why: compare with `PartyOperation.leave` and the like. */
  readonly operation: number | undefined;
  /** How it takes part: compare with `VisibilityMode.monitor` and the like. */
  readonly visibilityMode: number | undefined;
  /** Who caused it; undefined: the server. */
  readonly by: string | undefined;
  readonly reason: string | undefined;
  readonly description: string | undefined;
}
