/**
 * A client process over the SDK: agents on a few connections, a router and a media server. It fills
 * the queues, and then takes what waits to its end, by invitations or by pulls.
 */
import { connect, type Agent, type Client } from '../../lib/client/index.js';
import type { DaemonClientOptions } from '../support/daemon-client.js';
import { serveLoad } from '../support/load-client.js';
import { Meter, type LoadResult, type RunLimit } from '../support/meter.js';
import { queueNames, recordMaker } from '../support/record.js';
import { agentName, medium } from './agents.js';

/** What it is started with, as its one argument. */
export interface InviteClientOptions extends DaemonClientOptions {
  readonly way: 'invite' | 'pull';
  readonly agents: number;
}

/** What it is asked for: to fill the queues with so many, or a run. */
export type InviteLimit = RunLimit & { readonly fill?: number };

const options = JSON.parse(process.argv[2] ?? '{}') as InviteClientOptions;
const { server, inFlight, way, dataBytes } = options;
const connections = 4;
const loginsAtOnce = 64;
const queues = queueNames(options.queues);
const makeRecord = recordMaker(dataBytes);

interface Seat {
  readonly name: string;
  readonly client: Client;
}

/** Identifiers that wait, the queues in turns, from `#next` on. */
class Waiting {
  readonly #ids: string[] = [];
  #next = 0;

  add(id: string): void {
    this.#ids.push(id);
  }

  take(): string {
    return this.#ids[this.#next++]!;
  }
}

class Load {
  readonly #media: Client;
  readonly #router: Client;
  readonly #seats: Seat[];
  readonly #waiting = new Waiting();
  /** Who is waited for, by interaction. */
  readonly #done = new Map<string, () => void>();
  /** Agents that have nothing; the one that has had nothing for longest is the first. */
  readonly #idle: number[] = [];
  #made = 0;
  #pulled = 0;

  private constructor(media: Client, router: Client, seats: Seat[]) {
    this.#media = media;
    this.#router = router;
    this.#seats = seats;
    for (const at of seats.keys()) this.#idle.push(at);
  }

  static async open(): Promise<Load> {
    const media = await connect({ server, clientName: 'bench.media', clientType: 'MediaServer' });
    const router = await connect({ server, clientName: 'bench.urs', clientType: 'RoutingEngine' });
    const seats: Seat[] = [];
    const links: Client[] = [];
    for (let at = 0; at < options.agents; at++) {
      const identity = { clientName: agentName(at), clientType: 'AgentApplication' } as const;
      const link = links[at % connections];
      const client = link === undefined ? await connect({ server, ...identity }) : undefined;
      if (client !== undefined) links.push(client);
      seats.push({ name: agentName(at), client: client ?? (await link!.addClient(identity)) });
    }
    const load = new Load(media, router, seats);
    if (way === 'invite') await load.#logIn();
    return load;
  }

  async #logIn(): Promise<void> {
    for (let from = 0; from < this.#seats.length; from += loginsAtOnce) {
      const some = this.#seats.slice(from, from + loginsAtOnce);
      await Promise.all(some.map((seat, at) => this.#work(seat, from + at)));
    }
  }

  /** Logs in; from then on accepts and ends whatever it is offered. */
  async #work({ name, client }: Seat, at: number): Promise<void> {
    const agent = await client.login({ agentId: name, media: { [medium]: true } });
    void this.#finish(agent, client, at).catch((error: unknown) => {
      throw error;
    });
  }

  async #finish(agent: Agent, client: Client, at: number): Promise<void> {
    for await (const invitation of agent.invitations()) {
      await invitation.accept();
      await client.stop(invitation.interactionId);
      this.#idle.push(at);
      this.#done.get(invitation.interactionId)!();
      this.#done.delete(invitation.interactionId);
    }
  }

  async fill(count: number): Promise<LoadResult> {
    const meter = new Meter({ count });
    await this.#lanes(inFlight, meter, async () => {
      this.#made += 1;
      const queue = queues[this.#made % queues.length]!;
      const { interactionId } = await this.#media.submit(makeRecord(this.#made, queue));
      this.#waiting.add(interactionId);
    });
    return meter.result();
  }

  async run(limit: RunLimit): Promise<LoadResult> {
    const meter = new Meter(limit);
    const one = way === 'invite' ? () => this.#invite() : () => this.#pull();
    await this.#lanes(limit.inFlight ?? inFlight, meter, one);
    return meter.result();
  }

  async #lanes(count: number, meter: Meter, one: () => Promise<void>): Promise<void> {
    const lane = async (): Promise<void> => {
      for (;;) {
        const sentMs = performance.now();
        if (!meter.next(sentMs)) return;
        await one();
        meter.answered(sentMs, performance.now());
      }
    };
    await Promise.all(Array.from({ length: count }, lane));
  }

  async #invite(): Promise<void> {
    const id = this.#waiting.take();
    const { name } = this.#seats[this.#idle.shift()!]!;
    const done = new Promise<void>((resolve) => this.#done.set(id, resolve));
    await this.#router.deliver(id, { agentId: name, medium });
    await done;
  }

  async #pull(): Promise<void> {
    this.#pulled += 1;
    const { client } = this.#seats[this.#pulled % this.#seats.length]!;
    const queue = queues[this.#pulled % queues.length]!;
    const [taken] = await client.pull({ queue });
    if (taken === undefined) throw new Error(`${queue} is empty`);
    await client.stop(taken.InteractionId);
  }
}

const opening = Load.open();

serveLoad(opening, async (limit: InviteLimit) => {
  const load = await opening;
  return limit.fill === undefined ? load.run(limit) : load.fill(limit.fill);
});
