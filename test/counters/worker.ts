/** Counts in its lane what it is told to, as often as it is told. */
import { parentPort, workerData } from 'node:worker_threads';
import { type CounterBlock, openLane } from '../../lib/counters/index.js';

export interface Counting {
  readonly block: CounterBlock;
  readonly laneIndex: number;
  readonly rounds: number;
  readonly additions: readonly (readonly [group: string, slot: number, count: number])[];
}

const { block, laneIndex, rounds, additions } = workerData as Counting;
const lane = openLane(block, laneIndex);
for (let round = 0; round < rounds; round += 1) {
  for (const [group, slot, count] of additions) lane.add(group, slot, count);
}
parentPort?.postMessage('done');
