/** What a stream of events with `state` tells besides: how things are before the events. */
import type { Bit } from './records.js';

/** What tells a state and not an event, and where it agrees with the events. */
type StateOf<Name extends string> = {
  readonly event: Name;
  readonly Partition: number;
  /** The last event that is in it. */
  readonly Sequence: number;
  readonly SubscriptionId: number;
};

/** An agent at its place, as it is before the events that follow. */
export type PlaceAgentState = StateOf<'EventPlaceAgentState'> & {
  readonly AgentId: string;
  readonly PlaceId: string;
  readonly TenantId: number;
  readonly ClientName: string;
  /** Milliseconds since 1970 UTC, as all times here. */
  readonly LoggedInAt: number;
  readonly DoNotDisturb: boolean | Bit;
  /** Its last connection is lost since then. */
  readonly LostAt?: number;
  readonly ReasonSystemName?: string;
  readonly ReasonDescription?: string;
  readonly Media: readonly {
    readonly Name: string;
    readonly State: 'not-ready' | 'ready' | 'not-ready-after-current';
    readonly Since: number;
    readonly ReasonSystemName?: string;
    readonly ReasonDescription?: string;
  }[];
  readonly Interactions: readonly {
    readonly InteractionId: string;
    readonly MediaTypeName: string;
    readonly Use: 'offered' | 'inHand' | 'wrapUp';
  }[];
  readonly WrapUps?: readonly Readonly<Record<string, unknown>>[];
  /** By medium. */
  readonly Outside?: Readonly<Record<string, number>>;
};

/** What is in a queue in one partition; those of several partitions are to be added. */
export type QueueState = StateOf<'EventQueueState'> & {
  readonly Queue: string;
  readonly Submitted: number;
  readonly Entered: number;
  readonly Left: number;
  readonly Waiting: number;
  readonly Processing: number;
  readonly Stopped: Readonly<Record<string, number>>;
  readonly Abandoned: number;
  /** The queue is not there any more. */
  readonly IsGone?: boolean | Bit;
};

/**
 * What a stream with `state` tells besides events. `EventStateBegins`: all that was told before is
 * void, the state follows. `EventUpToDate`: that of a partition is complete.
 */
export type StateEvent =
  | { readonly event: 'EventStateBegins' }
  | PlaceAgentState
  | QueueState
  | StateOf<'EventUpToDate'>;
