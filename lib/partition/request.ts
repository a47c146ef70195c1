/**
 * What a partition is asked and what it answers, as plain data: no frames, no sockets, no threads.
 * The attributes have the names and types of the protocol (see docs/PROTOCOL.md); attached data are
 * packed maps.
 */
import type { ErrorName } from '../errors.js';
import type { ClientType } from '../protocol/client-types.js';

/** Who asks: a logical client, as partitions know it. */
export interface Session {
  /** 1 to 2^31 - 1, given by the listener in ascending order, never reused in one run. */
  readonly session: number;
  /** The 16 bytes of SessionKey as 32 hexadecimal digits: who holds an interaction, over reconnects. */
  readonly sessionKey: string;
  readonly clientName: string;
  readonly clientType: ClientType;
  /** The tenant of what it submits. */
  readonly tenantId: number;
  /** Tenants whose interactions it sees; absent: all. */
  readonly tenants?: readonly number[];
  /** It may change, place and stop what others have; absent: no. */
  readonly supervises?: true;
}

/** Attributes of every request that changes something. */
export interface ChangeAttributes {
  readonly RequestKey?: Uint8Array | undefined;
  /** Of a repeated request: how long ago it was sent first. */
  readonly RetryAgeMs?: number | undefined;
  readonly Extension?: Uint8Array | undefined;
  readonly ReasonSystemName?: string | undefined;
  readonly ReasonDescription?: string | undefined;
}

interface UpdatableProperties {
  readonly ExternalId?: string | undefined;
  readonly ParentId?: string | undefined;
  readonly Priority?: number | undefined;
  readonly ServiceObjective?: number | undefined;
  readonly IsOnline?: boolean | undefined;
}

/** The change lists of attached data (domain 2.5). */
export interface ChangeLists {
  readonly AddedProperties?: Uint8Array | undefined;
  readonly ChangedProperties?: Uint8Array | undefined;
  readonly DeletedProperties?: Uint8Array | undefined;
}

export interface SubmitAttributes extends ChangeAttributes, UpdatableProperties {
  readonly InteractionId?: string | undefined;
  readonly Queue: string;
  readonly TenantId?: number | undefined;
  readonly MediaType: string;
  readonly InteractionType: string;
  readonly InteractionSubtype?: string | undefined;
  readonly ReceivedAt?: number | undefined;
  readonly Hold?: boolean | undefined;
  readonly InQueues?: string | undefined;
  readonly OutQueues?: Uint8Array | undefined;
  readonly UserData?: Uint8Array | undefined;
  /** Of an import only: who handed it in first, and what had happened to it. */
  readonly SubmittedBy?: string | undefined;
  readonly SubmittedAt?: number | undefined;
  readonly PlacedInQueueAt?: number | undefined;
  readonly MovedToQueueAt?: number | undefined;
  readonly HeldAt?: number | undefined;
  readonly HoldUntil?: number | undefined;
  readonly DeliveredAt?: number | undefined;
  readonly SubmittedToRouterAt?: number | undefined;
  readonly AbandonedAt?: number | undefined;
  readonly AssignedAt?: number | undefined;
  readonly InteractionVersion?: number | undefined;
  readonly CompletedAt?: number | undefined;
}

interface ById {
  readonly InteractionId: string;
}

export type GetAttributes = ById;
export type StopAttributes = ById & ChangeAttributes;
export type ResumeAttributes = ById & ChangeAttributes;
export type HoldAttributes = ById & ChangeAttributes & { readonly HoldUntil?: number | undefined };
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
  readonly InteractionId?: string | undefined;
  readonly Count?: number | undefined;
  readonly IgnoreHold?: boolean | undefined;
  readonly WaitTimeoutMs?: number | undefined;
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

/**
 * What a partition that passes a keyed request on knows of it. `forgotten`: it is so old that its key
 * may have been kept and dropped; so it is answered if it is known elsewhere, and not executed. `done`:
 * it was executed; only its answer is wanted.
 */
export type Past = 'forgotten' | 'done';

/** A request as the partition gets it. */
export interface Request extends Asker {
  readonly operation: Operation;
  /** The frame as it came, to be forwarded unchanged; undefined where there are no frames. */
  readonly frame: Uint8Array | undefined;
  /** The client says that it may have sent this before, with the same RequestKey. */
  readonly retried: boolean;
  /** Hash of what a keyed request says, RetryAgeMs excepted; 32 bits with a sign. */
  readonly digest: number;
  /** How many partitions it has been forwarded by. */
  readonly hops: number;
  /** What partitions on its way know of its key; absent: nothing. */
  readonly past?: Past | undefined;
  /** Of a repeated request: for how long it has waited in partitions since it came. */
  readonly delayedMs?: number | undefined;
  /** It comes back to home from where its interaction was: the move whose end it waited for there. */
  readonly waitedFor?: number | undefined;
  /** A pull that has waited already: when its wait ends, by the clock of this partition. */
  readonly waitUntilMs?: number | undefined;
}

/** The request with the end of its wait, if it may wait: what it waits from now on counts. */
export function withWaitEnd(request: Request, nowMs: number): Request {
  const { operation, waitUntilMs } = request;
  if (operation.kind !== 'pull' || waitUntilMs !== undefined) return request;
  const { WaitTimeoutMs = 0 } = operation.attributes;
  return WaitTimeoutMs === 0 ? request : { ...request, waitUntilMs: nowMs + WaitTimeoutMs };
}

/** A request that has waited: a repeated one is so much older than it says. */
export function afterDelay(request: Request, delayMs: number): Request {
  const isRetried = request.retried || changeAttributesOf(request).RetryAgeMs !== undefined;
  return isRetried ? { ...request, delayedMs: (request.delayedMs ?? 0) + delayMs } : request;
}

/** The attributes that every changing request may carry; a reading one has none of them. */
export const changeAttributesOf = ({ operation }: Request): ChangeAttributes =>
  operation.kind === 'get' ? {} : operation.attributes;

/** What the asker gets. Answers leave only after what they tell is on disk. */
export type Answer =
  | {
      readonly kind: 'ack';
      readonly interactionId?: string | undefined;
      readonly duplicate?: boolean;
    }
  | { readonly kind: 'properties'; readonly properties: Uint8Array }
  | { readonly kind: 'pulled'; readonly interactions: readonly Uint8Array[] }
  | {
      readonly kind: 'error';
      readonly error: ErrorName;
      readonly detail: string;
      readonly retryAfterMs?: number | undefined;
    };

/** An answer and where it goes. */
export interface Reply {
  readonly to: Asker;
  readonly answer: Answer;
  /** Say nothing when the write set fails: the hand-off is offered again and answers then. */
  readonly silentOnFailure?: boolean | undefined;
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
