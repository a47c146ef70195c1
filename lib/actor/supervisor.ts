/**
 * Decides what becomes of children that ended, in OTP's terms: one-for-one, and at most `intensity`
 * restarts of all children together within `periodMs`; more is a fault that restarts do not cure,
 * and is escalated.
 *
 * | how it ended            | permanent | transient | temporary |
 * |-------------------------|-----------|-----------|-----------|
 * | crash                   | restart   | restart   | remove    |
 * | by itself, in order     | restart   | remove    | remove    |
 * | told to stop            | remove    | remove    | remove    |
 * | failed its first start  | remove    | remove    | remove    |
 */
import { assert } from '../assert.js';
import type { Clock } from '../clock.js';
import type { ChildEnd } from './cell.js';
import type { Verdict } from './thread-runtime.js';
import type { ActorSystemOptions, ChildReport, ChildSpec } from './types.js';

/** Reports that are kept. */
const keptReports = 100;

export class Supervisor {
  /** The last reports, newest last. */
  readonly reports: ChildReport[] = [];
  readonly #options: ActorSystemOptions;
  readonly #clock: Clock;
  readonly #children = new Map<string, ChildSpec>();
  readonly #stopping = new Set<string>();
  /** Monotonic times of the restarts within the last period. */
  #restartTimesMs: number[] = [];

  constructor(options: ActorSystemOptions, clock: Clock) {
    this.#options = options;
    this.#clock = clock;
  }

  /** Children in the order of their start. */
  get children(): readonly ChildSpec[] {
    return [...this.#children.values()];
  }

  add(spec: ChildSpec): void {
    assert(!this.#children.has(spec.id), `child ${spec.id} exists`);
    this.#children.set(spec.id, spec);
  }

  has(id: string): boolean {
    return this.#children.has(id);
  }

  /** A child that is gone, and will not be started again: its name is free. */
  forget(id: string): void {
    this.#children.delete(id);
    this.#stopping.delete(id);
  }

  /** From now on, an end of this child is what was wanted. */
  stopping(id: string): void {
    this.#stopping.add(id);
  }

  /** Decides on, and reports, the end of a child. */
  decide(end: ChildEnd): Verdict {
    const spec = this.#children.get(end.child);
    assert(spec !== undefined, `no child ${end.child}`);
    const wanted = !end.fatal && this.#wantsRestart(spec, end);
    if (wanted) this.#restartTimesMs.push(this.#clock.monotonicMs());
    const restartsInPeriod = this.#restartsInPeriod();
    const escalate = end.fatal || (wanted && restartsInPeriod > this.#options.intensity);
    const decision = escalate ? 'escalate' : wanted ? 'restart' : 'remove';
    const report = this.#report(spec, end, restartsInPeriod, decision);
    if (escalate) this.#options.onEscalation(report);
    return decision === 'restart' ? 'restart' : 'remove';
  }

  /** A child did not end within its time. */
  late(id: string): void {
    const end: ChildEnd = {
      child: id,
      incarnation: 0,
      errorContext: 'shutdown-error',
      reason: 'late',
      error: undefined,
      fatal: false,
    };
    this.#report(this.#children.get(id) as ChildSpec, end, this.#restartsInPeriod(), 'remove');
  }

  #wantsRestart({ id, restart }: ChildSpec, end: ChildEnd): boolean {
    if (this.#stopping.has(id) || end.reason === 'shutdown') return false;
    if (end.errorContext === 'start-error' && end.incarnation === 1) return false;
    if (end.errorContext === 'shutdown-error') return false;
    return restart === 'permanent' || (restart === 'transient' && end.reason === 'crash');
  }

  #restartsInPeriod(): number {
    const since = this.#clock.monotonicMs() - this.#options.periodMs;
    this.#restartTimesMs = this.#restartTimesMs.filter((timeMs) => timeMs > since);
    return this.#restartTimesMs.length;
  }

  #report(
    spec: ChildSpec,
    end: ChildEnd,
    restartsInPeriod: number,
    decision: ChildReport['decision'],
  ): ChildReport {
    const { id, behaviour, thread, restart, shutdownMs } = spec;
    const { child, incarnation, errorContext, reason, error } = end;
    const offender = { id, behaviour, thread, restart, shutdownMs };
    const report: ChildReport = {
      child,
      incarnation,
      errorContext,
      reason,
      error,
      offender,
      restartsInPeriod,
      decision,
    };
    this.reports.push(report);
    if (this.reports.length > keptReports) this.reports.shift();
    this.#options.onReport(report);
    return report;
  }
}
