/**
 * Agents and their workbins in a world: they place, take, give and stop what they have, while
 * connections end, the desk and partitions crash and the process is killed. At the end nothing is
 * lost, and what each was told of its workbins is what is in them.
 */
import { isSameWorkbin, workbinIn } from '../../lib/interaction/workbin.js';
import { WorkbinOwner } from '../../lib/interaction/state-sections.js';
import { RouteKind } from '../../lib/protocol/index.js';
import { createWorld, type World } from '../../lib/world/index.js';
import { type Asked, type Came, toId } from '../world/frame-client.js';
import { recordsOf } from './agents-replay.js';
import { faultsOf, leftovers } from './consistency.js';
import type { RunReport } from './run.js';
import { SimClient } from './sim-client.js';
import { WorkbinMirror } from './workbins-mirror.js';

export interface WorkbinsRunOptions {
  readonly seed: number;
  readonly partitions: number;
  readonly agents: number;
  readonly interactions: number;
  /** Things that agents do. */
  readonly acts: number;
  /** Chances per step. */
  readonly killChance?: number;
  readonly crashChance?: number;
  readonly deskCrashChance?: number;
  readonly cutChance?: number;
}

const without = { killChance: 0, crashChance: 0, deskCrashChance: 0, cutChance: 0 };
const settleMs = 20_000;
const patienceMs = 600_000;
/** Acts of an agent that may be unanswered. */
const openMost = 4;

const nameOf = (at: number): string => `agent-${at}`;
const queueOf = (at: number): string => `queue-${at}`;
/** What an agent watches: its own of a type, and those of two groups, of which it is a member. */
const types = ['drafts', 'team'] as const;
type Type = (typeof types)[number];
const groupOf = (agent: number): string => `group-${agent % 2}`;

class WorkbinAgent {
  readonly client: SimClient;
  readonly #run: WorkbinsRun;
  readonly #at: number;
  readonly mirrors: Readonly<Record<Type, WorkbinMirror>> = {
    drafts: new WorkbinMirror(),
    team: new WorkbinMirror(),
  };
  readonly #asked = new Map<number, (came: Came) => void>();
  #open = 0;

  constructor(run: WorkbinsRun, at: number) {
    this.#run = run;
    this.#at = at;
    const { world } = run;
    const own = {
      name: nameOf(at),
      type: 'AgentApplication',
      key: world.random.bytes(16),
    } as const;
    this.client = new SimClient(world, [own], {
      ready: () => this.#ready(),
      came: (came) => this.#came(came),
      complain: (what) => void run.faults.push(what),
    });
  }

  /** Whether it knows all of its workbins. */
  get isWhole(): boolean {
    return types.every((type) => this.mirrors[type].isWhole);
  }

  /** The owner of a workbin that it watches, for a request. */
  ownerOf(type: Type): Readonly<Record<string, string>> {
    return type === 'drafts'
      ? { WorkbinAgentId: nameOf(this.#at) }
      : { WorkbinGroupId: groupOf(this.#at) };
  }

  act(id: string): void {
    if (!this.client.isReady || this.#open >= openMost) return;
    this.#open++;
    this.#send(this.#actOn(id), () => this.#open--);
  }

  #actOn(InteractionId: string): Asked {
    const { random } = this.#run.world;
    const { options } = this.#run;
    const any = (count: number): number => Math.floor(random.fraction() * count);
    const route = toId(InteractionId);
    const own = { InteractionId, RequestKey: random.bytes(16) };
    const dice = random.fraction();
    if (dice < 0.35) {
      const { RequestKey } = own;
      const body = { ViewId: '_system_', PullParameters: { [InteractionId]: '' }, RequestKey };
      return { name: 'RequestPull', route, body: { ...body, IgnoreHold: any(2) === 0 } };
    }
    if (dice < 0.75) {
      const WorkbinTypeId = types[any(2)]!;
      const owner =
        WorkbinTypeId === 'drafts'
          ? { WorkbinAgentId: nameOf(any(options.agents)) }
          : { WorkbinGroupId: groupOf(any(2)) };
      const hold = any(4) === 0 ? { Hold: any(2) === 0 } : {};
      const body = { ...own, WorkbinTypeId, ...owner, ...hold };
      return { name: 'RequestPlaceInWorkbin', route, body };
    }
    if (dice < 0.85) {
      const Queue = any(2) === 0 ? '__BACK__' : queueOf(any(options.partitions));
      return { name: 'RequestPlaceInQueue', route, body: { ...own, Queue } };
    }
    if (dice < 0.95)
      return { name: 'RequestChangeProperties', route, body: { ...own, Priority: any(9) } };
    this.#run.stops.add(InteractionId);
    return { name: 'RequestStopProcessing', route, body: own };
  }

  #ready(): void {
    this.#asked.clear();
    this.#open = 0;
    for (const type of types) this.mirrors[type].begin();
    const AgentId = nameOf(this.#at);
    const login = { AgentId, MediaList: { email: 1 } };
    const again = (came: Came): void => {
      // The desk was not there: as a client that tries again.
      if (came.error !== undefined) return this.client.cut();
      for (const type of types) this.#watch(type);
    };
    this.#send({ name: 'RequestAgentLogin', route: agentRoute(AgentId), body: login }, again);
  }

  #watch(type: Type): void {
    const body = { WorkbinTypeId: type, ...this.ownerOf(type) };
    const asked = { name: 'RequestWorkbinNotifications', route: agentRoute(''), body } as const;
    this.#send(asked, ({ error }) => {
      if (error !== undefined) return this.client.cut();
      this.#read(type, undefined);
    });
  }

  #read(type: Type, After: string | undefined): void {
    const more = After === undefined ? {} : { After };
    const body = { WorkbinTypeId: type, ...this.ownerOf(type), Count: 3, ...more };
    const asked = { name: 'RequestGetWorkbinContent', route: agentRoute(''), body } as const;
    this.#send(asked, (came) => {
      if (came.error !== undefined) return this.client.cut();
      this.mirrors[type].read(came.body);
      const next = came.body['Next'];
      if (typeof next === 'string') this.#read(type, next);
    });
  }

  #send(asked: Asked, done: (came: Came) => void): void {
    if (!this.client.isReady) return;
    this.#asked.set(this.client.send(0, asked, false), done);
  }

  #came(came: Came): void {
    const { name, reference, body, error } = came;
    if (error === 'Internal') this.#run.faults.push(`an answer: ${JSON.stringify(body)}`);
    if (name === 'EventWorkbinContentChanged') {
      this.mirrors[body['WorkbinTypeId'] as Type].changed(body);
      return;
    }
    const done = this.#asked.get(reference);
    this.#asked.delete(reference);
    done?.(came);
  }
}

const agentRoute = (key: string) => ({ kind: RouteKind.agent, key });

class WorkbinsRun {
  readonly options: Required<WorkbinsRunOptions>;
  readonly world: World;
  readonly faults: string[] = [];
  readonly #agents: readonly WorkbinAgent[];
  readonly #media: SimClient;
  readonly #ids: string[] = [];
  /** Those that somebody has asked to stop. */
  readonly stops = new Set<string>();
  readonly #submits = new Map<number, string>();
  submitted = 0;
  acts = 0;

  constructor(world: World, options: Required<WorkbinsRunOptions>) {
    this.world = world;
    this.options = options;
    this.#agents = Array.from({ length: options.agents }, (_, at) => new WorkbinAgent(this, at));
    const mail = { name: 'mail', type: 'MediaServer', key: world.random.bytes(16) } as const;
    this.#media = new SimClient(world, [mail], {
      ready: () => undefined,
      complain: (what) => void this.faults.push(what),
      came: ({ reference, error }) => {
        const id = this.#submits.get(reference);
        if (id !== undefined && error === undefined) this.#ids.push(id);
      },
    });
  }

  async work(): Promise<void> {
    const { world, options } = this;
    const endMs = world.clock.monotonicMs() + patienceMs;
    while (this.acts < options.acts && this.faults.length === 0) {
      if (world.random.fraction() < 0.2) this.#act();
      else await world.stepOrWait();
      this.#disturb();
      if (world.clock.monotonicMs() > endMs) this.faults.push('it takes for ever');
    }
  }

  #any(count: number): number {
    return Math.floor(this.world.random.fraction() * count);
  }

  #act(): void {
    if (this.submitted < this.options.interactions && this.#any(4) === 0) return this.#submit();
    const id = this.#ids[this.#any(this.#ids.length)];
    if (id === undefined) return;
    this.acts++;
    this.#agents[this.#any(this.#agents.length)]!.act(id);
  }

  #submit(): void {
    if (!this.#media.isReady) return;
    const InteractionId = `i${(this.submitted += 1)}`;
    const Queue = queueOf(this.#any(this.options.partitions));
    const kind = { MediaType: 'email', InteractionType: 'Inbound' };
    const body = { InteractionId, Queue, ...kind, RequestKey: this.world.random.bytes(16) };
    const asked = { name: 'RequestSubmit', route: toId(InteractionId), body } as const;
    this.#submits.set(this.#media.send(0, asked, false), InteractionId);
  }

  #disturb(): void {
    const { world, options } = this;
    const dice = world.random.fraction();
    let below = options.killChance;
    if (dice < below) return world.kill();
    below += options.deskCrashChance;
    if (dice < below) return world.crash('desk');
    below += options.crashChance;
    if (dice < below) return world.crash(`partition-${this.#any(options.partitions)}`);
    below += options.cutChance;
    if (dice < below) this.#agents[this.#any(this.#agents.length)]!.client.cut();
  }

  async finish(): Promise<void> {
    const { world } = this;
    await world.run(world.clock.monotonicMs() + settleMs);
    const rows = new Map(recordsOf(world.disks));
    for (const id of this.#ids) {
      // Whoever asked for its end may not have heard of it.
      if (!rows.has(id) && !this.stops.has(id)) this.faults.push(`${id} is lost`);
    }
    for (const [at, agent] of this.#agents.entries()) {
      if (!agent.isWhole) this.faults.push(`${nameOf(at)} could not read its workbins`);
      for (const type of types) this.#compare(agent, at, type, rows);
    }
    await world.stop();
    if (leftovers(world.disks) > 0) this.faults.push('rows of hand-offs are left');
    this.faults.push(...faultsOf(world.disks));
  }

  #compare(
    agent: WorkbinAgent,
    at: number,
    type: Type,
    rows: ReadonlyMap<string, Parameters<typeof workbinIn>[0]>,
  ): void {
    const queue = this.options.partitions + 1 + types.indexOf(type);
    const owner = type === 'drafts' ? nameOf(at) : groupOf(at);
    const ownerKind = type === 'drafts' ? WorkbinOwner.agent : WorkbinOwner.agentGroup;
    const isIt = (record: Parameters<typeof workbinIn>[0]): boolean =>
      isSameWorkbin(workbinIn(record), { type: queue, ownerKind, owner });
    const is = [...rows].filter(([, record]) => isIt(record)).map(([id]) => id);
    const believed = agent.mirrors[type].ids.join();
    if (is.sort().join() === believed) return;
    this.faults.push(`in ${type} of ${owner} is ${is.join()}, ${nameOf(at)} was told ${believed}`);
  }
}

function objectsOf({ agents }: WorkbinsRunOptions): string {
  const names = Array.from({ length: agents }, (_, at) => nameOf(at));
  const members = (group: number): string => names.filter((_, at) => at % 2 === group).join(', ');
  return [
    'media:',
    '  - {name: email, disconnectGraceSeconds: 0, workbin: drafts, onAgentLost: workbin}',
    'places:',
    ...names.map((name) => `  - {name: ${name}}`),
    'agents:',
    ...names.map((name) => `  - {name: ${name}, place: ${name}}`),
    'agentGroups:',
    ...[0, 1].map((group) => `  - {name: group-${group}, agents: [${members(group)}]}`),
    'workbinTypes:',
    '  - {name: drafts, owner: agent, queue: queue-0}',
    '  - {name: team, owner: agentGroup, queue: queue-0}',
    '',
  ].join('\n');
}

/** Runs and returns what went wrong. */
export async function runWorkbins(asked: WorkbinsRunOptions): Promise<RunReport> {
  const options = { ...without, ...asked };
  const { seed, partitions } = options;
  const queues = Array.from({ length: partitions }, (_, at) => ({
    name: queueOf(at),
    partition: at,
  }));
  const world = await createWorld({
    seed,
    partitions,
    threads: 1 + (seed % partitions),
    order: 'drawn',
    queues: [{ name: 'work', queues }],
    options: { reconnectTimeoutMs: 10_000, 'supervision.intensity': 1_000 },
    withAgents: true,
  });
  await world.apply(objectsOf(options));
  const run = new WorkbinsRun(world, options);
  await run.work();
  if (run.faults.length === 0) await run.finish();
  const digest = `${run.acts} acts, ${world.steps} steps, ${world.clock.monotonicMs()} ms`;
  return { faults: run.faults, requests: run.submitted + run.acts, forgotten: 0, digest };
}
