/**
 * A part of the server that it could do without: its start, its stop and what it says of itself.
 */

/**
 * How long a service is needed while the server stops.
 *
 * `drain`: until nothing new is taken; it may use the partitions until its `stop` resolves.
 * `directory`: until the partitions have ended; it may write into the data directory until then.
 * `end`: until everything else has ended.
 */
export type ServiceStage = 'drain' | 'directory' | 'end';

/**
 * A service is made before clients are served, which must cost next to nothing, and started
 * after: its start is never part of the time to the first delivery. What it needs beyond a few
 * lines of code, it loads in `start` with `LateLoads`. Neither its failure to start nor its
 * failure to stop ends the server, unless it is essential.
 */
export interface Service {
  /** Its name in the log and in the status: small letters and hyphens. */
  readonly name: string;
  /** Until when it is needed; absent: `drain`. */
  readonly lasts?: ServiceStage;
  /** The server must not run without it: when it cannot start, the server ends. */
  readonly isEssential?: boolean;
  /**
   * Begins its work; called once. A promise is waited for, up to a bound, before the next one
   * starts. One that throws or rejects must leave nothing behind: it is not stopped.
   */
  start(): void | Promise<void>;
  /**
   * Ends its work; called once, perhaps while it is still starting. What has not ended `deadlineMs`
   * later is left behind, so it ends by force what it can before that.
   */
  stop(deadlineMs: number): void | Promise<void>;
  /** Figures for the status, read at once; undefined: it has nothing to say. */
  status(): object | undefined;
}
