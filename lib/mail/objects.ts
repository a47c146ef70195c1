/** What the main thread and the thread of the configuration objects call in each other. */
import type { DeclaredAccess } from '../objects/config-store.js';
import type { Fault } from '../objects/fault.js';
import type { FilledQueue, Progress } from '../objects/config-store.js';
import type { QueueEntry, QueueEntries } from '../queue/entry.js';
import type { NamedPlacements } from '../objects/placement.js';
import type { IndexRow, VersionHeader } from '../objects/rows.js';
import type { ApplyOptions, ChangeResult, RollbackOptions } from '../objects/config-service.js';

/**
 * What a refused operation gives instead of its result; an error would lose its faults on the way.
 */
export interface RefusedChange {
  readonly refused: readonly Fault[];
}

/** Rows travel as `packRows` makes them. `operation` names what runs, for its progress. */
export type ConfigStoreCalls = {
  readonly read: (range: {
    readonly from: string;
    readonly to: string | undefined;
    readonly limit: number;
  }) => Promise<Uint8Array>;
  readonly write: (change: {
    readonly rows: Uint8Array;
    readonly made: VersionHeader | undefined;
  }) => Promise<void>;
  readonly queues: (known: number) => QueueEntries | undefined;
  readonly replaceQueues: (change: {
    readonly queues: readonly QueueEntry[];
    readonly highest: number;
    readonly after: number;
    readonly rows: Uint8Array;
    readonly made: VersionHeader;
  }) => Promise<void>;
  readonly filledOf: (numbers: readonly number[]) => Promise<readonly FilledQueue[]>;
  readonly closeQueues: (numbers: readonly number[]) => Promise<readonly FilledQueue[]>;
  readonly reopenQueues: () => Promise<void>;
  readonly declaredAccess: () => DeclaredAccess;
  readonly progress: (told: { readonly operation: number; readonly progress: Progress }) => void;
};

export type ConfigServiceCalls = {
  /** A piece of a file; `operation` is chosen by the caller. */
  readonly upload: (piece: { readonly operation: number; readonly bytes: Uint8Array }) => void;
  /** Forgets a file, or an export that is not read on. */
  readonly drop: (operation: number) => void;
  readonly apply: (call: {
    readonly operation: number;
    readonly options: ApplyOptions;
  }) => Promise<ChangeResult | RefusedChange>;
  readonly rollback: (call: {
    readonly operation: number;
    readonly version: number;
    readonly options: RollbackOptions;
  }) => Promise<ChangeResult | RefusedChange>;
  readonly history: (count: number) => Promise<readonly VersionHeader[]>;
  readonly changesOf: (version: number) => Promise<IndexRow | RefusedChange>;
  readonly exportBegin: (call: {
    readonly operation: number;
    readonly version: number | undefined;
  }) => Promise<RefusedChange | undefined>;
  /** The next piece of the text; undefined: that was all. */
  readonly exportNext: (operation: number) => string | undefined;
  readonly end: () => void;
};

/** What the thread is started with, besides its port. */
export interface ObjectsThreadData {
  readonly partitions: number;
  readonly placements: NamedPlacements;
}

/** Bound on one call: a whole change of many objects. */
export const operationMs = 600_000;
