/**
 * What partitions say to each other. Delivery is first-in first-out per pair of partitions; a
 * message may be repeated (after a restart or by the resend timer), so every handler is idempotent.
 * The protocol is in `moves/hand-off.ts`.
 */
import type { KeyedResult } from '../interaction/keyed-result.js';
import type { Keeping } from '../interaction/supervision.js';
import type { WorkbinQuestion } from '../interaction/workbin-rights.js';
import type { DiskAllowance } from '../store/contract.js';
import type { Asker, Request } from './request.js';

/** An interaction on its way. `id` and `move` name the hand-off. */
export interface Offer {
  readonly type: 'offer';
  readonly id: string;
  readonly move: number;
  readonly source: number;
  /** The row as `encodeRow` makes it, in the state it is to have at the target. */
  readonly row: Uint8Array;
  /** Events to tell at the target, packed as `encodeEvents` does. */
  readonly events: Uint8Array;
  /** Born by this hand-off: count it as submitted there. */
  readonly birth: boolean;
  /**
   * It follows its queue (`moves/relocation.ts`): no total but those that count what is there
   * changes. The version of the list of queues by which it goes. Absent: it changes its queue.
   */
  readonly relocation?: number | undefined;
  readonly submittedBy: string;
  /** Who gets the answer when it has arrived; undefined after a restart of the process. */
  readonly asker: Asker | undefined;
  /**
   * Served time of the source (`RetryKeys`) when it left, by which the results in
   * the row are dated.
   */
  readonly servedMs: number;
}

export type PeerMessage =
  | Offer
  /** Target to home: it is here now. */
  | {
      readonly type: 'located';
      readonly id: string;
      readonly move: number;
      readonly at: number;
      /** It came and has ended there since; home was told, perhaps so long ago that it forgot. */
      readonly isOver: boolean;
      readonly source: number;
      readonly submittedBy: string;
    }
  /** Home (or the target that is home) to source: the copy may go. */
  | { readonly type: 'settled'; readonly id: string; readonly move: number; readonly at: number }
  /** Source to target: the copy is gone, so no offer of this hand-off comes again. */
  | { readonly type: 'forget'; readonly id: string; readonly move: number }
  /** Target to source, when `forget` does not come: does this hand-off still go on? */
  | { readonly type: 'pending'; readonly id: string; readonly move: number; readonly at: number }
  /** Where it ended to home: it no longer exists. */
  | {
      readonly type: 'gone';
      readonly id: string;
      readonly move: number;
      readonly from: number;
      readonly submittedBy: string;
      /** Of its keyed requests, those that home may not know. */
      readonly results: readonly KeyedResult[];
      /** A supervisor has ended it: what home is to keep of it; absent: nothing. */
      readonly aside?: Keeping;
    }
  /** Home to where it ended: noted. */
  | { readonly type: 'noted'; readonly id: string; readonly move: number }
  /** Where it is to home: keep these results of its keyed requests. */
  | {
      readonly type: 'results';
      readonly id: string;
      readonly from: number;
      readonly results: readonly KeyedResult[];
    }
  /** Home to where it was: they are kept. */
  | {
      readonly type: 'results-noted';
      readonly id: string;
      readonly results: readonly KeyedResult[];
    }
  /**
   * Home to source: send back what waits for the end of this hand-off; see `moves/home-order.ts`.
   */
  | {
      readonly type: 'recall';
      readonly id: string;
      readonly move: number;
      readonly number: number;
    }
  /** Source to home, behind what waited: nothing waits there any more. */
  | {
      readonly type: 'recalled';
      readonly id: string;
      readonly move: number;
      readonly number: number;
    }
  /**
   * A request, passed on. Of one that has waited, `waitLeftMs`: clocks differ between partitions.
   * Of one that comes back to home, `waitedFor`: the move whose end it waited for.
   */
  | {
      readonly type: 'forward';
      readonly request: Request;
      readonly waitLeftMs?: number | undefined;
      readonly waitedFor?: number | undefined;
    };

/** How a partition reaches the others and the timer of its thread. */
export interface Ports {
  /** Sends to another partition; false: no room, the sender tries again later. */
  send(partition: number, message: PeerMessage): boolean;
  /**
   * Wants `wake` to be called on the partition at this time of its clock (monotonic milliseconds).
   */
  wakeAt(monotonicMs: number): void;
  /** What the disk lets a turn write; absent: everything. */
  disk?(): DiskAllowance;
  /** Asks the desk, which answers by `Workbins.answered`; absent: there is none. */
  askOfWorkbin?(question: WorkbinQuestion): void;
}
