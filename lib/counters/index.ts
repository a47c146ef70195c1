/**
 * Counters in shared memory: each thread adds in a lane of its own without a lock, readers sum.
 *
 * Layout of the buffer, in bytes: one Int32 switch per group, padded to a cache line; then the
 * lanes, each a run of Float64 (all slots of all groups) padded to a cache line, so that two
 * threads never write to the same line. A Float64 counts exactly up to 2^53 and is one aligned
 * 8-byte word, which the machines that Node runs on read and write whole; only the owner of a
 * lane writes to it.
 *
 * A sum is exact for everything that happened before the reader heard of it (a message, an answer);
 * what is added at the very moment of reading may or may not be in it.
 */
import { assert } from '../assert.js';

const cacheLineBytes = 64;
const roundUp = (bytes: number): number => Math.ceil(bytes / cacheLineBytes) * cacheLineBytes;

/** Where a group lies: its switch, and its first slot within a lane. */
interface GroupLayout {
  readonly switchIndex: number;
  readonly firstSlot: number;
  readonly slots: number;
}

/** A block of counters. Can be posted to another thread as it is; all copies share the memory. */
export interface CounterBlock {
  readonly buffer: SharedArrayBuffer;
  readonly lanes: number;
  readonly groups: Readonly<Record<string, GroupLayout>>;
}

/**
 * The lane of one thread. It belongs to the thread: rebuilt actors go on in it, nothing resets it.
 */
export interface CounterLane {
  /**
   * Adds `count` (1 by default) to a slot. Does not look at the group's switch: ask `enabled` once
   * per batch and skip the counting of the whole batch when it is off.
   * @throws {AssertionError} for a group or slot that the block does not have
   */
  add(group: string, slot: number, count?: number): void;
  /** Whether the group is switched on now. */
  enabled(group: string): boolean;
}

/**
 * Makes a block with all counters 0 and all groups off.
 * @param options.groups number of slots by name of the group
 * @param options.lanes one per thread that counts
 */
export function createCounterBlock(options: {
  readonly groups: Readonly<Record<string, number>>;
  readonly lanes: number;
}): CounterBlock {
  assert(Number.isInteger(options.lanes) && options.lanes > 0, 'a counter block needs a lane');
  const groups: Record<string, GroupLayout> = {};
  let firstSlot = 0;
  for (const [switchIndex, [name, slots]] of Object.entries(options.groups).entries()) {
    assert(Number.isInteger(slots) && slots > 0, `counter group ${name} needs slots`);
    groups[name] = { switchIndex, firstSlot, slots };
    firstSlot += slots;
  }
  const block = { lanes: options.lanes, groups };
  const bytes = switchBytes(groups) + options.lanes * laneBytes(groups);
  return { ...block, buffer: new SharedArrayBuffer(bytes) };
}

/**
 * Opens a lane for adding. One thread at a time may have a lane open.
 * @throws {AssertionError} when the block has no such lane
 */
export function openLane(block: CounterBlock, laneIndex: number): CounterLane {
  const switches = switchesOf(block);
  const counters = countersOf(block, laneIndex);
  const layouts = new Map(Object.entries(block.groups));
  return {
    add(group, slot, count = 1) {
      const layout = layouts.get(group);
      assert(layout !== undefined && slot >= 0 && slot < layout.slots, 'no such counter');
      const index = layout.firstSlot + slot;
      counters[index] = (counters[index] as number) + count;
    },
    enabled: (group) => switches[switchIndexOf(block, group)] === 1,
  };
}

/** Switches a group on or off, for all threads, from any thread. Counts so far are kept. */
export function setCounterGroup(block: CounterBlock, group: string, on: boolean): void {
  Atomics.store(switchesOf(block), switchIndexOf(block, group), on ? 1 : 0);
}

/** Whether a group is switched on. */
export function counterGroupEnabled(block: CounterBlock, group: string): boolean {
  return Atomics.load(switchesOf(block), switchIndexOf(block, group)) === 1;
}

/** Sums all lanes: for each group an array with one sum per slot. */
export function readCounters(block: CounterBlock): Record<string, Float64Array> {
  const sums: Record<string, Float64Array> = {};
  for (const [name, { slots }] of Object.entries(block.groups))
    sums[name] = new Float64Array(slots);
  for (let lane = 0; lane < block.lanes; lane += 1) {
    const counters = countersOf(block, lane);
    for (const [name, { firstSlot, slots }] of Object.entries(block.groups)) {
      const sum = sums[name] as Float64Array;
      for (let slot = 0; slot < slots; slot += 1) {
        sum[slot] = (sum[slot] as number) + (counters[firstSlot + slot] as number);
      }
    }
  }
  return sums;
}

const switchBytes = (groups: CounterBlock['groups']): number =>
  roundUp(Object.keys(groups).length * Int32Array.BYTES_PER_ELEMENT);

const slotsPerLane = (groups: CounterBlock['groups']): number =>
  Object.values(groups).reduce((sum, { slots }) => sum + slots, 0);

const laneBytes = (groups: CounterBlock['groups']): number =>
  roundUp(slotsPerLane(groups) * Float64Array.BYTES_PER_ELEMENT);

const switchesOf = (block: CounterBlock): Int32Array =>
  new Int32Array(block.buffer, 0, Object.keys(block.groups).length);

function countersOf(block: CounterBlock, lane: number): Float64Array {
  assert(Number.isInteger(lane) && lane >= 0 && lane < block.lanes, 'no such counter lane');
  const offset = switchBytes(block.groups) + lane * laneBytes(block.groups);
  return new Float64Array(block.buffer, offset, slotsPerLane(block.groups));
}

function switchIndexOf(block: CounterBlock, group: string): number {
  const layout = block.groups[group];
  assert(layout !== undefined, `no counter group ${group}`);
  return layout.switchIndex;
}
