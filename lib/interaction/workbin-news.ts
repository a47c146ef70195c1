/** What partitions tell of workbins to those who watch them. Plain data. */
import type { Cause } from './event.js';
import type { Workbin } from './state-sections.js';

/** A workbin by the name of its type. */
export interface WorkbinName extends Omit<Workbin, 'type'> {
  readonly type: string;
}

/** What has become of something in a workbin; numbers of the original. */
export const WorkbinOperation = { ended: 0, takenOut: 1, placedIn: 2, changed: 3 } as const;
export type WorkbinOperation = (typeof WorkbinOperation)[keyof typeof WorkbinOperation];

/** A logical client that is told something that answers nothing. */
export interface ToldClient {
  readonly session: number;
  readonly proxyClient: number;
}

/** A client that is told of a workbin. */
export interface Watcher extends ToldClient {
  /** Absent: it sees all. */
  readonly tenants: readonly number[] | undefined;
  /** It is told by EventProcessingStopped, too, of what is stopped there. */
  readonly tellsStops: boolean;
}

/** A change of what is in a workbin, and who is told of it. */
export interface WorkbinNews {
  readonly to: readonly ToldClient[];
  readonly told: {
    readonly workbin: WorkbinName;
    readonly operation: WorkbinOperation;
    readonly interactionId: string;
    readonly version: number;
    /** Its properties, packed. */
    readonly interaction: Uint8Array | undefined;
    readonly cause: Cause;
    /** By the wall clock. */
    readonly atMs: number;
  };
}
