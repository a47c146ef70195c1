/**
 * Agents at work in a world: a router offers them what waits, whether or not they want it, while
 * connections end, the desk and partitions crash and the process is killed. At every moment each
 * interaction is in one place, and nobody has more than the capacity says; at the end events, rows
 * and the desk say the same.
 */
import { offer } from '../../lib/interaction/state-sections.js';
import { InteractionState } from '../../lib/interaction/state-record.js';
import { RouteKind } from '../../lib/protocol/index.js';
import type { PartitionStatus } from '../../lib/mail/partition.js';
import { createWorld, type World } from '../../lib/world/index.js';
import { type Asked, type Came, toId, toQueue } from '../world/frame-client.js';
import { Boss, withBoss } from './boss.js';
import { agentsOf, placeFault, recordsOf, Replay } from './agents-replay.js';
import { faultsOf, leftovers } from './consistency.js';
import { Desktops } from './desktops.js';
import { EventReader } from './event-reader.js';
import type { RunReport } from './run.js';
import { SimClient } from './sim-client.js';
import { StateReader } from './state-reader.js';

export interface AgentsRunOptions {
  readonly seed: number;
  readonly partitions: number;
  readonly agents: number;
  readonly interactions: number;
  /** Chances per step. */
  readonly killChance?: number;
  readonly crashChance?: number;
  readonly deskCrashChance?: number;
  readonly cutChance?: number;
  /** Chance that an agent gives what it has to another one; then nobody's capacity is checked. */
  readonly transferChance?: number;
  /** Chance that another agent is asked to join. */
  readonly conferenceChance?: number;
  /** Chance that a supervisor acts, of what the clients do; and takes back what it has ended. */
  readonly superviseChance?: number;
  /** What is over is wrapped up. */
  readonly wrapUps?: boolean;
  /** Somebody subscribes with the state, again and again. */
  readonly reports?: boolean;
}

const agentsPerConnection = 4;
/** Requests of the router and the media server that may be unanswered, offers not counted. */
const openMost = 8;
/** Between two looks at all rows. */
const stepsPerLook = 200;
const patienceMs = 600_000;
/** Longer than invitations, graces and rests. */
const settleMs = 20_000;

const without = {
  killChance: 0,
  crashChance: 0,
  deskCrashChance: 0,
  cutChance: 0,
  transferChance: 0,
  conferenceChance: 0,
  superviseChance: 0,
  wrapUps: false,
  reports: false,
};

class AgentsRun {
  readonly options: Required<AgentsRunOptions>;
  readonly world: World;
  readonly faults: string[] = [];
  readonly replay = new Replay();
  readonly #names: readonly string[];
  readonly #queues: readonly string[];
  readonly #desktops: Desktops[] = [];
  readonly #reader: EventReader;
  readonly #states: StateReader | undefined;
  readonly #media: SimClient;
  readonly #router: SimClient;
  readonly #boss: Boss;
  /** Interactions that were acknowledged and have not ended as far as is known. */
  readonly #alive: string[] = [];
  readonly #medium = new Map<string, string>();
  readonly #asked = new Map<number, (came: Came) => void>();
  readonly #accepted: (readonly [id: string, agent: string])[] = [];
  submitted = 0;

  /** Acceptances that were acknowledged. */
  get accepted(): number {
    return this.#accepted.length;
  }

  constructor(world: World, options: Required<AgentsRunOptions>) {
    this.world = world;
    this.options = options;
    this.#names = namesOf(options);
    this.#queues = queuesOf(options);
    const complain = (what: string): void => void this.faults.push(what);
    for (let from = 0; from < this.#names.length; from += agentsPerConnection) {
      const agents = this.#names.slice(from, from + agentsPerConnection);
      const own = {
        agents,
        queues: this.#queues,
        everybody: this.#names,
        transferChance: options.transferChance,
        conferenceChance: options.conferenceChance,
        complain,
        accepted: (id: string, agent: string) => void this.#accepted.push([id, agent]),
      };
      this.#desktops.push(new Desktops(world, own));
    }
    this.#reader = new EventReader(world, options.partitions, (name, body) =>
      this.replay.told(name, body),
    );
    this.#states = options.reports ? new StateReader(world, this.#names, this.#queues) : undefined;
    const events = {
      ready: () => undefined,
      complain,
      came: (came: Came) => this.#came(came),
    };
    const key = () => world.random.bytes(16);
    this.#media = new SimClient(world, [{ name: 'mail', type: 'MediaServer', key: key() }], events);
    const routing = { name: 'urs', type: 'RoutingEngine', key: key() } as const;
    this.#router = new SimClient(world, [routing], events);
    this.#boss = new Boss(world, {
      agents: this.#names,
      queues: this.#queues,
      complain,
      ended: (id) => this.#ended(id),
      restored: (id) => void this.#alive.push(id),
    });
  }

  async work(): Promise<void> {
    const { world, options } = this;
    const untilMs = (): number => world.clock.monotonicMs() + patienceMs;
    let endMs = untilMs();
    for (let steps = 0; this.submitted < options.interactions || this.#alive.length > 0; steps++) {
      const before = this.submitted;
      if (world.random.fraction() < 0.2) this.#act();
      else await world.stepOrWait();
      this.#states?.look();
      this.#disturb();
      if (steps % stepsPerLook === 0) {
        this.look();
        void this.#askStuck();
      }
      if (this.faults.length > 0) return;
      if (before !== this.submitted) endMs = untilMs();
      if (world.clock.monotonicMs() > endMs) return void this.faults.push(this.#stuck());
    }
  }

  #stuck(): string {
    return `${this.#alive.length} interactions never ended, as ${this.#alive[0]}`;
  }

  /** Nothing is stuck, by what partitions and desk say of themselves. */
  async #askStuck(): Promise<void> {
    const { partitions, agents } = this.world.life;
    const asked = partitions.map((ref) =>
      ref.ask<PartitionStatus>({ type: 'status' }, { deadlineMs: settleMs }),
    );
    const atDesk = agents?.invitations.stuck ?? 0;
    if (atDesk > 0) this.faults.push(`${atDesk} are stuck at the desk`);
    for (const outcome of await Promise.allSettled(asked)) {
      // One that is being rebuilt says nothing.
      if (outcome.status === 'rejected' || outcome.value.stuckInteractions === 0) continue;
      const { stuckInteractions, stuck, partition } = outcome.value;
      this.faults.push(`p${partition}: ${stuckInteractions} are stuck, as ${stuck[0]}`);
    }
  }

  /** What is on the disks now: each interaction in one place, no agent above its capacity. */
  look(): void {
    const { world, options } = this;
    const load = new Map<string, { voice: number; email: number }>();
    for (const [id, record] of recordsOf(world.disks)) {
      const fault = placeFault(id, record);
      if (fault !== undefined) this.faults.push(fault);
      const open = offer.of(record);
      const isTransfer = record.state === InteractionState.handled;
      const whose = [...agentsOf(record), ...(open && !isTransfer ? [open.agent] : [])];
      const medium = this.#medium.get(id) as 'voice' | 'email' | undefined;
      for (const agent of medium === undefined ? [] : whose) {
        const own = load.get(agent) ?? { voice: 0, email: 0 };
        load.set(agent, own);
        own[medium!]++;
      }
    }
    // What is given from one to another may be above it.
    const { transferChance, conferenceChance, superviseChance } = options;
    if (transferChance + conferenceChance + superviseChance > 0) return;
    for (const [agent, { voice, email }] of load) {
      const emails = isPaired(agent) ? 2 : 1;
      if (voice <= 1 && email <= emails) continue;
      this.faults.push(`${agent} has ${voice} calls and ${email} emails`);
    }
  }

  #act(): void {
    const { random } = this.world;
    const dice = random.fraction();
    const isFree = this.#media.unanswered + this.#router.unanswered < openMost;
    const { superviseChance } = this.options;
    if (superviseChance > 0 && random.fraction() < superviseChance) {
      return this.#boss.act(this.#alive[this.#any(this.#alive.length)]);
    }
    if (dice < 0.1) this.#desktops[this.#any(this.#desktops.length)]!.act();
    else if (!isFree || !this.#media.isReady || !this.#router.isReady) return;
    else if (dice < 0.3 && this.submitted < this.options.interactions) this.#submit();
    else if (dice < 0.9) this.#deliver();
    else this.#disturbOne();
  }

  #any(count: number): number {
    return Math.floor(this.world.random.fraction() * count);
  }

  #submit(): void {
    if (this.#alive.length > this.#names.length * 2) return;
    const Queue = this.#queues[this.#any(this.#queues.length)]!;
    const MediaType = this.#any(2) === 0 ? 'voice' : 'email';
    const InteractionId = `i${(this.submitted += 1)}`;
    this.#medium.set(InteractionId, MediaType);
    const body = { InteractionId, Queue, MediaType, InteractionType: 'Inbound' };
    const RequestKey = this.world.random.bytes(16);
    const asked = { name: 'RequestSubmit', route: toId(InteractionId) } as const;
    // It may have been done all the same.
    this.#alive.push(InteractionId);
    this.#send(this.#media, { ...asked, body: { ...body, RequestKey } });
  }

  #deliver(): void {
    const InteractionId = this.#alive[this.#any(this.#alive.length)];
    if (InteractionId === undefined) return;
    const AgentId = this.#names[this.#any(this.#names.length)]!;
    const route = { kind: RouteKind.agent, key: AgentId };
    const body = { InteractionId, AgentId };
    this.#send(this.#router, { name: 'RequestDeliver', route, body }, ({ error }) => {
      if (error === 'UnknownInteraction') this.#ended(InteractionId);
    });
  }

  /** The media server holds, resumes or stops one, or the router pulls one and places it. */
  #disturbOne(): void {
    const InteractionId = this.#alive[this.#any(this.#alive.length)];
    if (InteractionId === undefined) return;
    const route = toId(InteractionId);
    const RequestKey = this.world.random.bytes(16);
    const body = { InteractionId, RequestKey };
    const dice = this.world.random.fraction();
    if (dice < 0.3) this.#send(this.#media, { name: 'RequestHold', route, body });
    else if (dice < 0.7) this.#send(this.#media, { name: 'RequestResume', route, body });
    else if (dice < 0.8) this.#send(this.#media, { name: 'RequestStopProcessing', route, body });
    else if (dice < 0.9) {
      const Queue = this.#queues[this.#any(this.#queues.length)]!;
      this.#send(this.#router, { name: 'RequestPlaceInQueue', route, body: { ...body, Queue } });
    } else {
      const ViewId = this.#queues[this.#any(this.#queues.length)]!;
      const pull = { ViewId, RequestKey };
      this.#send(this.#router, { name: 'RequestPull', route: toQueue(ViewId), body: pull });
    }
  }

  #ended(id: string): void {
    const at = this.#alive.indexOf(id);
    if (at >= 0) this.#alive.splice(at, 1);
  }

  #send(client: SimClient, asked: Asked, done: (came: Came) => void = () => undefined): void {
    if (!client.isReady) return;
    const reference = client.send(0, asked, false);
    this.#asked.set(reference, done);
  }

  #came(came: Came): void {
    if (came.reference === 0) return;
    if (came.error === 'Internal') this.faults.push(`an answer: ${JSON.stringify(came.body)}`);
    this.#asked.get(came.reference)?.(came);
  }

  #disturb(): void {
    const { world, options } = this;
    const dice = world.random.fraction();
    let below = options.killChance;
    if (dice < below) return world.kill();
    below += options.deskCrashChance;
    if (dice < below) return world.crash('desk');
    below += options.crashChance;
    if (dice < below) {
      const one = this.#any(options.partitions + 1);
      return world.crash(one === options.partitions ? 'listener' : `partition-${one}`);
    }
    below += options.cutChance;
    if (dice >= below) return;
    const clients = [this.#media, this.#router, this.#boss.client, this.#reader.client];
    if (this.#states !== undefined) clients.push(this.#states.client, this.#states.client);
    const all = [...this.#desktops.map(({ client }) => client), ...clients];
    all[this.#any(all.length)]!.cut();
  }

  async #settle(): Promise<void> {
    const { world } = this;
    const endMs = world.clock.monotonicMs() + settleMs;
    if (this.#states === undefined) return world.run(endMs);
    while (world.clock.monotonicMs() < endMs) {
      await world.stepOrWait();
      this.#states.look();
    }
  }

  /** Everybody stops, and all comes to its end. */
  async finish(): Promise<void> {
    const { world } = this;
    for (const desktop of this.#desktops) desktop.isOver = true;
    await this.#settle();
    const desktops = this.#desktops.map(({ client }) => client);
    const clients = [this.#media, this.#router, this.#boss.client, ...desktops];
    for (const client of clients) {
      if (client.unanswered > 0) this.faults.push(`${client.unanswered} requests are unanswered`);
    }
    this.look();
    await world.until(this.#askStuck());
    this.faults.push(...this.#reader.complaints, ...(this.#states?.finish() ?? []));
    const { agents } = world.life;
    if (agents === undefined) return void this.faults.push('nobody works at the desk');
    this.faults.push(...this.replay.compare(world.disks, agents.desk));
    for (const [id, agent] of this.#accepted) {
      if (!this.replay.had(id, agent)) this.faults.push(`${agent} had ${id}, no event says so`);
    }
    await world.stop();
    if (leftovers(world.disks) > 0) this.faults.push('rows of hand-offs are left');
    this.faults.push(...faultsOf(world.disks));
  }
}

const namesOf = ({ agents }: AgentsRunOptions): string[] =>
  Array.from({ length: agents }, (_, at) => `agent-${at}`);
const queuesOf = ({ partitions }: AgentsRunOptions): string[] =>
  Array.from({ length: partitions * 2 }, (_, at) => `queue-${at}`);
/** Those with a rule of their own. */
const isPaired = (agent: string): boolean => Number(agent.slice(-1)) % 2 === 1;

function objectsOf(options: AgentsRunOptions): string {
  const names = namesOf(options);
  const [brief, long] = options.wrapUps
    ? [', wrapUp: at-most, wrapUpSeconds: 1', ', wrapUp: until-done']
    : ['', ''];
  return [
    'media:',
    `  - {name: voice, online: true, disconnectGraceSeconds: 1${brief}}`,
    `  - {name: email, disconnectGraceSeconds: 2${long}}`,
    'capacityRules:',
    '  - {name: pair, media: {voice: 1, email: 2}}',
    'places:',
    ...names.map((name) => `  - {name: ${name}}`),
    'agents:',
    ...names.map((name) => {
      const rule = isPaired(name) ? ', capacityRule: pair' : '';
      return `  - {name: ${name}, place: ${name}${rule}}`;
    }),
    'options:',
    '  settings: {delivering-timeout: 1}',
    '  ixion: {reject-delay: 1, max-failed-offers: 3, set-aside-queue: queue-1}',
    '',
  ].join('\n');
}

/** Runs and returns what went wrong. */
export async function runAgents(asked: AgentsRunOptions): Promise<RunReport> {
  const options = { ...without, ...asked };
  const { seed, partitions } = options;
  const queues = queuesOf(options).map((name, at) => ({ name, partition: at % partitions }));
  const world = await createWorld({
    seed,
    partitions,
    threads: 1 + (seed % partitions),
    order: 'drawn',
    queues: [{ name: 'work', queues }],
    options: { reconnectTimeoutMs: 10_000, 'supervision.intensity': 1_000 },
    withAgents: true,
    admission: withBoss,
  });
  await world.apply(objectsOf(options));
  const run = new AgentsRun(world, options);
  await run.work();
  if (run.faults.length === 0) await run.finish();
  const digest = `${run.accepted} accepted, ${world.steps} steps, ${world.clock.monotonicMs()} ms`;
  return { faults: run.faults, requests: run.submitted, forgotten: 0, digest };
}
