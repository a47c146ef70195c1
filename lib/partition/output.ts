/** What a partition tells those around it, and what it says when something failed. */
import type { IxionError } from '../errors.js';
import type { AgentOutcome } from '../interaction/invitation.js';
import type { WorkbinNews } from '../interaction/workbin-news.js';
import type { Outcome } from '../store/contract.js';
import type { TotalsRow } from './turn.js';
import type { Answer, Reply, Request, Stop } from './request.js';

/** A write set that is not on disk, or of which that is not known. */
export type Failure = Exclude<Outcome, 'durable'>;

/** What a partition tells its surroundings. */
export interface PartitionOutput {
  /** Answers, in the order of the requests; all of them may leave now. */
  replies(replies: readonly Reply[]): void;
  /** What became of agents and interactions, durably. */
  outcomes?(outcomes: readonly AgentOutcome[]): void;
  /** Interactions have ended, durably, and clients are to hear of it. */
  stops?(stops: readonly Stop[]): void;
  /** What is in workbins has changed, durably, and clients are to hear of it. */
  workbins?(news: readonly WorkbinNews[]): void;
  /** Totals are on disk as these rows say; only where `Queues.tellsTotals`. */
  totals?(rows: readonly TotalsRow[]): void;
  /** Events up to this sequence are durable and may be read. */
  eventsUpTo(sequence: number): void;
  /** A request failed by an exception before it changed anything, and is answered so. */
  failed(request: Request, error: Error): void;
  /** A write set did not become durable. `unknown`: fence; else build the partition anew. */
  broken(outcome: Failure): void;
}

/** By then another process may have the store. */
const unknownRetryMs = 1_000;

const failures = {
  refused: ['Unavailable', 'the change was not made'],
  full: ['StoreFull', 'there is no room on disk; the change was not made'],
  unknown: ['UnknownOutcome', 'the disk did not say whether the change was made'],
} as const;

/** The answer to every request of a write set that ended so. */
export function answerOfFailure(outcome: Failure): Answer {
  const [error, detail] = failures[outcome];
  // With a delay: whoever repeats it with its key will find out.
  const delay = outcome === 'unknown' ? { retryAfterMs: unknownRetryMs } : {};
  return { kind: 'error', error, detail, ...delay };
}

/** The answer to a request that was refused. */
export const answerOfError = ({ errorName, message }: IxionError): Answer => ({
  kind: 'error',
  error: errorName,
  detail: message,
});
