/**
 * Views in a world: agents and routers pull from them at the same time, interactions come, change
 * and go, views are changed, while connections end, partitions crash and the process is killed.
 * What a pull gets is what the condition of its view holds for, no segment has more with routers
 * than its limit, at the end nothing is lost, and the indexes have exactly what they should.
 */
import { segments } from '../../lib/interaction/segments.js';
import { InteractionState, type StateRecord } from '../../lib/interaction/state-record.js';
import { createWorld, type World } from '../../lib/world/index.js';
import { type Came, toId, toQueue } from '../world/frame-client.js';
import { recordsOf } from './agents-replay.js';
import { faultsOf, leftovers } from './consistency.js';
import type { RunReport } from './run.js';
import { SimClient } from './sim-client.js';

export interface ViewsRunOptions {
  readonly seed: number;
  readonly partitions: number;
  readonly takers: number;
  readonly interactions: number;
  /** Things that clients do. */
  readonly acts: number;
  /** Chances per step. */
  readonly killChance?: number;
  readonly crashChance?: number;
  readonly cutChance?: number;
}

const without = { killChance: 0, crashChance: 0, cutChance: 0 };
const reconnectTimeoutMs = 10;
const settleMs = 20_000;
const patienceMs = 600_000;
const openMost = 3;
/** Acts between two looks at what routers have. */
const lookActs = 10;
const segmentLimit = 2;
const totalLimit = 3;

const queueOf = (at: number): string => `queue-${at}`;
type Body = Readonly<Record<string, unknown>>;

/** Views of a queue: what each selects is seen in the answer of a pull. */
const views = [
  { name: 'chats', fields: `condition: "MediaType = 'chat'"`, holds: isOf('MediaType', 'chat') },
  {
    name: 'urgent',
    fields: 'condition: Priority > 4, order: ReceivedAt DESC',
    holds: ({ Priority = 0 }: Body) => (Priority as number) > 4,
  },
  {
    name: 'old',
    fields: `condition: "_age() > 0.5 AND MediaType = 'email'"`,
    holds: isOf('MediaType', 'email'),
  },
  {
    name: 'shared',
    fields: `order: InteractionSubtype, segmentation: { InteractionSubtype: ${segmentLimit} }, segmentTotalLimit: ${totalLimit}`,
    holds: () => true,
  },
] as const;

function isOf(name: string, value: string): (body: Body) => boolean {
  return (body) => body[name] === value;
}

const viewOf = (name: string, at: number): string => `${name}-${at}`;
const lineOf = (name: string, at: number, fields: string): string =>
  `  - { name: ${viewOf(name, at)}, queue: ${queueOf(at)}, ${fields} }\n`;

class ViewsRun {
  readonly options: Required<ViewsRunOptions>;
  readonly world: World;
  readonly faults: string[] = [];
  readonly #takers: readonly SimClient[];
  readonly #media: SimClient;
  readonly #ids = new Set<string>();
  readonly #stops = new Set<string>();
  /** What was asked and is not answered, by client and reference. */
  readonly #asked = new Map<SimClient, Map<number, (came: Came) => void>>();
  #isApplying = false;
  submitted = 0;
  acts = 0;
  pulled = 0;

  constructor(world: World, options: Required<ViewsRunOptions>) {
    this.world = world;
    this.options = options;
    this.#media = this.#client('mail', 'MediaServer');
    this.#takers = Array.from({ length: options.takers }, (_, at) =>
      this.#client(`taker-${at}`, at % 2 === 0 ? 'RoutingEngine' : 'AgentApplication'),
    );
  }

  #client(name: string, type: 'MediaServer' | 'RoutingEngine' | 'AgentApplication'): SimClient {
    const asked = new Map<number, (came: Came) => void>();
    const own = { name, type, key: this.world.random.bytes(16) };
    const client = new SimClient(this.world, [own], {
      ready: () => asked.clear(),
      complain: (what) => void this.faults.push(what),
      came: (came) => {
        if (came.error === 'Internal') this.faults.push(`an answer: ${JSON.stringify(came.body)}`);
        const done = asked.get(came.reference);
        asked.delete(came.reference);
        done?.(came);
      },
    });
    this.#asked.set(client, asked);
    return client;
  }

  /** All views as they are first. */
  async configure(): Promise<void> {
    let text = 'views:\n';
    for (let at = 0; at < this.options.partitions; at++) {
      for (const { name, fields } of views) text += lineOf(name, at, fields);
    }
    await this.world.until(this.world.apply(text));
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
    this.acts++;
    if (this.acts % lookActs === 0) this.#look();
    if (this.submitted < this.options.interactions && this.#any(3) === 0) return this.#submit();
    const dice = this.#any(10);
    if (dice === 0) this.#changeView();
    else if (dice < 6) this.#pull(this.#takers[this.#any(this.#takers.length)]!);
    else this.#touch([...this.#ids][this.#any(this.#ids.size)]);
  }

  #ask(client: SimClient, asked: Parameters<SimClient['send']>[1], done: (came: Came) => void) {
    if (!client.isReady || this.#asked.get(client)!.size >= openMost) return;
    this.#asked.get(client)!.set(client.send(0, asked, false), done);
  }

  #submit(): void {
    if (!this.#media.isReady) return;
    const { random } = this.world;
    const InteractionId = `i${(this.submitted += 1)}`;
    const kind = { MediaType: ['chat', 'email'][this.#any(2)]!, InteractionType: 'Inbound' };
    const subtype = this.#any(3) === 0 ? {} : { InteractionSubtype: ['de', 'es'][this.#any(2)]! };
    const Queue = queueOf(this.#any(this.options.partitions));
    const more = { Priority: this.#any(9), ...subtype, RequestKey: random.bytes(16) };
    const body = { InteractionId, Queue, ...kind, ...more };
    const asked = { name: 'RequestSubmit', route: toId(InteractionId), body } as const;
    this.#ask(this.#media, asked, ({ error }) => {
      if (error === undefined) this.#ids.add(InteractionId);
    });
  }

  #pull(client: SimClient): void {
    const { name, holds } = views[this.#any(views.length)]!;
    const ViewId = viewOf(name, this.#any(this.options.partitions));
    const wait = this.#any(2) === 0 ? {} : { WaitTimeoutMs: 200 };
    const body = { ViewId, Count: 1 + this.#any(3), ...wait };
    const asked = { name: 'RequestPull', route: toQueue(ViewId), body } as const;
    this.#ask(client, asked, ({ error, body: told }) => {
      if (error !== undefined) return;
      for (const one of told['Interactions'] as Body[]) {
        this.pulled++;
        if (!holds(one)) this.faults.push(`${ViewId} gave ${JSON.stringify(one)}`);
        this.#touch(one['InteractionId'] as string, client);
      }
    });
  }

  /** Places one, changes it or stops it: who has it, or anybody. */
  #touch(InteractionId: string | undefined, client: SimClient = this.#media): void {
    if (InteractionId === undefined) return;
    const own = { InteractionId, RequestKey: this.world.random.bytes(16) };
    const route = toId(InteractionId);
    const dice = this.#any(8);
    const none = (): void => undefined;
    if (dice < 3) {
      const body = { ...own, Queue: queueOf(this.#any(this.options.partitions)) };
      this.#ask(client, { name: 'RequestPlaceInQueue', route, body }, none);
    } else if (dice < 6) {
      const body = { ...own, Priority: this.#any(9) };
      this.#ask(client, { name: 'RequestChangeProperties', route, body }, none);
    } else if (dice < 7) {
      this.#stops.add(InteractionId);
      this.#ask(client, { name: 'RequestStopProcessing', route, body: own }, none);
    }
  }

  /** A view is what it was, or switched off for a while, or in another order. */
  #changeView(): void {
    if (this.#isApplying || !this.world.isServing) return;
    const { name, fields } = views[this.#any(views.length - 1)]!;
    const at = this.#any(this.options.partitions);
    const text = [
      fields,
      `${fields}, enabled: false`,
      `${fields.split(', order')[0]}, order: Priority`,
    ];
    void this.#apply(`views:\n${lineOf(name, at, text[this.#any(text.length)]!)}`);
  }

  /** A kill may end it at any point: then it is not waited for. */
  async #apply(text: string): Promise<void> {
    this.#isApplying = true;
    try {
      await this.world.apply(text);
    } catch {
      // What is not taken now is another time.
    }
    this.#isApplying = false;
  }

  /** What is on disk of the segments of each view. */
  #look(): void {
    const counts = new Map<string, number>();
    for (const [, record] of recordsOf(this.world.disks)) {
      const taken = segments.of(record);
      if (taken === undefined || record.state !== InteractionState.routed) continue;
      for (const name of taken.names) {
        const key = `${taken.view} ${name}`;
        counts.set(key, (counts.get(key) ?? 0) + 1);
      }
    }
    for (const [key, count] of counts) {
      const limit = key.endsWith(' ') ? totalLimit : segmentLimit;
      if (count > limit) this.faults.push(`routers have ${count} of segment ${key}`);
    }
  }

  #disturb(): void {
    const { world, options } = this;
    const dice = world.random.fraction();
    let below = options.killChance;
    if (dice < below) {
      this.#isApplying = false;
      return world.kill();
    }
    below += options.crashChance;
    if (dice < below) return world.crash(`partition-${this.#any(options.partitions)}`);
    below += options.cutChance;
    if (dice < below) this.#takers[this.#any(this.#takers.length)]!.cut();
  }

  async finish(): Promise<void> {
    const { world } = this;
    const pass = (): Promise<void> => world.run(world.clock.monotonicMs() + settleMs);
    await pass();
    for (const client of this.#takers) client.leave();
    await pass();
    const rows = new Map<string, StateRecord>(recordsOf(world.disks));
    for (const id of this.#ids) {
      if (!rows.has(id) && !this.#stops.has(id)) this.faults.push(`${id} is lost`);
    }
    for (const [id, record] of rows) {
      const { state } = record;
      if (state !== 0) this.faults.push(`${id} is in state ${state}, and no client is there`);
      if (segments.of(record)) this.faults.push(`${id} counts in a segment`);
    }
    await world.stop();
    if (leftovers(world.disks) > 0) this.faults.push('rows of hand-offs are left');
    this.faults.push(...faultsOf(world.disks));
  }
}

/** Runs and returns what went wrong. */
export async function runViews(asked: ViewsRunOptions): Promise<RunReport> {
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
    options: { reconnectTimeoutMs, 'supervision.intensity': 1_000 },
  });
  const run = new ViewsRun(world, options);
  await run.configure();
  await run.work();
  if (run.faults.length === 0) await run.finish();
  const digest = `${run.acts} acts, ${run.pulled} pulled, ${world.steps} steps`;
  return { faults: run.faults, requests: run.submitted + run.acts, forgotten: 0, digest };
}
