/**
 * Records of the server, as they are handed to whoever uses the SDK. An interaction and an
 * event have the names of the protocol (`docs/PROTOCOL.md`), as they come; what the SDK makes
 * itself is in camel case.
 */
import type { KeyValues } from '../interaction/attached-data.js';

/** Where an interaction is in its life. */
export const InteractionState = { queued: 0, cached: 1, routed: 2, handled: 3 } as const;
export type InteractionState = (typeof InteractionState)[keyof typeof InteractionState];

/** Who did something. */
export const ActorType = { strategy: 1, agent: 2, mediaServer: 3 } as const;
export type ActorType = (typeof ActorType)[keyof typeof ActorType];

/** How an agent takes part. Who monitors or coaches never has the interaction. */
export const VisibilityMode = { conference: 1, monitor: 2, coach: 3 } as const;
export type VisibilityMode = (typeof VisibilityMode)[keyof typeof VisibilityMode];

/** Why somebody came to take part, or went, or is invited. */
export const PartyOperation = {
  unknown: 0,
  transfer: 1,
  conference: 2,
  intrude: 3,
  route: 4,
  pull: 5,
  create: 6,
  reject: 7,
  timeout: 8,
  leave: 9,
  stop: 10,
  placeInWorkbin: 11,
  placeInQueue: 12,
  disconnect: 13,
} as const;
export type PartyOperation = (typeof PartyOperation)[keyof typeof PartyOperation];

/** Who or what a party event is about. */
export type PartyType = typeof ActorType.strategy | typeof ActorType.agent;

const wordsOf = <Words extends string>(
  table: Readonly<Record<Words, number>>,
): ReadonlyMap<number, Words> =>
  new Map(Object.entries(table).map(([word, number]) => [number as number, word as Words]));

const states = wordsOf(InteractionState);

/**
 * The word of a state: `queued`, `cached`, `routed` or `handled`; undefined: of a later version.
 */
export function interactionStateName(state: number): keyof typeof InteractionState | undefined {
  return states.get(state);
}

/** 0 or 1: what is false and true on the wire. */
export type Bit = 0 | 1;

/**
 * The properties of an interaction by their names on the wire; unset ones are absent.
 * Names that end in `At`, and `HoldUntil`, are times in milliseconds since 1970 UTC.
 */
export type Interaction = {
  readonly InteractionId: string;
  /** Counts its changes from 1. */
  readonly InteractionVersion: number;
  /** Compare with `InteractionState.queued` and the like. */
  readonly InteractionState: InteractionState;
  /** Where it waits, or waited last. */
  readonly Queue: string;
  readonly TenantId: number;
  readonly Priority: number;
  readonly IsOnline: Bit;
  readonly IsHeld: Bit;
  readonly IsLocked: Bit;
  readonly MediaType?: string;
  readonly InteractionType?: string;
  readonly InteractionSubtype?: string;
  readonly ExternalId?: string;
  readonly ParentId?: string;
  /** Seconds. */
  readonly ServiceObjective?: number;
  readonly SubmittedBy?: string;
  /** The type of the workbin that it is in or was taken from, and one owner. */
  readonly Workbin?: string;
  readonly WorkbinAgentId?: string;
  readonly WorkbinAgentGroupId?: string;
  readonly WorkbinPlaceId?: string;
  readonly WorkbinPlaceGroupId?: string;
  /** The name of the client that has it; in the workbin of an agent, that agent. */
  readonly AssignedTo?: string;
  /** Queues suggested for it, by name; with the key `__STOP__` the agent may end it. */
  readonly InQueues?: KeyValues;
  readonly OutQueues?: KeyValues;
  readonly UserData?: KeyValues;
  /** Greater than that of whatever the same partition took before. */
  readonly SubmitSeq: number;
  /** The same of its placing in its queue; absent: an agent created it, and it never waited. */
  readonly PlaceInQueueSeq?: number;
  readonly ReceivedAt?: number;
  readonly SubmittedAt?: number;
  readonly PlacedInQueueAt?: number;
  readonly MovedToQueueAt?: number;
  readonly HeldAt?: number;
  readonly HoldUntil?: number;
  readonly DeliveredAt?: number;
  readonly SubmittedToRouterAt?: number;
  readonly AbandonedAt?: number;
  readonly AssignedAt?: number;
  readonly CompletedAt?: number;
};

/** What every event says. */
type Told<Name extends string> = {
  readonly event: Name;
  /** Milliseconds since 1970 UTC. */
  readonly EventTime: number;
  readonly Partition: number;
  readonly Sequence: number;
  readonly SubscriptionId: number;
  /** Who caused it. */
  readonly ActorId?: string;
};

/** What every event says that is of an interaction or an agent. */
type ReportOf<Name extends string> = Told<Name> & {
  /** Absent: the server itself. */
  readonly ActorType?: ActorType;
  readonly ReasonSystemName?: string;
  readonly ReasonDescription?: string;
  readonly Extension?: KeyValues;
};

/** What every event of an interaction says. */
type EventOf<Name extends string> = ReportOf<Name> & {
  readonly InteractionId: string;
  readonly InteractionVersion: number;
  readonly InteractionState: InteractionState;
  readonly Queue?: string;
  /** What it is, as the rest: with option `events-with-identity`. */
  readonly MediaType?: string;
  readonly InteractionType?: string;
  readonly InteractionSubtype?: string;
  readonly ExternalId?: string;
  readonly ParentId?: string;
  readonly TenantId?: number;
  readonly SubmittedBy?: string;
};

type Party = {
  readonly PartyType?: PartyType;
  readonly PartyId?: string;
  /** Compare with `PartyOperation.leave` and the like. */
  readonly Operation?: PartyOperation;
  readonly VisibilityMode?: VisibilityMode;
  readonly PlaceId?: string;
};

/** Who was invited, and by which ticket. */
type Invited = {
  readonly PartyType?: PartyType;
  readonly PartyId?: string;
  readonly PlaceId?: string;
  readonly TicketId?: number;
  /** Compare with `PartyOperation.transfer` and the like. */
  readonly Operation?: PartyOperation;
  readonly VisibilityMode?: VisibilityMode;
};

/** A workbin: its type and one owner. */
type ToldWorkbin = {
  readonly WorkbinTypeId: string;
  readonly WorkbinAgentId?: string;
  readonly WorkbinGroupId?: string;
  readonly WorkbinPlaceId?: string;
  readonly WorkbinPlaceGroupId?: string;
};

/** Properties that an event says were set. */
type ChangedSystem = {
  readonly [property: string]: string | number | boolean | KeyValues | undefined;
};

/**
 * A reporting event; `event` is the name of its message, the rest is as on the wire. The same event
 * has the same `Partition` and `Sequence`; several of one change share their `InteractionVersion`.
 */
export type InteractionEvent =
  | (EventOf<'EventPropertiesChanged'> & {
      readonly Changed?: KeyValues;
      readonly Deleted?: readonly string[];
      readonly ChangedSystem?: ChangedSystem;
    })
  | (EventOf<'EventPartyAdded'> & Party)
  | (EventOf<'EventPartyRemoved'> & Party)
  | (EventOf<'EventInteractionSubmitted'> & {
      readonly ReceivedAt?: number;
      readonly IsHeld?: boolean | Bit;
      readonly HoldUntil?: number;
    })
  | EventOf<'EventProcessingStopped'>
  | (EventOf<'EventPlacedInQueue'> & { readonly OldQueue?: string })
  | (EventOf<'EventTakenFromQueue'> & { readonly PartyType?: PartyType })
  | (EventOf<'EventPlacedInWorkbin'> & ToldWorkbin)
  | (EventOf<'EventTakenFromWorkbin'> & ToldWorkbin)
  | (EventOf<'EventHeld'> & { readonly HoldUntil?: number })
  | EventOf<'EventResumed'>
  | EventOf<'EventRestored'>
  | (EventOf<'EventLocked'> & { readonly SnapshotId: number })
  | (EventOf<'EventUnlocked'> & { readonly SnapshotId: number })
  | (EventOf<'EventCustomReporting'> & {
      /** As `report` was given it; with `InteractionVersion` 0 the interaction is over. */
      readonly EventId: number;
      readonly EventContent?: KeyValues;
      readonly AgentId?: string;
      readonly PlaceId?: string;
      readonly MediaTypeName?: string;
      readonly TenantId?: number;
    })
  | (EventOf<'EventAgentInvited'> & Invited)
  | (EventOf<'EventRejected'> & Invited)
  | (EventOf<'EventRevoked'> & Invited);

/**
 * Events between the resume token and the retention are lost to this reader, both ends included.
 */
export type EventGap = {
  readonly event: 'EventGap';
  readonly Partition: number;
  readonly FromSequence: number;
  readonly ToSequence: number;
  readonly SubscriptionId: number;
  readonly ResumeToken?: readonly number[];
};

/** An event about the server itself; only to readers with `serverEvents`. */
export type ServerEvent =
  | (Told<'EventServerStopping'> & { readonly DrainMs: number })
  | (Told<'EventConfigurationChanged'> & {
      readonly ObjectsVersion: number;
      readonly Comment?: string;
      readonly Added: number;
      readonly Changed: number;
      readonly Removed: number;
    });

/** Its ActorId is the AgentId, or the ClientName of a supervisor. */
type AgentEventOf<Name extends string> = ReportOf<Name> & {
  readonly AgentId: string;
  readonly PlaceId?: string;
  readonly TenantId?: number;
};
type MediumEventOf<Name extends string> = AgentEventOf<Name> & { readonly MediaTypeName: string };

/** A reporting event about an agent. */
export type AgentEvent =
  | (AgentEventOf<'EventAgentLogin'> & {
      readonly ClientName?: string;
      /** Medium to 1 (ready) or 0. */
      readonly MediaList?: Readonly<Record<string, Bit>>;
      /** It is back after its link was lost: the login before goes on. */
      readonly Resumed?: boolean | Bit;
    })
  | AgentEventOf<'EventAgentLogout'>
  | AgentEventOf<'EventAgentConnectionClosed'>
  | AgentEventOf<'EventDoNotDisturbOn'>
  | AgentEventOf<'EventDoNotDisturbOff'>
  | AgentEventOf<'EventAgentStateReasonChanged'>
  | (MediumEventOf<'EventMediaAdded'> & { readonly IsReady?: boolean | Bit })
  | MediumEventOf<'EventMediaRemoved'>
  | MediumEventOf<'EventReadyForMedia'>
  | MediumEventOf<'EventNotReadyForMedia'>
  | MediumEventOf<'EventMediaStateReasonChanged'>
  | (MediumEventOf<'EventCustomReporting'> & {
      /** See the protocol; `InteractionId` is in it. */
      readonly EventContent: Readonly<Record<string, unknown>>;
    });

export type ReportingEvent = InteractionEvent | AgentEvent | EventGap;

/** Durable totals of a queue. */
export interface QueueTotals {
  readonly queue: string;
  readonly partition: number;
  /** Submitted into this queue. */
  readonly submitted: number;
  /** Placed here from elsewhere. */
  readonly entered: number;
  /** Placed elsewhere from here. */
  readonly left: number;
  /** In state 0 here, those on hold included. */
  readonly waiting: number;
  /** In states 1 to 3 with this as their queue. */
  readonly processing: number;
  /** Stopped here, by ReasonSystemName. */
  readonly stopped: Readonly<Record<string, number>>;
  /** Whose customers left here before an agent had them in hand. */
  readonly abandoned: number;
}

/** Answer to a ping. Counters that are off are absent. */
export interface Pong {
  /** Milliseconds since 1970 UTC. */
  readonly serverTime: number;
  readonly requests?: Readonly<Record<string, number>>;
  readonly errors?: Readonly<Record<string, number>>;
  readonly espErrors?: Readonly<Record<string, number>>;
  /** By `newWork` (submit, import), `pull` (its wait counts), `read` and `other`. */
  readonly latency?: Readonly<Record<string, LatencyTotals>>;
}

/** Times of requests in the server, from the frame read to the answer written, in microseconds. */
export interface LatencyTotals {
  readonly count: number;
  readonly p50Us: number;
  readonly p90Us: number;
  readonly p99Us: number;
  readonly p999Us: number;
  readonly maxUs: number;
}

/** What interactions have to be, all of it; absent: whatever it is. */
export interface SearchRequest {
  readonly queue?: string | undefined;
  /** InteractionState: 0 queued, 1 cached, 2 with a router, 3 handled by an agent. */
  readonly state?: number | undefined;
  /** On hold, or not. */
  readonly isHeld?: boolean | undefined;
  /** ClientName of who has them. */
  readonly assignedTo?: string | undefined;
  readonly externalId?: string | undefined;
  readonly parentId?: string | undefined;
  /** Text under the key ContactId of their attached data. */
  readonly contactId?: string | undefined;
  /** In the language of conditions. */
  readonly condition?: string | undefined;
  readonly tenantId?: number | undefined;
  /** Most of one answer, 1 to 250; absent: 250. */
  readonly count?: number | undefined;
  /** `next` of the part before; absent: from the first on. */
  readonly after?: string | undefined;
}

/** What one answer found; there may be none in it and still some in the next. */
export interface SearchPart {
  /** Without UserData. */
  readonly interactions: readonly Interaction[];
  /** Interactions that were looked at for it. */
  readonly seen: number;
  /** `after` of the next part; undefined: everything was looked at. */
  readonly next: string | undefined;
}

/** A client that is registered at the server. */
export interface ConnectedClient {
  /** Used again only when a thousand million others have been. */
  readonly number: number;
  readonly name: string;
  readonly type: string;
  readonly tenantId: number;
  /** Of its application; undefined: it has none. */
  readonly role: string | undefined;
  readonly address: string;
  /** Milliseconds since 1970 UTC. */
  readonly registeredAt: number;
  /** Requests that are not answered, pulls that wait among them. */
  readonly inFlight: number;
  readonly subscriptions: number;
  /** What the server buffers for its connection. */
  readonly heldBytes: number;
  /** It is the client that asks. */
  readonly isAsker: boolean;
}
