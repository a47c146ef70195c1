/** The life of interactions over the SDK: an agent and a media server that share a connection. */
import { connect, type Client } from '../../lib/client/index.js';
import type { DaemonClientOptions } from '../support/daemon-client.js';
import { queueNames, recordMaker, type RecordMaker } from '../support/record.js';

export class Life {
  readonly agent: Client;
  readonly media: Client;
  readonly queues: readonly string[];
  readonly #makeRecord: RecordMaker;
  #made = 0;

  private constructor(agent: Client, media: Client, options: DaemonClientOptions) {
    this.agent = agent;
    this.media = media;
    this.queues = queueNames(options.queues);
    this.#makeRecord = recordMaker(options.dataBytes);
  }

  static async open(options: DaemonClientOptions): Promise<Life> {
    const agent = await connect({
      server: options.server,
      clientName: 'bench.agent',
      clientType: 'AgentApplication',
    });
    const media = await agent.addClient({ clientName: 'bench.media', clientType: 'MediaServer' });
    return new Life(agent, media, options);
  }

  /** The next record, its number in its attached data as `CaseNumber`; queues take turns. */
  nextRecord() {
    this.#made += 1;
    const queue = this.queues[this.#made % this.queues.length]!;
    return { number: this.#made, queue, record: this.#makeRecord(this.#made, queue) };
  }

  /** Submits, then pulls the first of the same queue and stops it: a pull never comes first. */
  async once(): Promise<void> {
    const { queue, record } = this.nextRecord();
    await this.media.submit(record);
    const [pulled] = await this.agent.pull({ queue });
    if (pulled === undefined) throw new Error(`${queue} is empty`);
    await this.agent.stop(pulled.InteractionId);
  }
}
