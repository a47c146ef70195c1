/** What agents are offered and have in hand, as the desk keeps it. */
import type { ActorRef } from '../actor/index.js';
import type { Clock } from '../clock.js';
import type { Agent, Desk, Slot } from '../desk/index.js';
import {
  VisibilityMode,
  type AgentOutcome,
  type InvitationKind,
} from '../interaction/invitation.js';
import type { Log } from '../log.js';
import type { PartitionMessage } from '../mail/partition.js';
import type { Asker } from '../protocol/replies.js';
import type { Client } from './client.js';
import type { Directory } from './directory.js';
import type { Frames } from './frames.js';
import type { WrapUps } from './wrap-ups.js';

/** An interaction that an agent is offered, or has in hand. */
export interface Work {
  readonly interactionId: string;
  readonly agentId: string;
  /** Undefined: it listens or coaches, which takes no capacity. */
  readonly slot: Slot | undefined;
  readonly partition: number;
  /** The ticket; 0: it is in hand, or the partition has not answered. */
  ticket: number;
  /** The partition has not answered. */
  isAsked: boolean;
  /** What became of it already, told before that answer: both may come of one turn. */
  early?: AgentOutcome | undefined;
  /** Who was invited. */
  readonly clients: readonly Client[];
  /** Who wants to know what becomes of the invitation. */
  readonly from: Giver | undefined;
}

/** The name of the work of an agent on an interaction. */
export const keyOf = (agentId: string, interactionId: string): string =>
  `${agentId}\0${interactionId}`;

/** Who has an interaction offered. */
export interface Giver {
  readonly client: Client;
  readonly asker: Asker;
  readonly kind: InvitationKind;
  /** Absent: in mode conference. */
  readonly mode?: VisibilityMode;
}

/** Whether who is invited would never have it. */
export const isOnlooker = (mode: VisibilityMode | undefined): boolean =>
  mode !== undefined && mode !== VisibilityMode.conference;

/** What a request asks for. */
export interface Wanted {
  readonly InteractionId: string;
  readonly MediaTypeName?: string | undefined;
  readonly DeliveringTimeoutMs?: number | undefined;
  readonly HandlingTimeoutMs?: number | undefined;
  readonly ReasonSystemName?: string | undefined;
  readonly ReasonDescription?: string | undefined;
  readonly Extension?: Uint8Array | undefined;
  readonly Hold?: boolean | undefined;
  readonly HoldUntil?: number | undefined;
}

/** What invitations need of the desk at work. */
export interface InvitationParts {
  readonly desk: Desk;
  readonly directory: Directory;
  readonly frames: Frames;
  readonly wrapUps: WrapUps;
  clientsOf(agent: Agent): Client[];
}

export interface InvitationsOptions {
  readonly clock: Clock;
  readonly log: Log;
  readonly partitions: readonly ActorRef<PartitionMessage>[];
  isOver(): boolean;
  /** Whether anything may be put into the workbin of a type of an agent, by the objects. */
  mayFile(type: string, agentId: string): Promise<boolean>;
  /** An agent is to be set not ready for a medium, since it has not answered. */
  notReady(agentId: string, medium: string): void;
}
