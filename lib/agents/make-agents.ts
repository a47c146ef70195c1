/** The desk at work, made and told of configuration; it has neither read anything nor got mail. */
import type { ActorRef } from '../actor/index.js';
import type { Clock } from '../clock.js';
import type { CounterBlock } from '../counters/index.js';
import type { ConfigurationFeed } from '../control/feed.js';
import type { Log } from '../log.js';
import type { FrontMessage, PartitionMessage } from '../mail/partition.js';
import type { Audit } from '../security/audit-log.js';
import { Agents } from './agents.js';
import { Directory } from './directory.js';
import { Rules } from './rules.js';
import { Scopes } from './scope.js';
import { WrapUpRules } from './wrap-up-rules.js';

export interface MakeAgentsOptions {
  readonly clock: Clock;
  readonly log: Log;
  readonly counters: CounterBlock;
  readonly audit: Audit;
  readonly feed: ConfigurationFeed;
  readonly front: ActorRef<FrontMessage>;
  readonly partitions: readonly ActorRef<PartitionMessage>[];
  readonly reconnectTimeoutMs: number;
}

/** Resolves when it has the options of now. */
export async function makeAgents(options: MakeAgentsOptions): Promise<Agents> {
  const { clock, feed, log } = options;
  const directory = new Directory(feed, clock);
  const rules = new Rules({
    feed,
    clock,
    log,
    isMedium: (name) => directory.isMedium(name),
    ruleOf: (who) => directory.ruleOf(who),
  });
  await feed.attach({
    name: 'agents',
    kinds: ['options'],
    take: ({ options: { value } }) => directory.take(value),
  });
  const wrapUpRules = new WrapUpRules(feed, clock);
  const scopes = new Scopes(feed, clock);
  const agents = new Agents({ ...options, directory, rules, wrapUpRules, scopes });
  await agents.workbins.attach();
  await feed.attach({
    name: 'conditions of snapshots',
    kinds: ['columns'],
    take: ({ columns }) => agents.snapshots.mapped(columns.value),
  });
  feed.attachKeyed({
    name: 'capacity of agents',
    kinds: ['agent', 'place', 'tenant', 'capacityRule', 'medium'],
    changed: ({ names }) => {
      rules.changed();
      const isOfSome = names !== 'all' && names.every(([kind]) => kind === 'agent');
      const some = isOfSome ? names.map(([, name]) => name) : undefined;
      void agents.rulesChanged(some).catch((error: Error) => {
        log.error({ error: error.message }, 'capacity rules of agents are not worked by');
      });
    },
  });
  return agents;
}
