/**
 * A kill -9 of a server on which agents are at work: some have something in hand, some are being
 * offered something, some are about to accept. All come back by themselves.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { connect, type Agent, type Client } from '../../lib/client/index.js';
import { IxionError } from '../../lib/errors.js';
import { Replay } from '../simulation/agents-replay.js';
import { KillableServer } from './killable-server.js';

export interface AgentsKillReport {
  readonly faults: readonly string[];
  readonly agents: number;
  /** From the kill until 99 % of them were logged in with a connection again. */
  readonly backMs: number;
  /** Interactions that were in hand at the kill. */
  readonly inHand: number;
}

const connections = 4;
const queues = [0, 1].map((partition) => ({ name: `kill.${partition}`, partition }));
const reconnect = { minMs: 20, maxMs: 200 };
const patienceMs = 60_000;

interface Seat {
  readonly name: string;
  readonly client: Client;
  readonly agent: Agent;
  /** Interactions that it was acknowledged to have. */
  readonly inHand: string[];
}

class AgentsKill {
  readonly #server: KillableServer;
  readonly #clients: Client[] = [];
  readonly #seats: Seat[] = [];
  readonly #faults: string[] = [];
  #media!: Client;
  #router!: Client;
  #backMs = 0;

  constructor(server: KillableServer) {
    this.#server = server;
  }

  async run(names: readonly string[]): Promise<AgentsKillReport> {
    try {
      await this.#open(names);
      const offered = await this.#offer();
      const killedMs = performance.now();
      // What is accepted now is answered before the kill, or after it.
      const late = this.#acceptSome();
      await this.#server.kill();
      this.#server.spawn();
      await this.#server.ready();
      await this.#allAreBack(killedMs);
      await late;
      const inHand = this.#seats.reduce((sum, seat) => sum + seat.inHand.length, 0);
      await this.#checkWork(offered);
      await this.#checkEvents();
      await this.#goOn(offered);
      return { faults: this.#faults, agents: names.length, backMs: this.#backMs, inHand };
    } finally {
      await Promise.all(this.#clients.map((client) => client.close()));
    }
  }

  async #connect(clientName: string, clientType: Client['clientName']): Promise<Client> {
    const type = clientType as 'MediaServer';
    const { listen: server } = this.#server;
    const client = await connect({ server, clientName, clientType: type, reconnect });
    this.#clients.push(client);
    return client;
  }

  async #open(names: readonly string[]): Promise<void> {
    this.#media = await this.#connect('mail', 'MediaServer');
    this.#router = await this.#connect('urs', 'RoutingEngine');
    const links: Client[] = [];
    for (let at = 0; at < connections; at++) {
      links.push(await this.#connect(`desktops ${at}`, 'AgentApplication'));
    }
    for (let from = 0; from < names.length; from += 64) {
      const some = names.slice(from, from + 64);
      const seats = some.map(async (name, at): Promise<Seat> => {
        const identity = { clientName: name, clientType: 'AgentApplication' } as const;
        const client = await links[at % connections]!.addClient(identity);
        this.#clients.unshift(client);
        const agent = await client.login({ agentId: name, media: { email: true } });
        return { name, client, agent, inHand: [] };
      });
      this.#seats.push(...(await Promise.all(seats)));
    }
  }

  /** Offers one to each but the last third; returns them by the agent. */
  async #offer(): Promise<Map<string, Seat>> {
    const offered = new Map<string, Seat>();
    const some = this.#seats.slice(0, Math.ceil((this.#seats.length * 2) / 3));
    await Promise.all(
      some.map(async (seat, at) => {
        const call = { mediaType: 'email', interactionType: 'Inbound' } as const;
        const { name: queue } = queues[at % queues.length]!;
        const { interactionId } = await this.#media.submit({ queue, ...call });
        offered.set(interactionId, seat);
        await this.#router.deliver(interactionId, { agentId: seat.name, medium: 'email' });
      }),
    );
    await this.#accept(some.filter((_, at) => at % 4 === 0));
    return offered;
  }

  /** Those of another share accept, whatever happens meanwhile. */
  #acceptSome(): Promise<void> {
    return this.#accept(this.#seats.filter((_, at) => at % 4 === 1));
  }

  async #accept(seats: readonly Seat[]): Promise<void> {
    const accepting = seats.map(async ({ agent, inHand }) => {
      if (agent.current?.media[0]?.current === 0) return;
      const { value } = await agent.invitations().next();
      if (value === undefined) return;
      try {
        await value.accept({ timeoutMs: patienceMs });
        inHand.push(value.interactionId);
      } catch (error) {
        if (!(error instanceof IxionError) || error.errorName !== 'WrongTicket') throw error;
      }
    });
    await Promise.race([Promise.all(accepting), patience()]);
  }

  /** Waits until nearly all are, and then for the last; nobody has become not ready. */
  async #allAreBack(killedMs: number): Promise<void> {
    const most = Math.ceil(this.#seats.length * 0.99);
    const untilMs = performance.now() + patienceMs;
    for (;;) {
      const listed = await this.#media.listAgents();
      const back = listed.filter((one) => one.connections === 1);
      if (this.#backMs === 0 && back.length >= most) this.#backMs = performance.now() - killedMs;
      if (back.length === this.#seats.length) {
        const closed = back.filter(({ media }) => media[0]?.state !== 'ready');
        for (const { agentId } of closed) this.#faults.push(`${agentId} is not ready any more`);
        return;
      }
      if (performance.now() > untilMs) {
        return void this.#faults.push(`${back.length} of ${this.#seats.length} are back`);
      }
      await pause(20);
    }
  }

  /** What was accepted is in hand; what was offered waits again, or was accepted at last. */
  async #checkWork(offered: ReadonlyMap<string, Seat>): Promise<void> {
    await Promise.all(
      [...offered].map(async ([id, { name, inHand }]) => {
        const { InteractionState, AssignedTo } = await this.#media.getProperties(id);
        const isHis = InteractionState === 3 && AssignedTo === name;
        if (inHand.includes(id) && !isHis) this.#faults.push(`${name} has lost ${id}`);
        if (!isHis && InteractionState !== 0) {
          this.#faults.push(`${id} is in state ${InteractionState}, with ${AssignedTo}`);
        }
      }),
    );
  }

  /** No interaction was ever offered to two, or in two hands. */
  async #checkEvents(): Promise<void> {
    const stat = await this.#connect('stat', 'ReportingEngine');
    const replay = new Replay();
    const ids = new Set<string>();
    for await (const event of stat.events({ fromStart: true, untilNow: true })) {
      if ('InteractionId' in event) ids.add(event.InteractionId);
      replay.told(event.event, event);
    }
    for (const id of ids) replay.had(id, '');
    this.#faults.push(...replay.complaints);
  }

  /** Everybody can finish what there is, and be offered more. */
  async #goOn(offered: ReadonlyMap<string, Seat>): Promise<void> {
    for (const { client, inHand } of this.#seats) {
      await Promise.all(inHand.map((id) => client.stop(id)));
    }
    const done = new Set(this.#seats.flatMap(({ inHand }) => inHand));
    const rest = [...offered.keys()].filter((id) => !done.has(id));
    for (const [at, id] of rest.entries()) {
      const { InteractionState } = await this.#media.getProperties(id);
      if (InteractionState !== 0) continue;
      const seat = this.#seats[this.#seats.length - 1 - (at % Math.ceil(this.#seats.length / 3))]!;
      await this.#router.deliver(id, { agentId: seat.name, medium: 'email' });
      const { value } = await seat.agent.invitations().next();
      await value!.accept();
      await seat.client.stop(id);
      // The desk is told of it a moment later.
      const { agent } = seat;
      while (agent.current?.media[0]?.free === 0) await pause(2);
      if (at === 20) return;
    }
  }
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
/** Rejects when it is over; nothing waits for that alone. */
const patience = (): Promise<never> =>
  new Promise((_, reject) => {
    const late = (): void => reject(new Error('an acceptance was never answered'));
    setTimeout(late, patienceMs).unref();
  });

/** Plays it on a store in this directory. */
export async function killWithAgents(directory: string, count: number): Promise<AgentsKillReport> {
  const server = await KillableServer.create(directory, queues);
  try {
    const names = Array.from({ length: count }, (_, at) => `agent-${at}`);
    const file = join(directory, 'agents.yaml');
    const lines = ['media: [{name: email}]', 'places:'];
    lines.push(...names.map((name) => `  - {name: ${name}}`), 'agents:');
    lines.push(...names.map((name) => `  - {name: ${name}, place: ${name}}`));
    lines.push('options: {settings: {delivering-timeout: 600}}');
    writeFileSync(file, `${lines.join('\n')}\n`);
    const { code, stderr } = await server.command('config', 'apply', file, '--merge');
    if (code !== 0) throw new Error(stderr);
    const report = await new AgentsKill(server).run(names);
    await server.stop();
    return { ...report, faults: [...report.faults, ...(await server.verify())] };
  } catch (error) {
    await server.kill();
    throw error;
  }
}
