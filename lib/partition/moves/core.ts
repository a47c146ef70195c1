/** What moving interactions needs of a partition; see `lib/partition/core.ts`. */
import type { Body } from '../../interaction/body.js';
import type { StateRecord } from '../../interaction/state-record.js';
import type { Store } from '../../store/contract.js';
import type { Ledger } from '../ledger/ledger.js';
import type { PartitionTime } from '../ledger/partition-time.js';
import type { Queues } from '../ledger/queues.js';
import type { RetryKeys } from '../ledger/retry-keys.js';
import type { Ports } from '../peer.js';
import type { Asker, Request } from '../request.js';
import type { Turn } from '../turn.js';
import type { HomeOrder } from './home-order.js';
import type { Waiting } from './waiting.js';

export interface MovesCore {
  /** Number of this partition. */
  readonly partition: number;
  readonly options: {
    /** How long an identifier that a client chose is known after the end of its interaction. */
    readonly identifierRetentionMs: number;
  };
  readonly store: Store;
  readonly ports: Ports;
  readonly time: PartitionTime;
  readonly queues: Queues;
  readonly ledger: Ledger;
  readonly retryKeys: RetryKeys;
  readonly waiting: Waiting;
  readonly homeOrder: HomeOrder;
  /** Pulls that wait, by the identifier that they wait for. */
  readonly waitingPulls: { takeAll(id: string): readonly WaitingPull[] };
  /** Who knows agents: an interaction that has sections comes, and the change is open. */
  readonly invitations: {
    moved(turn: Turn, id: string, record: StateRecord, body: Body): void;
  };
  readonly relocation: {
    /**
     * Something came from another partition; `by`: the list of queues that it was sent by, if any.
     */
    arrived(by: number | undefined): void;
  };
  readonly lasting: {
    /** Who waits for the answer of a hand-off from here, by its key. */
    readonly askers: Map<string, Asker>;
  };
  /** Executes a request that has waited for its interaction; may close the turn. */
  readonly resume: (request: Request) => void;
  /** The partition that always knows where an interaction is. */
  homeOf(id: string): number;
  isHomeOf(id: string): boolean;
}

interface WaitingPull {
  readonly request: Request;
  /** By the clock of the partition. */
  readonly deadlineMs: number;
}
