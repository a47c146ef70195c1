/** What the desk at work is made with. */
import type { ActorRef } from '../actor/index.js';
import type { Clock } from '../clock.js';
import type { ConfigurationFeed } from '../control/feed.js';
import type { CounterBlock } from '../counters/index.js';
import type { Log } from '../log.js';
import type { FrontMessage, PartitionMessage } from '../mail/partition.js';
import type { Audit } from '../security/audit-log.js';
import type { Directory } from './directory.js';
import type { Rules } from './rules.js';
import type { Scopes } from './scope.js';
import type { WrapUpRules } from './wrap-up-rules.js';

export interface AgentsOptions {
  readonly clock: Clock;
  readonly log: Log;
  readonly counters: CounterBlock;
  readonly audit: Audit;
  readonly directory: Directory;
  readonly rules: Rules;
  readonly wrapUpRules: WrapUpRules;
  readonly scopes: Scopes;
  readonly feed: ConfigurationFeed;
  readonly front: ActorRef<FrontMessage>;
  readonly partitions: readonly ActorRef<PartitionMessage>[];
  /** How long what a client has waits for it. */
  readonly reconnectTimeoutMs: number;
}
