/** What a load is made from, and what it is. */
import type { Submission } from '../../../lib/client/types.js';
import type { LoadResult, RunLimit } from '../../support/meter.js';
import type { PeerClient } from '../clients/contract.js';

/** What a load is made from. */
export interface LoadTask {
  readonly client: PeerClient;
  readonly queues: readonly string[];
  readonly makeRecord: (index: number, queue: string) => Submission;
  readonly inFlight: number;
  /** Of an open loop. */
  readonly perSecond: number;
}

/** One run after the other; the numbers of records go on from run to run. */
export type Load = (limit: RunLimit) => Promise<LoadResult>;
