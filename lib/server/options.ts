/** What a server is started with. */
import type { AdminLimits } from '../admin/gate.js';
import type { Clock, Random } from '../clock.js';
import type {
  ApplicationDeclaration,
  BusinessProcessDeclaration,
  FileContent,
  LogFilterDeclaration,
} from '../config/configuration.js';
import type { OptionValues } from '../config/option-table.js';
import type { EarlyThreads } from '../start/early-threads.js';
import type { Creation } from '../data/directory.js';
import type { FatalEnd } from './fatal.js';
import type { Log } from '../log.js';

/**
 * Options by their keys in docs/reference/options.md; those that are absent have their defaults.
 * The rest is for programs that embed the server.
 */
export interface StartOptions extends OptionValues {
  /** Business processes whose queues are made if they are not there. */
  readonly businessProcesses?: readonly BusinessProcessDeclaration[] | undefined;
  /** Partitions by the name of a placement; they win over `archive`, `flow` and `distribution`. */
  readonly placements?: Readonly<Record<string, readonly number[]>> | undefined;
  /** Programs that may register, with the hashes of their tokens. */
  readonly applications?: readonly ApplicationDeclaration[] | undefined;
  /**
   * What the log of requests (level debug) shows of attached data; absent: nothing of the values.
   */
  readonly logFilter?: LogFilterDeclaration | undefined;
  /**
   * What may be made if there is no store: see `planData`. `demo` adds missing queues of the demo.
   */
  readonly create?: Creation | undefined;
  /** False: no admin listener. */
  readonly withAdmin?: boolean | undefined;
  /** Absent: silent. */
  readonly log?: Log | undefined;
  /** Reads the configuration again for `reload`; absent: there is nothing to reload. */
  readonly readAgain?: (() => Promise<FileContent>) | undefined;
  /**
   * Called once when the server cannot go on; every connection is closed then. The program must
   * end: for `thread-death` by a signal, since an orderly exit can hang on that thread.
   */
  readonly onFatal?: ((fatal: FatalEnd) => void) | undefined;
  /** Threads that were spawned before this code was loaded; those that are left over end. */
  readonly earlyThreads?: EarlyThreads | undefined;
  /** Smaller limits of the admin listener, for tests. */
  readonly adminLimits?: Partial<AdminLimits> | undefined;
  readonly clock?: Clock | undefined;
  readonly random?: Random | undefined;
}

/** How a stop went. */
export interface StopReport {
  /** All requests in flight were answered in time. */
  readonly drained: boolean;
  /** Actors and threads that did not end in time; with any, the process must be killed. */
  readonly late: readonly string[];
}
