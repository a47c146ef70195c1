/**
 * What a partition is asked and what it answers, as plain data: no frames, no sockets, no threads.
 * The attributes are those of the message table; attached data are packed maps.
 */
import type { ErrorName } from '../errors.js';
import type { Cause } from '../interaction/event.js';
import type { ToldClient } from '../interaction/workbin-news.js';
import type { ClientType } from '../protocol/client-types.js';
import type { ChangingDoing } from '../protocol/doing.js';
import type { GivenAttributes, OperationName, OperationRow } from '../protocol/registry.js';
import type { changeAttributes, changeLists } from '../protocol/shared-attributes.js';

/** Who asks: a logical client, as partitions know it. */
export interface SessionInfo {
  /** 1 to 2^30 - 1, given by the front in order, and again only when all others have been. */
  readonly number: number;
  /**
   * The 16 bytes of SessionKey as 32 hexadecimal digits: who owns an interaction, over reconnects.
   */
  readonly sessionKey: string;
  readonly clientName: string;
  readonly clientType: ClientType;
  /** The tenant of what it submits. */
  readonly tenantId: number;
  /** Tenants whose interactions it sees; absent: all. */
  readonly tenants?: readonly number[];
  /** It may change, place and stop what others have; absent: no. */
  readonly supervises?: true;
  /**
   * The name under which it submits; the end of what was submitted under it is told to its
   * ProxyClientId. Absent: under its own, and nothing is told.
   */
  readonly submitter?: { readonly name: string; readonly proxyClient: number };
  /** The agent that it speaks for: what it takes is the agent's. Absent: none. */
  readonly agent?: SessionAgent | undefined;
}

/** The agent that a client speaks for. */
export interface SessionAgent {
  readonly id: string;
  readonly place: string;
  /** By which it has what it has, as others by their session keys: through any client. */
  readonly key: string;
}

/** An interaction has ended, and who is told of it. */
export interface Stop {
  readonly to: readonly ToldClient[];
  readonly told: {
    readonly interactionId: string;
    readonly version: number;
    readonly tenantId: number;
    readonly submittedBy: string;
    readonly cause: Cause;
    /** By the wall clock. */
    readonly atMs: number;
  };
}

/** What every request may have that changes something. */
export type ChangeAttributes = GivenAttributes<typeof changeAttributes>;
/** The change lists of attached data. */
export type ChangeLists = GivenAttributes<typeof changeLists>;

/**
 * What may be asked of any request: a reading one has nothing that changes. The identifier of a
 * pull that names one is taken from its PullParameters by whoever decodes them.
 */
type CommonAttributes = ChangeAttributes & { readonly InteractionId?: string | undefined };

/** The attributes of each operation, out of the rows of the message table. */
type AttributesByKind = {
  readonly [Kind in OperationName]: CommonAttributes &
    GivenAttributes<OperationRow<Kind>['attributes']>;
};

export type SubmitAttributes = AttributesByKind['submit'];
export type StopAttributes = AttributesByKind['stop'];
export type ChangePropertiesAttributes = AttributesByKind['change'];
export type PlaceInQueueAttributes = AttributesByKind['place'];
export type PlaceInWorkbinAttributes = AttributesByKind['placeInWorkbin'];
export type PullAttributes = AttributesByKind['pull'];
export type GetAttributes = AttributesByKind['get'];
export type HoldAttributes = AttributesByKind['hold'];
export type ReportAttributes = AttributesByKind['report'];
export type AcceptAttributes = AttributesByKind['accept'];
export type RejectAttributes = AttributesByKind['reject'];
export type LeaveAttributes = AttributesByKind['leave'];
export type ResumeAttributes = AttributesByKind['resume'];

/** The request itself, by what it does. */
export type Operation<Kind extends OperationName = OperationName> = {
  readonly [Each in Kind]: { readonly kind: Each; readonly attributes: AttributesByKind[Each] };
}[Kind];

/** Those that change something. */
export type ChangingOperation = Extract<
  OperationRow<OperationName>,
  { does: ChangingDoing }
>['operation'];

/** Where the answer goes: enough to answer after the request itself is forgotten. */
export interface Asker {
  readonly session: SessionInfo;
  readonly reference: number;
  readonly proxyClient: number;
}

/**
 * What a partition that passes a keyed request on knows of it. `forgotten`: it is so old that its
 * key may have been kept and dropped; so it is answered if it is known elsewhere, and not executed.
 * `done`: it was executed; only its answer is wanted.
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
  /**
   * It comes back to home from where its interaction was: the move whose end it waited for there.
   */
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
  operation.attributes;

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
