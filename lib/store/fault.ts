/**
 * A medium that fails on purpose, over any other. The plan says what happens to the N-th commit;
 * what it lets pass is committed in order. After a crash nothing reaches the inner medium any more.
 */
import type { Applied, Entry, Outcome, RangeOptions, Table, WriteSet } from './contract.js';
import { LayeredStore, type Medium } from './layered.js';

/**
 * What happens to one commit.
 * `end`: it is not executed, and its outcome is the one given.
 * `hold`: it, and all behind it, wait for the promise and are executed then.
 * `crash`: the disk dies before or after the commit took effect; `unknown` either way.
 */
export type Fault =
  | { readonly kind: 'end'; readonly outcome: Exclude<Outcome, 'durable'> }
  | { readonly kind: 'hold'; readonly until: Promise<void> }
  | { readonly kind: 'crash'; readonly when: 'before' | 'after' };

/** The fault for the N-th commit, counted from 1; undefined: none. */
export type FaultPlan = (commit: number) => Fault | undefined;

/** Committed state of `inner`. */
export class FaultMedium implements Medium {
  private readonly inner: Medium;
  private readonly plan: FaultPlan;
  private commits = 0;
  private crashed = false;
  private tail: Promise<unknown> = Promise.resolve();

  constructor(inner: Medium, plan: FaultPlan) {
    this.inner = inner;
    this.plan = plan;
  }

  get(table: Table, key: string): Uint8Array | undefined {
    return this.inner.get(table, key);
  }

  range(table: Table, options: RangeOptions): Entry[] {
    return this.inner.range(table, options);
  }

  commit(writeSet: WriteSet, previousSequence: number): Promise<Outcome> {
    this.commits += 1;
    const fault = this.plan(this.commits);
    const outcome = this.execute(this.tail, fault, writeSet, previousSequence);
    this.tail = outcome;
    return outcome;
  }

  applied(): Applied {
    return this.inner.applied();
  }

  count(table: Table): number {
    return this.inner.count(table);
  }

  close(): Promise<void> {
    return this.inner.close();
  }

  private async execute(
    before: Promise<unknown>,
    fault: Fault | undefined,
    writeSet: WriteSet,
    previousSequence: number,
  ): Promise<Outcome> {
    await before;
    if (fault?.kind === 'hold') await fault.until;
    if (this.crashed) return 'unknown';
    if (fault?.kind === 'end') return fault.outcome;
    if (fault?.kind !== 'crash') return this.inner.commit(writeSet, previousSequence);
    this.crashed = true;
    if (fault.when === 'after') await this.inner.commit(writeSet, previousSequence);
    return 'unknown';
  }
}

/** A store over a medium that fails as planned. */
export class FaultStore extends LayeredStore {
  constructor(inner: Medium, plan: FaultPlan) {
    super(new FaultMedium(inner, plan));
  }
}
