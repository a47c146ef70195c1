/** Agents as a part of the server: loaded once clients are served, ended before partitions are. */
import type { ActorSystem } from '../actor/index.js';
import type { Clock } from '../clock.js';
import type { CounterBlock } from '../counters/index.js';
import type { ConfigurationFeed } from '../control/feed.js';
import type { Log } from '../log.js';
import type { DeskMail } from '../mail/desk.js';
import { frontActorName, type FrontMessage, type PartitionMessage } from '../mail/partition.js';
import type { ActorRef } from '../actor/index.js';
import type { LateLoads } from '../process/late-loads.js';
import type { Audit } from '../security/audit-log.js';
import type { Service } from '../service/contract.js';
import type { Agents } from './agents.js';

export interface AgentsServiceOptions {
  readonly clock: Clock;
  readonly log: Log;
  readonly counters: CounterBlock;
  readonly late: LateLoads;
  readonly audit: Audit;
  readonly feed: ConfigurationFeed;
  readonly desk: DeskMail;
  readonly system: ActorSystem;
  readonly partitions: readonly ActorRef<PartitionMessage>[];
  readonly configuration: { readonly values: { readonly reconnectTimeoutMs: number } };
}

export class AgentsService implements Service {
  readonly name = 'agents';
  readonly #options: AgentsServiceOptions;
  #agents: Agents | undefined;
  #isStopped = false;

  constructor(options: AgentsServiceOptions) {
    this.#options = options;
  }

  async start(): Promise<void> {
    await this.#options.late.whenPossible('agents', async () => {
      const { makeAgents } = await import('./make-agents.js');
      if (this.#isStopped || this.#agents !== undefined) return;
      const { system, desk, configuration } = this.#options;
      const { reconnectTimeoutMs } = configuration.values;
      const front = system.ref<FrontMessage>(frontActorName);
      const agents = await makeAgents({ ...this.#options, front, reconnectTimeoutMs });
      // A stop meanwhile ends the loading, which else asks until it is answered.
      this.#agents = agents;
      try {
        await agents.load();
      } catch (error) {
        if (this.#isStopped) return;
        this.#agents = undefined;
        throw error;
      }
      if (this.#isStopped) return;
      desk.begin(agents);
      void agents.invitations.report().catch(() => undefined);
    });
  }

  async stop(deadlineMs: number): Promise<void> {
    this.#isStopped = true;
    this.#options.desk.end();
    await this.#agents?.stop(deadlineMs);
  }

  status(): object | undefined {
    return this.#agents?.counts;
  }
}
