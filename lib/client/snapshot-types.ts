/** The public types of the SDK for snapshots. */
import type { CallOptions } from './call-options.js';
import type { Interaction } from './records.js';
import type { OneRefusal } from './supervision-types.js';

/** Which interactions a snapshot is to note. */
export interface SnapshotRequest {
  /** In the language of conditions; absent: all. */
  readonly condition?: string | undefined;
  /** As `Priority DESC, ReceivedAt`, which is what absent means. */
  readonly order?: string | undefined;
  /** False: whatever their state; else only those that wait, as long as nobody has had them. */
  readonly checkState?: boolean | undefined;
  /** Interactions at most; absent: what the server is configured to. */
  readonly most?: number | undefined;
  readonly tenantId?: number | undefined;
  /** True: lock all that it has; what cannot be locked is left out. */
  readonly lock?: boolean | undefined;
}

/** What became of all that a snapshot has. */
export interface SnapshotAct {
  /** The number of the act, which the audit log has too. */
  readonly operation: number;
  readonly done: number;
  readonly refused: number;
  /** Of those that it was not done to, the first 250. */
  readonly refusals: readonly (OneRefusal & { readonly interactionId: string })[];
}

/** Some interactions of a snapshot, as they are now. */
export interface SnapshotPage {
  readonly interactions: readonly Interaction[];
  /** How many the page is about and does not have: they are gone, or not as they were. */
  readonly leftOut: number;
  /** `start` of the next page; undefined: this is the last. */
  readonly next: number | undefined;
}

/** A snapshot, which is of this client. */
export interface Snapshot extends AsyncDisposable {
  readonly id: number;
  /** Interactions that it has. */
  readonly count: number;
  /** Interactions that its condition meant. */
  readonly total: number;
  readonly isTruncated: boolean;
  /** Taken with `lock`: how many were left out, as they could not be locked. */
  readonly notLocked: number;
  /**
   * A page; `start` counts from 1.
   * @throws {IxionError} UnknownSnapshot
   */
  page(
    page?: { readonly start?: number | undefined; readonly count?: number | undefined },
    options?: CallOptions,
  ): Promise<SnapshotPage>;
  /** All that it still has, read page by page. */
  interactions(): AsyncIterableIterator<Interaction>;
  /**
   * Keeps one that waits from all others.
   * @throws {IxionError} NotInSnapshot, InteractionLocked, NotInRequiredState, UnknownInteraction
   */
  lock(id: string, options?: CallOptions): Promise<void>;
  /** @throws {IxionError} NotInSnapshot, NotLocked, UnknownInteraction */
  unlock(id: string, options?: CallOptions): Promise<void>;
  /**
   * Places all that it has in a queue; what is not as it was, or locked by others, stays. For an
   * admin or supervisor; `options.reason` must have a `systemName`.
   * @throws {IxionError} NotPermitted, UnknownSnapshot: nothing was done
   */
  moveAll(queue: string, options: CallOptions): Promise<SnapshotAct>;
  /** Ends all that it has, in the same way; it can be restored by the number of the act. */
  stopAll(options: CallOptions): Promise<SnapshotAct>;
  /** Ends it, and frees what it has locked. */
  release(options?: CallOptions): Promise<void>;
}
