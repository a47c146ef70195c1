/**
 * Kills -9 of a server whose workbins are in use: agents put in, take out, give back, hand in and
 * end what is theirs, while others have locked what waits. Each knows from the answers where
 * everything of its own must be.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { connect, type Client, type WorkbinName } from '../../lib/client/index.js';
import { seededRandom, type Random } from '../../lib/clock.js';
import { KillableServer } from './killable-server.js';

export interface WorkbinsKillReport {
  readonly faults: readonly string[];
  /** Acts that were acknowledged. */
  readonly acts: number;
  /** Kills with something of each kind in workbins and in hand. */
  readonly kills: number;
}

export interface WorkbinsKillOptions {
  readonly seed: number;
  readonly agents: number;
  readonly kills: number;
  /** Acts between two kills. */
  readonly acts: number;
}

const queues = [0, 1].map((partition) => ({ name: `kill.${partition}`, partition }));
const locked = 3;
const perAgent = 4;
const reconnect = { minMs: 20, maxMs: 200 };
const drafts: WorkbinName = { type: 'drafts' };
const team: WorkbinName = { type: 'team', groupId: 'all' };

/** Where an interaction of an agent is: in a workbin, or in its hands, taken from one. */
type Place = 'drafts' | 'team' | 'hand';
interface Own {
  place: Place;
  /** The workbin that it goes back to. */
  from: 'drafts' | 'team';
}

/** An agent and what is its own; it does one thing after the other. */
class Lane {
  readonly name: string;
  readonly own = new Map<string, Own>();
  /** What it was told to be in its drafts, since it read them last. */
  readonly told = new Set<string>();
  readonly #run: WorkbinsKill;
  readonly #random: Random;
  client!: Client;
  #made = 0;

  constructor(run: WorkbinsKill, at: number, random: Random) {
    this.#run = run;
    this.#random = random;
    this.name = `agent-${at}`;
  }

  async open(server: string): Promise<void> {
    const identity = { clientName: this.name, clientType: 'AgentApplication' } as const;
    this.client = await connect({ server, ...identity, reconnect });
    await this.client.login({ agentId: this.name, media: { email: true } });
    void this.#watch();
    while (this.own.size < perAgent) await this.#make();
  }

  /** Does things until it is told to end. */
  async work(isOver: () => boolean): Promise<void> {
    try {
      while (!isOver()) {
        await this.#act();
        this.#run.done();
      }
    } catch (error) {
      this.#run.faults.push(`${this.name}: ${(error as Error).message}`);
    }
  }

  #any(count: number): number {
    return Math.floor(this.#random.fraction() * count);
  }

  async #make(): Promise<void> {
    const { name: queue } = queues[this.#any(queues.length)]!;
    const place = this.#any(2) === 0 ? 'drafts' : 'team';
    const workbin = place === 'drafts' ? drafts : team;
    const kind = { mediaType: 'email', interactionType: 'Outbound', queue, workbin };
    const chosen = this.#any(2) === 0 ? {} : { interactionId: `${this.name}.${(this.#made += 1)}` };
    const { interactionId } = await this.client.submit({ ...kind, ...chosen });
    this.own.set(interactionId, { place, from: place });
  }

  async #act(): Promise<void> {
    const ids = [...this.own.keys()];
    const id = ids[this.#any(ids.length)]!;
    const own = this.own.get(id)!;
    const dice = this.#any(10);
    if (dice === 0) {
      await this.client.stop(id);
      this.own.delete(id);
      return this.#make();
    }
    if (dice < 3) return this.client.changeProperties(id, { priority: dice });
    if (own.place === 'hand' && dice < 6) {
      await this.client.placeInQueue(id, '__BACK__');
      own.place = own.from;
    } else if (own.place !== 'hand' && dice < 6) {
      await this.client.pullById(id, { ignoreHold: true });
      own.place = 'hand';
    } else {
      const place = dice < 8 ? 'drafts' : 'team';
      await this.client.placeInWorkbin(id, place === 'drafts' ? drafts : team, {
        hold: dice === 7,
      });
      Object.assign(own, { place, from: place });
    }
  }

  /** Follows the changes of its drafts; after each loss it reads them anew. */
  async #watch(): Promise<void> {
    try {
      for await (const change of this.client.workbins.changes(drafts)) {
        if (change.what === 'begun') {
          this.told.clear();
          for (const id of await this.content(drafts)) this.told.add(id);
        } else if (change.what === 'placed') this.told.add(change.interactionId);
        else if (change.what === 'taken') this.told.delete(change.interactionId);
      }
    } catch (error) {
      this.#run.faults.push(`${this.name} is told nothing more: ${(error as Error).message}`);
    }
  }

  async content(workbin: WorkbinName): Promise<string[]> {
    const ids: string[] = [];
    for await (const { InteractionId } of this.client.workbins.content(workbin)) {
      ids.push(InteractionId);
    }
    return ids.sort();
  }

  idsAt(place: Place): string[] {
    return [...this.own].filter(([, own]) => own.place === place).map(([id]) => id);
  }
}

class WorkbinsKill {
  readonly faults: string[] = [];
  readonly #server: KillableServer;
  readonly #options: WorkbinsKillOptions;
  readonly #lanes: Lane[];
  #media!: Client;
  #boss!: Client;
  #acts = 0;
  #wake: (() => void) | undefined;

  constructor(server: KillableServer, options: WorkbinsKillOptions) {
    this.#server = server;
    this.#options = options;
    const { agents, seed } = options;
    this.#lanes = Array.from(
      { length: agents },
      (_, at) => new Lane(this, at, seededRandom(seed + at)),
    );
  }

  /** Something was acknowledged. */
  done(): void {
    this.#acts++;
    this.#wake?.();
  }

  async run(): Promise<WorkbinsKillReport> {
    const { listen: server } = this.#server;
    this.#media = await connect({
      server,
      clientName: 'mail',
      clientType: 'MediaServer',
      reconnect,
    });
    this.#boss = await connect({
      server,
      clientName: 'boss',
      clientType: 'AgentApplication',
      reconnect,
    });
    try {
      await Promise.all(this.#lanes.map((lane) => lane.open(server)));
      const waiting = await this.#submit();
      let isOver = false;
      const work = this.#lanes.map((lane) => lane.work(() => isOver));
      for (let kill = 0; kill < this.#options.kills && this.faults.length === 0; kill++) {
        await this.#lock(waiting);
        await this.#actsMore();
        await this.#server.kill();
        this.#server.spawn();
        await this.#server.ready();
        await this.#areFree(waiting);
      }
      await this.#actsMore();
      isOver = true;
      await Promise.all(work);
      await this.#compare();
      return { faults: this.faults, acts: this.#acts, kills: this.#options.kills };
    } finally {
      const clients = [this.#media, this.#boss, ...this.#lanes.map(({ client }) => client)];
      await Promise.all(clients.map((client) => client?.close()));
    }
  }

  /** Interactions that wait, for who locks them. */
  async #submit(): Promise<string[]> {
    const kind = { mediaType: 'email', interactionType: 'Inbound', externalId: 'waits' };
    const ids: string[] = [];
    for (let at = 0; at < locked; at++) {
      const { name: queue } = queues[at % queues.length]!;
      ids.push((await this.#media.submit({ queue, ...kind })).interactionId);
    }
    return ids;
  }

  async #lock(ids: readonly string[]): Promise<void> {
    const snapshot = await this.#boss.takeSnapshot({
      condition: "ExternalId = 'waits'",
      lock: true,
    });
    const { count } = snapshot;
    if (count !== ids.length) this.faults.push(`${count} of ${ids.length} could be locked`);
  }

  /** With the process its snapshots have ended, and with them the locks: anybody takes them. */
  async #areFree(ids: readonly string[]): Promise<void> {
    for (const id of ids) {
      while ((await this.#media.getProperties(id)).IsLocked === 1);
      await this.#lanes[0]!.client.pullById(id);
      await this.#lanes[0]!.client.placeInQueue(id, '__BACK__');
    }
  }

  async #actsMore(): Promise<void> {
    const most = this.#acts + this.#options.acts;
    while (this.#acts < most && this.faults.length === 0) {
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }

  async #compare(): Promise<void> {
    for (const lane of this.#lanes) {
      const { name, client, told } = lane;
      this.#same(`drafts of ${name}`, await lane.content(drafts), lane.idsAt('drafts'));
      for (const id of lane.idsAt('hand')) {
        const { AssignedTo, InteractionState: state } = await client.getProperties(id);
        if (AssignedTo !== name || state !== 3) this.faults.push(`${name} has not ${id}`);
      }
      // Each of its answers is there, and what is told of them comes behind.
      while (told.size !== lane.idsAt('drafts').length && this.faults.length === 0) {
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
      this.#same(`what ${name} was told`, [...told].sort(), lane.idsAt('drafts'));
    }
    const all = this.#lanes.flatMap((lane) => lane.idsAt('team'));
    this.#same('the workbin of all', await this.#lanes[0]!.content(team), all);
  }

  #same(what: string, is: readonly string[], expected: readonly string[]): void {
    const wanted = expected.toSorted();
    if (is.join() === wanted.join()) return;
    this.faults.push(`${what}: ${is.join()}; expected ${wanted.join()}`);
  }
}

/** Plays it on a store in this directory. */
export async function killWithWorkbins(
  directory: string,
  options: WorkbinsKillOptions,
): Promise<WorkbinsKillReport> {
  const server = await KillableServer.create(directory, queues);
  try {
    const names = Array.from({ length: options.agents }, (_, at) => `agent-${at}`);
    const file = join(directory, 'workbins.yaml');
    const lines = [
      'media: [{name: email}]',
      'places:',
      ...names.map((name) => `  - {name: ${name}}`),
      'agents:',
      ...names.map((name) => `  - {name: ${name}, place: ${name}}`),
      'agentGroups:',
      `  - {name: all, agents: [${names.join(', ')}]}`,
      'workbinTypes:',
      '  - {name: drafts, owner: agent, queue: kill.0}',
      '  - {name: team, owner: agentGroup, queue: kill.0}',
    ];
    writeFileSync(file, `${lines.join('\n')}\n`);
    const { code, stderr } = await server.command('config', 'apply', file, '--merge');
    if (code !== 0) throw new Error(stderr);
    const report = await new WorkbinsKill(server, options).run();
    await server.stop();
    return { ...report, faults: [...report.faults, ...(await server.verify())] };
  } catch (error) {
    await server.kill();
    throw error;
  }
}
