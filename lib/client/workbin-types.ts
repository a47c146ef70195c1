/** The public types of the SDK for workbins. */
import type { CallOptions } from './call-options.js';
import type { Interaction } from './records.js';

/** A workbin: its type and one owner; without one that of the agent of this client. */
export interface WorkbinName {
  readonly type: string;
  readonly agentId?: string | undefined;
  readonly groupId?: string | undefined;
  readonly placeId?: string | undefined;
  readonly placeGroupId?: string | undefined;
}

/** What is in a workbin. */
export interface WorkbinCount extends WorkbinName {
  readonly interactions: number;
  /** When the first of them came there, in ms since 1970 UTC; undefined: there is none. */
  readonly oldestAt: number | undefined;
  /** Its owner is no longer among the objects. */
  readonly isOrphan: boolean;
}

/** A type of workbins. */
export interface WorkbinType {
  readonly type: string;
  readonly displayName: string | undefined;
  /** `agent`, `agentGroup`, `place` or `placeGroup`. */
  readonly ownerKind: string;
  /** The queue under it. */
  readonly queue: string;
  readonly isEnabled: boolean;
}

/**
 * A change of what is in a workbin. `begun`: it is told from now on, for the first time or anew
 * after a lost connection, so what is in it is to be read again.
 */
export type WorkbinChange =
  | { readonly what: 'begun' }
  | {
      readonly what: 'placed' | 'taken' | 'changed';
      readonly interactionId: string;
      /** The greater one of two is later, also of what `content` has read. */
      readonly version: number;
      readonly interaction: Interaction | undefined;
      /** Who did it; undefined: the server. */
      readonly actorId: string | undefined;
    };

/** Workbins, as a client works with them; an interaction is placed by `Client.placeInWorkbin`. */
export interface Workbins {
  /**
   * All that is in one, in the order in which it came there, read page by page.
   * @throws {IxionError} UnknownWorkbin, UnknownWorkbinOwner, NotWorkbinOwner, MissingAttribute
   */
  content(workbin: WorkbinName): AsyncIterableIterator<Interaction>;
  /**
   * Changes of one from now on. Leaving a `for await` loop ends it; when the right to look into it
   * is gone, it ends with NotWorkbinOwner.
   * @throws {IxionError} (from the iterator) as `content`, TooManySubscriptions
   */
  changes(workbin: WorkbinName): AsyncIterableIterator<WorkbinChange>;
  /** How much is in those of some types of one owner. */
  counts(
    types: readonly string[],
    owner?: Omit<WorkbinName, 'type'>,
    options?: CallOptions,
  ): Promise<WorkbinCount[]>;
  /** The types that there are, by their names. */
  types(options?: CallOptions): Promise<WorkbinType[]>;
  /** Those that have something in them, whoever owns them. For an admin or supervisor. */
  list(
    filter?: { readonly type?: string | undefined; readonly orphans?: boolean | undefined },
    options?: CallOptions,
  ): Promise<WorkbinCount[]>;
}
