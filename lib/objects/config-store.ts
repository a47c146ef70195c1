/** What the config service needs of the server around it. */
import type { QueueEntry, QueueEntries } from '../queue/entry.js';
import type { Placements } from './placement.js';
import type { Row, VersionHeader } from './rows.js';

/** A queue that is not empty. */
export interface FilledQueue {
  readonly number: number;
  readonly interactions: number;
}

export interface Progress {
  readonly stage: 'read' | 'check' | 'write';
  /** From 0 to 1. */
  readonly done: number;
}

/** What the configuration file says of access. */
export interface DeclaredAccess {
  /** Every client must show credentials, whatever the objects say. */
  readonly isRequired: boolean;
  readonly applications: readonly {
    readonly name: string;
    readonly role: string;
    readonly hashes: readonly string[];
  }[];
}

export interface ConfigStore {
  /** Partitions of the store, and what they are called. */
  readonly placements: Placements;
  /** Milliseconds since 1970 UTC. */
  now(): number;
  /** Rows of table `object` of partition 0, from `from` up to but without `to`. */
  read(from: string, to: string | undefined, limit: number): Promise<readonly Row[]>;
  /**
   * Changes rows in one write set, and reports the version that they make count. Rejects if it did
   * not become durable.
   */
  write(rows: readonly Row[], made?: VersionHeader): Promise<void>;
  /** The queues, unless their version is the one that is known. */
  queues(known: number): Promise<QueueEntries | undefined>;
  /** Makes another list of queues count, and in the same moment these rows. Rejects as `write`. */
  replaceQueues(change: {
    readonly queues: readonly QueueEntry[];
    readonly highest: number;
    readonly after: number;
    readonly rows: readonly Row[];
    readonly made: VersionHeader;
  }): Promise<void>;
  /** Those of these queues that have interactions now. */
  filledOf(numbers: readonly number[]): Promise<readonly FilledQueue[]>;
  /**
   * Lets queues take nothing more, waits for what is on its way to them, and then as `filledOf`.
   */
  closeQueues(numbers: readonly number[]): Promise<readonly FilledQueue[]>;
  /** Takes `closeQueues` back. */
  reopenQueues(): Promise<void>;
  /** What the configuration file says of access. */
  declaredAccess(): Promise<DeclaredAccess>;
}
