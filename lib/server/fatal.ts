/**
 * Ends that the server does not survive, because going on could acknowledge what is not kept.
 * The process has to end after one of them; see docs/operating/running.md for the exit codes.
 */
import type { ChildReport, ThreadDeath } from '../actor/index.js';
import { errorTable } from '../errors.js';
import { StartRefused } from '../refusal.js';

/**
 * `commit`: the disk did not say whether a change was kept; the partition acknowledges no more.
 * `intensity`: actors were restarted too often, or could not be.
 * `thread-death`: a thread that may have commits in flight is gone: end by signal, nothing else is
 * sure to work.
 * `service`: one without which the server must not run could not start.
 */
export interface FatalEnd {
  readonly kind: 'commit' | 'intensity' | 'thread-death' | 'service';
  readonly message: string;
}

/** Whether a child ended because the outcome of its commit is unknown: the fence. */
export function isFence(report: ChildReport): boolean {
  return report.error?.code === errorTable.UnknownOutcome.code;
}

/** A report that means the end. */
export function fatalOfReport(report: ChildReport): FatalEnd {
  const cause = report.error === undefined ? report.reason : report.error.message;
  return isFence(report)
    ? { kind: 'commit', message: `${report.child}: outcome of a commit unknown: ${cause}` }
    : { kind: 'intensity', message: `${report.child} cannot be kept running: ${cause}` };
}

/** The death of a thread as an end. */
export function fatalOfThread(death: ThreadDeath): FatalEnd {
  const cause = death.error?.message ?? `exit code ${death.exitCode}`;
  const lost = death.children.join(', ');
  return { kind: 'thread-death', message: `thread ${death.name} died (${cause}) with ${lost}` };
}

/** The same before there is a server: why the start is refused. */
export const refusalOfEnd = ({ kind, message }: FatalEnd): StartRefused =>
  new StartRefused(kind === 'commit' ? 'commit' : 'internal', message);
