/**
 * What counting costs: all counters are switched on and off, slice by slice, in one run of whole
 * cycles; and a count alone, in nanoseconds.
 */
import { join } from 'node:path';
import { seededRandom } from '../../lib/clock.js';
import { createCounterBlock, openLane, setCounterGroup } from '../../lib/counters/index.js';
import type { Bench } from '../support/bench.js';
import { startClient } from '../support/daemon-client.js';
import { Daemon, writeConfiguration } from '../support/daemon.js';
import { bootstrapInterval, median, rounded, summarize } from '../support/statistics.js';
import type { Slice, SlicesRequest } from './client.js';

/** A slice with and one without, next to each other. */
export interface Pair {
  readonly on: Slice;
  readonly off: Slice;
}

export const counters: Bench = {
  about: 'all counters on and off every second in one run of cycles: ratioOnToOff',
  async run(options, say) {
    const directory = join(options.directory, 'ixion');
    const configuration = writeConfiguration(directory, options);
    const daemon = new Daemon({ directory, configuration, create: true });
    const client = startClient('counters/client.js', await daemon.ready, options);
    try {
      const { slices, sliceSeconds, warmUpSeconds } = options;
      const seconds = warmUpSeconds + slices * sliceSeconds;
      say(`${slices} slices, about ${seconds.toFixed(0)} s`);
      const request: SlicesRequest = {
        slices,
        sliceSeconds,
        warmUpSeconds,
        serverPid: daemon.pid,
      };
      const measured = await client.ask<{ slices: Slice[] }>(request);
      return { ...onToOff(pairsOf(measured.slices)), ...countCosts() };
    } finally {
      await client.end();
      await daemon.stop();
    }
  },
};

const pairsOf = (slices: readonly Slice[]): Pair[] =>
  Array.from({ length: slices.length >> 1 }, (_, pair) => {
    const two = slices.slice(2 * pair, 2 * pair + 2);
    return { on: two.find(({ isOn }) => isOn)!, off: two.find(({ isOn }) => !isOn)! };
  });

/** The sum of one figure over the slices with counters, by the sum over those without. */
const ratioOf =
  (figure: 'perSecond' | 'serverUs') =>
  (pairs: readonly Pair[]): number =>
    pairs.reduce((sum, { on }) => sum + on[figure], 0) /
    pairs.reduce((sum, { off }) => sum + off[figure], 0);

/**
 * On by off, with the interval that holds it in 95 of 100 such runs. Seeded: the same every time.
 */
export function onToOff(pairs: readonly Pair[]) {
  const { fraction } = seededRandom(1);
  const throughput = bootstrapInterval(pairs, ratioOf('perSecond'), fraction);
  const processor = bootstrapInterval(pairs, ratioOf('serverUs'), fraction);
  return {
    ratioOnToOff: Number(ratioOf('perSecond')(pairs).toFixed(4)),
    ratioOnToOffLower: Number(throughput.lower.toFixed(4)),
    ratioOnToOffUpper: Number(throughput.upper.toFixed(4)),
    pairs: pairs.length,
    onPerSecond: summarize(pairs.map(({ on }) => on.perSecond)),
    offPerSecond: summarize(pairs.map(({ off }) => off.perSecond)),
    processorOnToOff: Number(ratioOf('serverUs')(pairs).toFixed(4)),
    processorOnToOffUpper: Number(processor.upper.toFixed(4)),
  };
}

const loops = 5_000_000;
const repetitions = 7;
const slotCount = 1_024;

/** Nanoseconds of a count, and of the question whether to count; the loop around them taken off. */
function countCosts() {
  const block = createCounterBlock({
    groups: { requests: slotCount, errors: slotCount },
    lanes: 2,
  });
  setCounterGroup(block, 'requests', true);
  const lane = openLane(block, 1);
  let sum = 0;
  const bare = nsOf((index) => (sum += index & (slotCount - 1)));
  const count = nsOf((index) => lane.add('requests', index & (slotCount - 1)));
  const ask = nsOf(() => (sum += lane.enabled('errors') ? 1 : 0));
  if (sum < 0) throw new Error('the loop was not run');
  return {
    nsPerCount: rounded(Math.max(0, count - bare)),
    nsPerQuestion: rounded(Math.max(0, ask - bare)),
  };
}

function nsOf(once: (index: number) => unknown): number {
  const samples = Array.from({ length: repetitions }, () => {
    const startMs = performance.now();
    for (let index = 0; index < loops; index += 1) once(index);
    return ((performance.now() - startMs) * 1_000_000) / loops;
  });
  return median(samples);
}
