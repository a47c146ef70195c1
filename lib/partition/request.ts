/**
 * What a partition is asked and what it answers, as plain data: no frames, no sockets, no threads.
 * The attributes have the names and types of the protocol (see docs/PROTOCOL.md); attached data are
 * packed maps.
 */
import type { ErrorName } from '../errors.js';

/** Client types (domain 1.2). */
export type ClientType = 'MediaServer' | 'AgentApplication' | 'RoutingEngine' | 'ReportingEngine';

/** Who asks. */
export interface Session {
  readonly session: number;
  readonly sessionKey: string;
  readonly clientName: string;
  readonly clientType: ClientType;
  readonly tenantId: number;
}

/** Attributes of every request that changes something. */
export interface ChangeAttributes {
  readonly RequestKey?: Uint8Array;
  readonly Extension?: Uint8Array;
  readonly ReasonSystemName?: string;
  readonly ReasonDescription?: string;
}

interface UpdatableProperties {
  readonly ExternalId?: string;
  readonly ParentId?: string;
  readonly Priority?: number;
  readonly ServiceObjective?: number;
  readonly IsOnline?: boolean;
}

/** The change lists of attached data (domain 2.5). */
export interface ChangeLists {
  readonly AddedProperties?: Uint8Array;
  readonly ChangedProperties?: Uint8Array;
  readonly DeletedProperties?: Uint8Array;
}

export interface SubmitAttributes extends ChangeAttributes, UpdatableProperties {
  readonly InteractionId?: string;
  readonly Queue: string;
  readonly TenantId?: number;
  readonly MediaType: string;
  readonly InteractionType: string;
  readonly InteractionSubtype?: string;
  readonly ReceivedAt?: number;
  readonly Hold?: boolean;
  readonly InQueues?: string;
  readonly OutQueues?: Uint8Array;
  readonly UserData?: Uint8Array;
}

interface ById {
  readonly InteractionId: string;
}

export type GetAttributes = ById;
export type StopAttributes = ById & ChangeAttributes;
export type ResumeAttributes = ById & ChangeAttributes;
export type HoldAttributes = ById & ChangeAttributes & { readonly HoldUntil?: number };
export type ChangePropertiesAttributes = ById &
  ChangeAttributes &
  UpdatableProperties &
  ChangeLists;
export type PlaceInQueueAttributes = ById &
  ChangeAttributes &
  ChangeLists & { readonly Queue: string };

export interface PullAttributes extends ChangeAttributes {
  readonly ViewId: string;
  /** With `_system_`: the identifier, taken from PullParameters by whoever decodes them. */
  readonly InteractionId?: string;
  readonly Count?: number;
  readonly IgnoreHold?: boolean;
  readonly WaitTimeoutMs?: number;
}

/** The request itself, by what it does. */
export type Operation =
  | { readonly kind: 'submit'; readonly attributes: SubmitAttributes }
  | { readonly kind: 'stop'; readonly attributes: StopAttributes }
  | { readonly kind: 'change'; readonly attributes: ChangePropertiesAttributes }
  | { readonly kind: 'place'; readonly attributes: PlaceInQueueAttributes }
  | { readonly kind: 'pull'; readonly attributes: PullAttributes }
  | { readonly kind: 'get'; readonly attributes: GetAttributes }
  | { readonly kind: 'hold'; readonly attributes: HoldAttributes }
  | { readonly kind: 'resume'; readonly attributes: ResumeAttributes };

/** Where the answer goes: enough to answer after the request itself is forgotten. */
export interface Asker {
  readonly session: Session;
  readonly reference: number;
  readonly proxyClient: number;
}

/** A request as the partition gets it. */
export interface Request extends Asker {
  readonly operation: Operation;
  /** The frame as it came, to be forwarded unchanged; undefined where there are no frames. */
  readonly frame: Uint8Array | undefined;
  /** The client says that it may have sent this before, with the same RequestKey. */
  readonly retried: boolean;
  /** How many partitions it has been forwarded by. */
  readonly hops: number;
}

/** The attributes that every changing request may carry; a reading one has none of them. */
export const changeAttributesOf = ({ operation }: Request): ChangeAttributes =>
  operation.kind === 'get' ? {} : operation.attributes;

/** What the asker gets. Answers leave only after what they tell is on disk. */
export type Answer =
  | { readonly kind: 'ack'; readonly interactionId?: string; readonly duplicate?: boolean }
  | { readonly kind: 'properties'; readonly properties: Uint8Array }
  | { readonly kind: 'pulled'; readonly interactions: readonly Uint8Array[] }
  | {
      readonly kind: 'error';
      readonly error: ErrorName;
      readonly detail: string;
      readonly retryAfterMs?: number;
    };

/** An answer and where it goes. */
export interface Reply {
  readonly to: Asker;
  readonly answer: Answer;
  /** Say nothing when the write set fails: the hand-off is offered again and answers then. */
  readonly silentOnFailure?: boolean;
}

/** A refusal: thrown inside the execution of one request, before it has changed anything. */
export class Refusal extends Error {
  readonly answer: Answer & { kind: 'error' };

  constructor(error: ErrorName, detail: string, retryAfterMs?: number) {
    super(detail);
    this.answer = {
      kind: 'error',
      error,
      detail,
      ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    };
  }
}
