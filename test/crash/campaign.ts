/**
 * Kills a real server with -9 again and again while clients are at work, and compares after each
 * round what it holds with what it acknowledged. The seed decides the operations and the times of
 * the kills; how the two meet is up to the machine.
 */
import type { Client, ClientType } from '../../lib/client/index.js';
import { seededRandom } from '../../lib/clock.js';
import { EventReader } from './event-reader.js';
import { ExpectedQueue } from './expected.js';
import { KillableServer } from './killable-server.js';
import type { Workload } from './workload.js';
import { connectPatiently, openWorkload, queuesOfWorkload } from './open-workload.js';
import { SharedPool } from './shared-pool.js';

export interface CampaignOptions {
  readonly kills: number;
  readonly seed: number;
  /** An empty directory. */
  readonly directory: string;
  /** Told after each round. */
  onRound?(kills: number, acknowledged: number): void;
}

export interface CampaignReport {
  readonly complaints: readonly string[];
  readonly acknowledged: number;
  readonly events: number;
  /** Requests of workloads that were unanswered when the server was killed, all kills together. */
  readonly interrupted: number;
}

const workloadCount = 10;
const agentCount = 4;
const acknowledgedPerKill = 25;

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

class Campaign {
  readonly #options: CampaignOptions;
  readonly #server: KillableServer;
  readonly #clients: Client[] = [];
  readonly #workloads: Workload[] = [];
  readonly #random;
  #pool!: SharedPool;
  #reader!: EventReader;
  #isPaused = false;
  #kills = 0;
  #interrupted = 0;

  constructor(options: CampaignOptions, server: KillableServer) {
    this.#options = options;
    this.#server = server;
    this.#random = seededRandom(options.seed);
  }

  async open(workloadQueues: readonly ExpectedQueue[][], shared: ExpectedQueue): Promise<void> {
    const { seed } = this.#options;
    for (const [index, queues] of workloadQueues.entries()) {
      const { workload, clients } = await openWorkload(this.#server, index, seed, queues);
      this.#workloads.push(workload);
      this.#clients.push(...clients);
    }
    const media = await this.#connect('shared.media', 'MediaServer');
    const agents: Client[] = [];
    for (let index = 0; index < agentCount; index++) {
      agents.push(await this.#connect(`shared.agent${index}`, 'AgentApplication'));
    }
    this.#pool = new SharedPool({ seed: seed + 999, queue: shared, media, agents });
    this.#reader = new EventReader(await this.#connect('reader', 'ReportingEngine'));
  }

  /** Rounds of work, kills and comparison until all kills are done or something is wrong. */
  async run(): Promise<CampaignReport> {
    const { kills, onRound } = this.#options;
    while (this.#kills < kills && this.#complaints().length === 0) {
      await this.#round();
      onRound?.(this.#kills, this.#acknowledged());
    }
    await this.#reader.close();
    await Promise.all(this.#clients.map((client) => client.close()));
    const code = await this.#server.stop();
    const faults = await this.#server.verify();
    return {
      complaints: [
        ...this.#complaints(),
        ...(code === 0 ? [] : [`the server ended with ${code}`]),
        ...faults,
      ],
      acknowledged: this.#acknowledged(),
      events: this.#reader.received,
      interrupted: this.#interrupted,
    };
  }

  async #round(): Promise<void> {
    this.#isPaused = false;
    const isPaused = (): boolean => this.#isPaused;
    const work = Promise.all([...this.#workloads, this.#pool].map((each) => each.work(isPaused)));
    const killsOfRound = 1 + Math.floor(this.#random.fraction() * 3);
    const enough = this.#acknowledged() + killsOfRound * acknowledgedPerKill;
    for (let count = 0; count < killsOfRound && this.#kills < this.#options.kills; count++) {
      await sleep(this.#random.fraction() * 700);
      await this.#kill();
    }
    await this.#server.ready();
    await sleep(this.#random.fraction() * 300);
    // On a machine that is busy with other things, too, there is something to compare.
    while (this.#acknowledged() < enough && this.#complaints().length === 0) await sleep(5);
    this.#isPaused = true;
    await work;
    if (this.#complaints().length === 0) await this.#check();
  }

  /** One kill in four hits the server while it starts. */
  async #kill(): Promise<void> {
    const isEarly = this.#random.fraction() < 0.25;
    if (!isEarly) await this.#server.ready();
    this.#interrupted += this.#workloads.reduce((sum, { inFlight }) => sum + inFlight, 0);
    await this.#server.kill();
    this.#kills++;
    this.#server.spawn();
  }

  async #check(): Promise<void> {
    const live = new Map<string, number | undefined>();
    const stopped = new Map<string, number | undefined>();
    for (const workload of this.#workloads) {
      const versions = await workload.check();
      for (const [id, version] of versions.live) live.set(id, version);
      for (const [id, version] of versions.stopped) stopped.set(id, version);
    }
    const pool = await this.#pool.check();
    for (const id of pool.live) live.set(id, undefined);
    for (const id of pool.stopped) stopped.set(id, undefined);
    if (this.#complaints().length === 0) await this.#reader.check(live, stopped);
  }

  #complaints(): string[] {
    return [...this.#workloads, this.#pool, this.#reader].flatMap(({ complaints }) => complaints);
  }

  #acknowledged(): number {
    return [...this.#workloads, this.#pool].reduce(
      (sum, { acknowledged }) => sum + acknowledged,
      0,
    );
  }

  async #connect(clientName: string, clientType: ClientType): Promise<Client> {
    const client = await connectPatiently(this.#server, clientName, clientType);
    this.#clients.push(client);
    return client;
  }
}

/** Runs a campaign from an empty store to a verified one. */
export async function runCampaign(options: CampaignOptions): Promise<CampaignReport> {
  const workloadQueues = Array.from({ length: workloadCount }, (_, workload) =>
    queuesOfWorkload(workload),
  );
  const shared = new ExpectedQueue('shared', 1);
  const server = await KillableServer.create(options.directory, [...workloadQueues.flat(), shared]);
  try {
    const campaign = new Campaign(options, server);
    await campaign.open(workloadQueues, shared);
    return await campaign.run();
  } finally {
    await server.kill();
  }
}
