/** What a request is that the front answers itself, and what it is given. */
import type { QueueEntry } from '../../queue/entry.js';
import type { Clock, ClockStatus } from '../../clock.js';
import type { CounterBlock } from '../../counters/index.js';
import type { Session } from '../../net/session.js';
import type { FrontDoing } from '../../protocol/doing.js';
import type { AttributesOf, DoingOf, RequestName, RequestThat } from '../../protocol/registry.js';
import type { Asker } from '../../protocol/replies.js';
import type { Audit } from '../../security/audit-log.js';
import type { Clients } from '../clients.js';
import type { Fences } from '../fences.js';
import type { PartitionLink } from '../partition-link.js';
import type { Replies } from '../replies.js';
import type { Subscriptions } from '../subscriptions.js';

/** The parts of the front that its requests work with. */
export interface FrontParts {
  readonly clock: Clock;
  readonly counters: CounterBlock;
  readonly serverVersion: string;
  /** Told to each client that registers. */
  readonly store: { readonly StoreId: string; readonly Timeline: string };
  readonly clockStatus: (() => ClockStatus) | undefined;
  readonly clients: Clients;
  readonly fences: Fences;
  readonly subscriptions: Subscriptions;
  readonly replies: Replies;
  readonly links: readonly PartitionLink[];
  readonly audit: Audit | undefined;
  /** @throws {IxionError} (as a rejection) UnknownTenant, and what partitions say */
  checkTenant(tenantId: number): Promise<void>;
  /** All queues, by name. */
  queues(): ReadonlyMap<string, QueueEntry>;
}

/** Gives the answer, when a request is done with; it may still throw an IxionError instead. */
export type Answering = () => void;

/** Executes a request: throws an IxionError, or rejects with one, to refuse it. */
export type Execute<Name extends RequestName> = (
  session: Session,
  asker: Asker,
  body: AttributesOf<Name>,
) => Answering | Promise<Answering>;

/** A request that the front answers. */
export interface FrontRequest<Name extends RequestName> {
  /** As its row says. */
  readonly does: DoingOf<Name>;
  /**
   * What it waits for. `atOnce`: nothing. `asks`: a turn among those who ask. `ends`: a turn among
   * those who end clients, which may take long, and hold up no question.
   */
  readonly turn: 'atOnce' | 'asks' | 'ends';
  /** Makes what executes it, once for each front. */
  open(parts: FrontParts): Execute<Name>;
}

/** Those that the front answers to clients it knows: all but the registration. */
export type FrontRequestName = RequestThat<Exclude<FrontDoing, 'registers'>>;

/** A line for every one of them. */
export type FrontRequests = {
  readonly [Name in FrontRequestName]: FrontRequest<Name>;
};

/** Who asks, for the audit log. */
export const whoAsks = ({ identity, application, connection }: Session) => ({
  who: identity.clientName,
  role: application?.role,
  address: connection.remote,
});
