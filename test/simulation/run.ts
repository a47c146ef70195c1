/**
 * One simulated run: lanes at work while messages, commits and crashes come as the seed decides.
 */
import type { QueueEntry } from '../../lib/queue/entry.js';
import { limits } from '../../lib/limits.js';
import type { SessionInfo } from '../../lib/partition/request.js';
import type { ClientType } from '../../lib/protocol/client-types.js';
import { Lane, type Habits } from './lane.js';
import { World } from './world.js';

export interface RunOptions extends Partial<Habits> {
  readonly seed: number;
  readonly partitions: number;
  readonly lanes: number;
  readonly requests: number;
  /** Chance per step that the process is killed, and that one actor crashes. */
  readonly killChance: number;
  readonly crashChance: number;
  /** Chance of a commit to fail, in any of the ways in which one can; absent: none. */
  readonly failChance?: number;
  /** Chance per step that a queue moves to another partition; absent: none. */
  readonly moveChance?: number;
  /**
   * Chance that, when no request is under way, more time passes than keys are kept; absent: none.
   */
  readonly jumpChance?: number;
}

/** Longer than keys are kept. */
const jumpMs = limits.retryKeyMs * 1.2;

/** Runs and returns what went wrong; empty: nothing. */
export async function run(options: RunOptions): Promise<string[]> {
  const { partitions, moveChance = 0 } = options;
  const lanesQueues = Array.from({ length: options.lanes }, (_, lane) =>
    queuesOf(lane, partitions),
  );
  const sessions = lanesQueues.map((_, lane) => sessionOf(lane, 'AgentApplication'));
  const medias = lanesQueues.map((_, lane) => sessionOf(lane + options.lanes, 'MediaServer'));
  const lanes: Lane[] = [];
  const world = new World({
    seed: options.seed,
    partitions,
    queues: lanesQueues.flat(),
    sessions: [...sessions, ...medias],
    onAnswer: (reference, answer) =>
      lanes.find((lane) => lane.isWaiting && lane.reference === reference)?.answered(answer),
    canFail: options.failChance !== undefined,
    onRestart: () => {
      for (const lane of lanes) lane.retry();
    },
  });
  await world.start();
  world.failChance = options.failChance ?? 0;
  let references = 0;
  for (const [index, queues] of lanesQueues.entries()) {
    const pair = [sessions[index]!, medias[index]!] as const;
    const lane = new Lane(world, `L${index}`, partitions, queues, pair, () => ++references);
    lane.repeat({ repeatChance: 0, burstChance: 0, ...options });
    if (moveChance > 0) lane.expectMoves(options.crashChance === 0);
    lanes.push(lane);
  }
  await work(world, lanes, options, () => references);
  await finish(world, lanes);
  // What was put into the order on the way of a move is compared when all of it has come.
  if (moveChance > 0) for (const lane of lanes) lane.checkOrder();
  const alive = lanes.reduce((sum, lane) => sum + lane.alive, 0);
  const faults = [...lanes.flatMap(({ complaints }) => complaints), ...world.faults()];
  if (world.interactions() !== alive)
    faults.push(`${world.interactions()} are there, not ${alive}`);
  if (world.leftBehind() > 0) faults.push(`${world.leftBehind()} did not follow their queue`);
  if (world.leftovers() > 0) faults.push(`${world.leftovers()} rows of hand-offs are left`);
  return faults;
}

async function work(
  world: World,
  lanes: readonly Lane[],
  options: RunOptions,
  references: () => number,
): Promise<void> {
  const { random } = world;
  const { moveChance = 0, jumpChance = 0, partitions } = options;
  const any = (count: number): number => Math.floor(random.fraction() * count);
  while (references() < options.requests) {
    const lane = lanes[Math.floor(random.fraction() * lanes.length)]!;
    if (!lane.isWaiting) lane.next();
    else await world.step();
    if (moveChance > 0 && random.fraction() < moveChance) {
      world.moveQueue(`lane${any(lanes.length)}.${any(partitions * 2)}`, any(partitions));
    }
    const dice = random.fraction();
    if (dice < options.killChance) {
      await world.kill();
      for (const each of lanes) each.retry();
    } else if (dice < options.killChance + options.crashChance) {
      await world.crash(Math.floor(random.fraction() * options.partitions));
      for (const each of lanes) each.retry();
    } else if (dice > 0.98) {
      world.advance(700);
      world.wake(Math.floor(random.fraction() * options.partitions));
    }
    // No message between partitions of one process takes minutes: copies of requests come before.
    const isQuiet = lanes.every(({ isWaiting }) => !isWaiting) && !world.isTalking;
    if (isQuiet && random.fraction() < jumpChance) world.advance(jumpMs);
    if (lanes.some(({ complaints }) => complaints.length > 0)) return;
  }
}

async function finish(world: World, lanes: readonly Lane[]): Promise<void> {
  await drain(world, lanes);
  for (const lane of lanes) {
    for (const _ of lane.finalChecks()) await drain(world, lanes);
  }
}

async function drain(world: World, lanes: readonly Lane[]): Promise<void> {
  for (
    let round = 0;
    round < 50 && (round === 0 || lanes.some((lane) => lane.isWaiting));
    round++
  ) {
    if (round > 0) for (const lane of lanes) lane.retry();
    await world.settle();
  }
}

/** Two queues per partition for each lane. */
const queuesOf = (lane: number, partitions: number): QueueEntry[] =>
  Array.from({ length: partitions * 2 }, (_, index) => ({
    number: lane * partitions * 2 + index + 1,
    name: `lane${lane}.${index}`,
    businessProcess: `lane${lane}`,
    partition: index % partitions,
  }));

const sessionOf = (number: number, clientType: ClientType): SessionInfo => ({
  number: number + 1,
  sessionKey: String(number).padStart(32, '0'),
  clientName: `lane${number}`,
  clientType,
  tenantId: 1,
});
