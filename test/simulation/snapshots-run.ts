/**
 * Clients with snapshots in a world: they take them, lock what they have, free it, take it and
 * place it, while connections end, clients stay away, the desk and partitions crash and the process
 * is killed. What one has locked nobody else gets; at the end nothing is lost, and no lock is there
 * without its snapshot.
 */
import type { StateRecord } from '../../lib/interaction/state-record.js';
import { RouteKind } from '../../lib/protocol/index.js';
import { createWorld, type World } from '../../lib/world/index.js';
import { type Asked, type Came, toId } from '../world/frame-client.js';
import { recordsOf } from './agents-replay.js';
import { faultsOf, leftovers } from './consistency.js';
import type { RunReport } from './run.js';
import { SimClient } from './sim-client.js';

export interface SnapshotsRunOptions {
  readonly seed: number;
  readonly partitions: number;
  readonly clients: number;
  readonly interactions: number;
  /** Things that clients do. */
  readonly acts: number;
  /** Chances per step. */
  readonly killChance?: number;
  readonly crashChance?: number;
  readonly deskCrashChance?: number;
  readonly cutChance?: number;
}

const without = { killChance: 0, crashChance: 0, deskCrashChance: 0, cutChance: 0 };
/** Less than some of those that are cut stay away: what these have ends. */
const reconnectTimeoutMs = 10;
const settleMs = 20_000;
const patienceMs = 600_000;
/** Acts of a client that may be unanswered. */
const openMost = 4;
const snapshotsMost = 4;

const queueOf = (at: number): string => `queue-${at}`;
const ofDesk = { kind: RouteKind.agent, key: '' };
type Body = Readonly<Record<string, unknown>>;

/** What was asked: what becomes of its answer, and when it was sent. */
interface Sent {
  readonly atStep: number;
  done(came: Came): void;
}

class Looker {
  readonly client: SimClient;
  readonly #run: SnapshotsRun;
  readonly #asked = new Map<number, Sent>();
  /** What is in its snapshots, as pages have told. */
  readonly #snapshots = new Map<number, Set<string>>();
  /** What it has locked for sure, and the step at which it heard of that. */
  readonly #locked = new Map<string, number>();
  /** Steps at which it asked for something that ends a lock: of one, and of a whole snapshot. */
  readonly #endsSent = new Map<string, number>();
  #releaseSent = -1;
  #open = 0;

  constructor(run: SnapshotsRun, at: number) {
    this.#run = run;
    const { world } = run;
    const key = world.random.bytes(16);
    const own = { name: `client-${at}`, type: 'AgentApplication', key } as const;
    this.client = new SimClient(world, [own], {
      ready: () => this.#lost(),
      came: (came) => this.#came(came),
      complain: (what) => void run.faults.push(what),
    });
  }

  /** Whether it had locked one before a step, and has it still. */
  hasLockedSince(id: string, step: number): boolean {
    return (this.#locked.get(id) ?? Infinity) < step;
  }

  /** Its connection or the process is gone: what it has may end. */
  cut(): void {
    this.#locked.clear();
    this.client.cut();
  }

  killed(): void {
    this.#locked.clear();
    this.#snapshots.clear();
  }

  act(id: string): void {
    if (!this.client.isReady || this.#open >= openMost) return;
    const dice = this.#run.world.random.fraction();
    const number = this.#anyOf([...this.#snapshots.keys()]);
    const inside = this.#anyOf([...(this.#snapshots.get(number ?? 0) ?? [])]);
    if (dice < 0.3 || number === undefined) this.#take();
    else if (dice < 0.45) this.#read(number, undefined);
    else if (dice < 0.6) this.#lock(number, inside ?? id);
    else if (dice < 0.65) this.#unlock(number, inside ?? id);
    else if (dice < 0.75) this.#release(number);
    else this.#work(dice < 0.9 ? (inside ?? id) : id);
  }

  /** How many interactions there are for it, whatever their state. */
  count(told: (count: unknown) => void): void {
    const body = { CheckInteractionsState: false };
    this.#ask({ name: 'RequestTakeSnapshot', route: ofDesk, body }, (came) =>
      told(came.error ?? came.body['Total']),
    );
  }

  #any(count: number): number {
    return Math.floor(this.#run.world.random.fraction() * count);
  }

  #anyOf<Item>(items: readonly Item[]): Item | undefined {
    return items[this.#any(items.length)];
  }

  #take(): void {
    if (this.#snapshots.size >= snapshotsMost) {
      return this.#release(this.#anyOf([...this.#snapshots.keys()])!);
    }
    const Lock = this.#any(2) === 0;
    const Condition = this.#anyOf(['', 'Priority > 4', `Queue = '${queueOf(0)}'`])!;
    const body = { Condition, Lock, SnapshotMaxInteractions: 1 + this.#any(6) };
    const sent = this.#run.steps;
    this.#ask({ name: 'RequestTakeSnapshot', route: ofDesk, body }, ({ error, body: told }) => {
      if (error !== undefined) return;
      const number = told['SnapshotId'] as number;
      this.#snapshots.set(number, new Set());
      this.#read(number, Lock ? sent : undefined);
    });
  }

  /** It is locked, as was asked for at a step, unless its end was asked for since. */
  #has(id: string, sentAtStep: number): void {
    const endSent = Math.max(this.#endsSent.get(id) ?? -1, this.#releaseSent);
    if (endSent < sentAtStep) this.#locked.set(id, this.#run.steps);
  }

  /** @param lockedAtStep when it was asked for, with locks; undefined: without, or long ago */
  #read(SnapshotId: number, lockedAtStep: number | undefined): void {
    const asked = { name: 'RequestGetSnapshotInteractions', route: ofDesk, body: { SnapshotId } };
    this.#ask(asked as Asked, ({ error, body }) => {
      if (error === 'UnknownSnapshot') return void this.#snapshots.delete(SnapshotId);
      const inside = this.#snapshots.get(SnapshotId);
      if (error !== undefined || inside === undefined) return;
      for (const { InteractionId: id, IsLocked } of body['Interactions'] as Body[]) {
        inside.add(id as string);
        if (lockedAtStep === undefined) continue;
        if (IsLocked === 1) this.#has(id as string, lockedAtStep);
        else this.#run.faults.push(`${id as string} is in snapshot ${SnapshotId}, and not locked`);
      }
    });
  }

  #lock(SnapshotId: number, InteractionId: string): void {
    const body = { SnapshotId, InteractionId };
    const sent = this.#run.steps;
    this.#ask({ name: 'RequestLockInteraction', route: ofDesk, body }, ({ error }) => {
      if (error === 'UnknownSnapshot') return void this.#snapshots.delete(SnapshotId);
      if (error !== undefined) return;
      this.#run.got(this, InteractionId, sent, 'locked');
      this.#has(InteractionId, sent);
    });
  }

  #unlock(SnapshotId: number, InteractionId: string): void {
    this.#ends(InteractionId);
    const body = { SnapshotId, InteractionId };
    this.#ask({ name: 'RequestUnlockInteraction', route: ofDesk, body }, () => undefined);
  }

  /** It asks for something that ends a lock. */
  #ends(id: string): void {
    this.#locked.delete(id);
    this.#endsSent.set(id, this.#run.steps);
  }

  #release(SnapshotId: number): void {
    this.#snapshots.delete(SnapshotId);
    this.#locked.clear();
    this.#releaseSent = this.#run.steps;
    this.#ask(
      { name: 'RequestReleaseSnapshot', route: ofDesk, body: { SnapshotId } },
      ({ error }) => {
        // It may be there still.
        if (error !== undefined && error !== 'UnknownSnapshot') {
          this.#snapshots.set(SnapshotId, new Set());
        }
      },
    );
  }

  /** Takes one, places it, stops it or changes it. */
  #work(InteractionId: string): void {
    this.#ends(InteractionId);
    const { random } = this.#run.world;
    const own = { InteractionId, RequestKey: random.bytes(16) };
    const sent = this.#run.steps;
    const dice = random.fraction();
    const act = (name: Asked['name'], body: Asked['body']): void =>
      this.#ask({ name, route: toId(InteractionId), body }, ({ error }) => {
        if (error === undefined) this.#run.got(this, InteractionId, sent, name);
      });
    if (dice < 0.4) {
      const body = { ViewId: '_system_', PullParameters: { [InteractionId]: '' } };
      return act('RequestPull', { ...body, RequestKey: own.RequestKey });
    }
    const Queue = queueOf(this.#any(this.#run.options.partitions));
    if (dice < 0.8) return act('RequestPlaceInQueue', { ...own, Queue });
    if (dice < 0.95) return act('RequestChangeProperties', { ...own, Priority: this.#any(9) });
    this.#run.stops.add(InteractionId);
    act('RequestStopProcessing', own);
  }

  #ask(asked: Asked, done: (came: Came) => void): void {
    if (!this.client.isReady) return;
    this.#open++;
    const reference = this.client.send(0, asked, false);
    this.#asked.set(reference, {
      atStep: this.#run.steps,
      done: (came) => {
        this.#open--;
        done(came);
      },
    });
  }

  /** It is back, perhaps too late for what it had. */
  #lost(): void {
    this.#asked.clear();
    this.#locked.clear();
    this.#open = 0;
  }

  #came(came: Came): void {
    this.#run.steps++;
    const { reference, body, error } = came;
    if (error === 'Internal') this.#run.faults.push(`an answer: ${JSON.stringify(body)}`);
    const sent = this.#asked.get(reference);
    this.#asked.delete(reference);
    sent?.done(came);
  }
}

class SnapshotsRun {
  readonly options: Required<SnapshotsRunOptions>;
  readonly world: World;
  readonly faults: string[] = [];
  /** Those that somebody has asked to stop. */
  readonly stops = new Set<string>();
  readonly #lookers: readonly Looker[];
  readonly #media: SimClient;
  readonly #ids: string[] = [];
  readonly #submits = new Map<number, string>();
  /** Counts what was sent and came, so that one is before the other. */
  steps = 0;
  submitted = 0;
  acts = 0;

  constructor(world: World, options: Required<SnapshotsRunOptions>) {
    this.world = world;
    this.options = options;
    this.#lookers = Array.from({ length: options.clients }, (_, at) => new Looker(this, at));
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

  /** A client got what it sent a request for at a step: nobody else had it locked by then. */
  got(who: Looker, id: string, sentAtStep: number, what: string): void {
    const holder = this.#lookers.findIndex(
      (other) => other !== who && other.hasLockedSince(id, sentAtStep),
    );
    if (holder >= 0) this.faults.push(`client-${holder} has locked ${id}, and another: ${what}`);
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
    this.steps++;
    if (this.submitted < this.options.interactions && this.#any(4) === 0) return this.#submit();
    const id = this.#ids[this.#any(this.#ids.length)];
    if (id === undefined) return;
    this.acts++;
    this.#lookers[this.#any(this.#lookers.length)]!.act(id);
  }

  #submit(): void {
    if (!this.#media.isReady) return;
    const InteractionId = `i${(this.submitted += 1)}`;
    const Queue = queueOf(this.#any(this.options.partitions));
    const kind = { MediaType: 'email', InteractionType: 'Inbound', Priority: this.#any(9) };
    const body = { InteractionId, Queue, ...kind, RequestKey: this.world.random.bytes(16) };
    const asked = { name: 'RequestSubmit', route: toId(InteractionId), body } as const;
    this.#submits.set(this.#media.send(0, asked, false), InteractionId);
  }

  #disturb(): void {
    const { world, options } = this;
    const dice = world.random.fraction();
    let below = options.killChance;
    if (dice < below) {
      for (const looker of this.#lookers) looker.killed();
      return world.kill();
    }
    below += options.deskCrashChance;
    if (dice < below) return world.crash('desk');
    below += options.crashChance;
    if (dice < below) return world.crash(`partition-${this.#any(options.partitions)}`);
    below += options.cutChance;
    if (dice < below) this.#lookers[this.#any(this.#lookers.length)]!.cut();
  }

  async finish(): Promise<void> {
    const { world } = this;
    const pass = (): Promise<void> => world.run(world.clock.monotonicMs() + settleMs);
    await pass();
    let counted: unknown;
    this.#lookers[0]!.count((count) => (counted = count));
    await pass();
    const before = new Map(recordsOf(world.disks));
    if (counted !== before.size) {
      this.faults.push(`of ${before.size} interactions a snapshot has ${String(counted)}`);
    }
    // With its client each snapshot ends, and with that its locks.
    for (const { client } of this.#lookers) client.leave();
    await pass();
    const rows = new Map<string, StateRecord>(recordsOf(world.disks));
    for (const id of this.#ids) {
      // Whoever asked for its end may not have heard of it.
      if (!rows.has(id) && !this.stops.has(id)) this.faults.push(`${id} is lost`);
    }
    for (const [id, { isLocked, state }] of rows) {
      if (isLocked) this.faults.push(`${id} is locked, and no client is there`);
      if (state !== 0) this.faults.push(`${id} is in state ${state}, and no client is there`);
    }
    await world.stop();
    if (leftovers(world.disks) > 0) this.faults.push('rows of hand-offs are left');
    this.faults.push(...faultsOf(world.disks));
  }
}

/** Runs and returns what went wrong. */
export async function runSnapshots(asked: SnapshotsRunOptions): Promise<RunReport> {
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
    withAgents: true,
  });
  const run = new SnapshotsRun(world, options);
  await run.work();
  if (run.faults.length === 0) await run.finish();
  const digest = `${run.acts} acts, ${world.steps} steps, ${world.clock.monotonicMs()} ms`;
  return { faults: run.faults, requests: run.submitted + run.acts, forgotten: 0, digest };
}
