/**
 * One simulated run: clients at work while messages, commits, crashes and ends of connections come
 * as the seed decides.
 */
import { createHash } from 'node:crypto';
import { IxionError } from '../../lib/errors.js';
import { limits } from '../../lib/limits.js';
import { tables } from '../../lib/store/contract.js';
import type { MemoryDisk } from '../../lib/store/memory.js';
import { createWorld, type Life, type World } from '../../lib/world/index.js';
import { faultsOf, leftovers } from './consistency.js';
import { commitFaults } from './commit-faults.js';
import { EventReader } from './event-reader.js';
import type { Habits } from './lane-words.js';
import { Lane } from './lane.js';

export interface RunOptions extends Partial<Habits> {
  readonly seed: number;
  readonly partitions: number;
  readonly lanes: number;
  readonly requests: number;
  /** Chances per step: the process is killed; an actor crashes; a connection ends. */
  readonly killChance?: number;
  readonly crashChance?: number;
  readonly cutChance?: number;
  /** Chances per step: a disk stands still for a while; the wall clock is set, by up to an hour. */
  readonly stillChance?: number;
  readonly clockChance?: number;
  /** Chance of a commit to fail, in any of the ways in which one can. */
  readonly failChance?: number;
  /** Chance per step that a queue moves to another partition. */
  readonly moveChance?: number;
  /** Chance per step that a backup is begun. */
  readonly backupChance?: number;
  /** Chance that, when no request is under way, more time passes than keys are kept. */
  readonly jumpChance?: number;
}

/** What a run has found, and what it was. */
export interface RunReport {
  /** Empty: nothing is wrong. */
  readonly faults: readonly string[];
  readonly requests: number;
  /** Of these, repetitions that came when their keys were forgotten. */
  readonly forgotten: number;
  /** The same for the same seed: of the steps, the time and the disks. */
  readonly digest: string;
}

/** Longer than keys are kept. */
const jumpMs = limits.retryKeyMs * 1.2;
const hourMs = 3_600_000;
/** So long everything has to be done after the last disturbance. */
const patienceMs = 120_000;
/** So long after the last answer hand-offs, moves of queues and events have come to their end. */
const settleMs = 15_000;

interface Played {
  readonly options: Required<RunOptions>;
  readonly world: World;
  readonly lanes: readonly Lane[];
  readonly reader: EventReader;
  /** What backups have found. */
  readonly faults: string[];
  /** In which life a queue is being moved. */
  moving: Life | undefined;
}

/** Runs and returns what went wrong. */
export async function run(asked: RunOptions): Promise<RunReport> {
  const options = { ...without, ...asked };
  const { seed, partitions, failChance } = options;
  const names = Array.from({ length: options.lanes }, (_, lane) => queuesOf(lane, partitions));
  let canFail = false;
  const world: World = await createWorld({
    seed,
    partitions,
    threads: 1 + (seed % partitions),
    order: 'drawn',
    queues: names.map((queues, lane) => ({
      name: `lane${lane}`,
      queues: queues.map((name, index) => ({ name, partition: index % partitions })),
    })),
    options: {
      reconnectTimeoutMs: hourMs,
      'supervision.intensity': 100,
    },
    fault: (): (typeof commitFaults)[number] | undefined =>
      canFail && world.random.fraction() < failChance
        ? commitFaults[Math.floor(world.random.fraction() * commitFaults.length)]
        : undefined,
  });
  canFail = true;
  const { repeatChance, burstChance, moveChance, crashChance } = options;
  const lanes = names.map(
    (queues, index) =>
      new Lane(world, {
        name: `L${index}`,
        queues,
        habits: { repeatChance, burstChance },
        queuesMove: moveChance > 0,
        pulls: moveChance === 0 || crashChance === 0,
      }),
  );
  const reader = new EventReader(world, partitions);
  const played: Played = { options, world, lanes, reader, faults: [], moving: undefined };
  await work(played);
  canFail = false;
  const faults = await finish(played);
  const digest = `${world.steps} steps, ${world.clock.monotonicMs()} ms, ${digestOf(world.disks)}`;
  const forgotten = lanes.reduce((sum, lane) => sum + lane.forgotten, 0);
  return { faults, requests: begun(lanes), forgotten, digest };
}

function digestOf(disks: readonly MemoryDisk[]): string {
  const hash = createHash('sha256');
  for (const disk of disks) {
    for (const table of tables) {
      for (const [key, value] of disk.table(table).range({})) hash.update(key).update(value);
    }
  }
  return hash.digest('hex').slice(0, 16);
}

const without = {
  killChance: 0,
  crashChance: 0,
  cutChance: 0,
  stillChance: 0,
  clockChance: 0,
  failChance: 0,
  moveChance: 0,
  backupChance: 0,
  jumpChance: 0,
  repeatChance: 0,
  burstChance: 0,
};

const begun = (lanes: readonly Lane[]): number => lanes.reduce((sum, lane) => sum + lane.begun, 0);

async function work(played: Played): Promise<void> {
  const { world, lanes, options } = played;
  const { random } = world;
  let untilMs = Infinity;
  while (begun(lanes) < options.requests) {
    const lane = lanes[Math.floor(random.fraction() * lanes.length)]!;
    if (lane.isFree) {
      lane.next();
      untilMs = world.clock.monotonicMs() + patienceMs;
    } else await world.stepOrWait();
    if (world.clock.monotonicMs() > untilMs) throw stuck(lanes);
    disturb(played);
    // Copies of requests come before: nothing takes minutes within one process.
    const isQuiet = lanes.every(({ isFree }) => isFree) && world.isIdle;
    if (isQuiet && random.fraction() < options.jumpChance) {
      await world.run(world.clock.monotonicMs() + jumpMs);
    }
    if (lanes.some(({ complaints }) => complaints.length > 0)) return;
  }
}

function disturb(played: Played): void {
  const { world, lanes, options, reader } = played;
  const { random } = world;
  const any = (count: number): number => Math.floor(random.fraction() * count);
  if (random.fraction() < options.moveChance) move(played);
  const dice = random.fraction();
  let below = options.killChance;
  if (dice < below) return world.kill();
  below += options.crashChance;
  if (dice < below) {
    const one = any(options.partitions + 1);
    return world.crash(one === options.partitions ? 'listener' : `partition-${one}`);
  }
  below += options.cutChance;
  if (dice < below)
    return [...lanes.map(({ client }) => client), reader.client][any(lanes.length + 1)]!.cut();
  below += options.backupChance;
  if (dice < below) return backUp(played);
  below += options.stillChance;
  if (dice < below) return standStill(world, any(options.partitions));
  below += options.clockChance;
  if (dice < below) world.clock.wallAheadMs = (random.fraction() - 0.5) * 2 * hourMs;
}

/** Shorter than a client waits. */
const stillMs = 5_000;

function standStill(world: World, partition: number): void {
  world.holdDisk(partition, true);
  const lastsMs = world.random.fraction() * stillMs;
  world.clock.setTimer(lastsMs, () => world.holdDisk(partition, false));
}

/** As the directory of the server does it; nothing while another is under way. */
function move(played: Played): void {
  const { world, options } = played;
  const { random } = world;
  const any = (count: number): number => Math.floor(random.fraction() * count);
  const lane = any(options.lanes);
  const [queue, partition] = [any(options.partitions * 2), any(options.partitions)];
  const { life } = world;
  if (!world.isServing || played.moving === life) return;
  played.moving = life;
  const declared = { name: `lane${lane}`, queues: [{ name: `lane${lane}.${queue}`, partition }] };
  const over = (): void => {
    if (played.moving === life) played.moving = undefined;
  };
  life.queues!.add([declared]).then(over, (error: unknown) => {
    if (!(error instanceof IxionError)) played.faults.push(`a move: ${String(error)}`);
    over();
  });
}

/** What a backup finds at its moment must be sound by itself. */
function backUp({ world, faults }: Played): void {
  if (!world.isServing) return;
  void world.backup().then((disks) => {
    if (disks === undefined) return;
    faults.push(...faultsOf(disks).map((fault) => `in a backup: ${fault}`));
  });
}

async function finish(played: Played): Promise<string[]> {
  const { world, lanes, reader, options } = played;
  const complaints = (): string[] => [
    ...played.faults,
    ...lanes.flatMap((lane) => lane.complaints),
    ...reader.complaints,
  ];
  await answered(played);
  await world.run(world.clock.monotonicMs() + settleMs);
  if (options.moveChance > 0) await moveAgain(played);
  for (const lane of lanes) {
    for (const _ of lane.finalChecks()) await answered(played);
  }
  const alive = lanes.reduce((sum, lane) => sum + lane.alive, 0);
  let counted = -1;
  lanes[0]!.count((sum) => (counted = sum));
  await answered(played);
  for (const lane of lanes) {
    for (const _ of lane.finalPulls()) await answered(played);
  }
  await world.run(world.clock.monotonicMs() + settleMs);
  for (const lane of lanes) for (const known of lane.versions()) reader.check(...known);
  const faults = complaints();
  if (counted !== alive) faults.push(`${counted} are there, not ${alive}`);
  if (faults.length > 0) return faults;
  await world.stop();
  if (leftovers(world.disks) > 0)
    faults.push(`${leftovers(world.disks)} rows of hand-offs are left`);
  return [...faults, ...faultsOf(world.disks)];
}

/** A change of queues that failed half-way is brought to its end by the next one, or by a start. */
async function moveAgain({ world }: Played): Promise<void> {
  world.kill();
  await world.untilServing();
  await world.run(world.clock.monotonicMs() + settleMs);
}

const stuck = (lanes: readonly Lane[]): Error =>
  new Error(`never answered: ${lanes.map((lane) => lane.waitsFor).join('; ')}`);

/** Runs until every request is answered. */
async function answered({ world, lanes }: Played): Promise<void> {
  const untilMs = world.clock.monotonicMs() + patienceMs;
  while (lanes.some((lane) => lane.isWaiting || !lane.client.isReady)) {
    if (world.clock.monotonicMs() > untilMs) throw stuck(lanes);
    await world.stepOrWait();
  }
}

/** Two queues per partition for each lane. */
const queuesOf = (lane: number, partitions: number): string[] =>
  Array.from({ length: partitions * 2 }, (_, index) => `lane${lane}.${index}`);
