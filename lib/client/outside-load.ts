/** Outside load of an agent that is said again before its lease is over. */
import type { Clock, Timer } from '../clock.js';
import { IxionError, type ErrorName } from '../errors.js';
import { ownError } from './rejection.js';
import type * as Sdk from './types.js';

/** It is said so many times within a lease, so that one that is late does no harm. */
const timesPerLease = 3;
const usualLeaseSeconds = 60;

/** What another time does not mend. */
const final: ReadonlySet<ErrorName> = new Set<ErrorName>([
  'NotPermitted',
  'UnknownMedium',
  'ClientClosed',
]);

const ended = new IxionError('ClientClosed', 'this outside load has ended');

/** What it takes to say it. */
export interface LoadParts {
  readonly clock: Clock;
  /** Why the client takes no more calls; undefined: it does. */
  readonly refusal: () => IxionError | undefined;
  send(count: number, timeoutMs: number): Promise<void>;
  /** It is over. */
  readonly over: (load: LeasedLoad) => void;
}

export class LeasedLoad implements Sdk.OutsideLoad {
  readonly agentId: string;
  readonly medium: string | undefined;
  readonly ended: Promise<IxionError | undefined>;
  count: number;
  problem: IxionError | undefined;
  readonly #parts: LoadParts;
  readonly #leaseMs: number;
  /** One after the other: what is said last counts. */
  #last: Promise<unknown> = Promise.resolve();
  #timer: Timer | undefined;
  #isOver = false;
  #end!: (error: IxionError | undefined) => void;

  constructor(parts: LoadParts, report: Sdk.OutsideLoadReport) {
    const { agentId, medium, count, leaseSeconds = usualLeaseSeconds } = report;
    this.#parts = parts;
    this.agentId = agentId;
    this.medium = medium;
    this.count = count;
    this.#leaseMs = leaseSeconds * 1_000;
    this.ended = new Promise((resolve) => (this.#end = resolve));
  }

  /** Says it for the first time. @throws {IxionError} as it is refused; then it is over */
  async begin(): Promise<void> {
    try {
      await this.#say();
    } catch (error) {
      this.over(error as IxionError);
      throw error;
    }
  }

  async change(count: number): Promise<void> {
    if (this.#isOver) throw ownError(ended, 'RequestSetOutsideLoad');
    this.count = count;
    await this.#say();
  }

  async end(): Promise<void> {
    if (this.#isOver) return;
    this.count = 0;
    this.over(undefined);
    // Without success it ends with its lease.
    await this.#send().catch(() => undefined);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.end();
  }

  /** It counts for a short time only, since the connection was lost: it is said again. */
  again(): void {
    if (!this.#isOver) void this.#say().catch(() => undefined);
  }

  /** It is not said any more. */
  over(error: IxionError | undefined): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.problem = error;
    this.#timer?.cancel();
    this.#parts.over(this);
    this.#end(error);
  }

  /** Says it, and again after a part of the lease. */
  async #say(): Promise<void> {
    this.#timer?.cancel();
    try {
      await this.#send();
      this.problem = undefined;
    } catch (error) {
      if (!(error instanceof IxionError)) throw error;
      this.problem = error;
      const refusal = this.#parts.refusal();
      if (refusal !== undefined || final.has(error.errorName)) this.over(refusal ?? error);
      throw error;
    } finally {
      this.#plan();
    }
  }

  #plan(): void {
    this.#timer?.cancel();
    if (this.#isOver) return;
    const inMs = this.#leaseMs / timesPerLease;
    this.#timer = this.#parts.clock.setTimer(inMs, () => this.again());
  }

  #send(): Promise<void> {
    const said = this.#last.then(() => this.#parts.send(this.count, this.#leaseMs));
    this.#last = said.catch(() => undefined);
    return said;
  }
}
