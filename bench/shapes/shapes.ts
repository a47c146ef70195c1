/**
 * Cycles of every shape of data: the three kinds of queues, attached data of 200 B to
 * 100 KiB, and 1, 8 and 64 queues. The kinds take turns; sizes and queues come one after the other.
 */
import { join } from 'node:path';
import { startCycles } from '../cycle/cycle.js';
import type { Bench, BenchOptions } from '../support/bench.js';
import { describeLoad, loadFigures, type LoadContestant } from '../support/load.js';
import { shapes as kinds } from '../support/options.js';
import { alternate } from '../support/rounds.js';

const sizes = [200, 1_000, 10_000, 102_400];
const queueCounts = [1, 8, 64];
/** What waits in a backlog at most, so that large data do not fill the disk. */
const backlogBytes = 250_000_000;

export const shapes: Bench = {
  about: 'cycles with attached data of 200 B to 100 KiB, 1, 8 and 64 queues, each kind of queue',
  defaults: { seconds: 1, warmUpSeconds: 1, interactions: 50_000 },
  async run(options, say) {
    const rows: object[] = [];
    for (const dataBytes of options.given.dataBytes === undefined ? sizes : [options.dataBytes!]) {
      for (const queues of options.given.queues === undefined ? queueCounts : [options.queues]) {
        say(`${dataBytes} bytes of attached data, ${queues} queues:`);
        const interactions = Math.min(options.interactions, Math.ceil(backlogBytes / dataBytes));
        rows.push(...(await measure({ ...options, dataBytes, queues, interactions }, say)));
      }
    }
    return { rows };
  },
};

/** All kinds of queues with data of one size over so many queues. */
async function measure(options: BenchOptions, say: (line: string) => void): Promise<object[]> {
  const { dataBytes, queues, interactions, directory } = options;
  const contestants: LoadContestant[] = [];
  try {
    for (const shape of kinds) {
      const own = join(directory, `${shape}-${dataBytes}-${queues}`);
      const cycles = await startCycles({ ...options, shape, directory: own });
      contestants.push({ ...cycles, name: shape });
    }
    const samples = await alternate(contestants, options, say, describeLoad);
    return kinds.map((shape, at) => ({
      shape,
      dataBytes,
      queues,
      ...(shape === 'backlog' && { backlog: interactions }),
      ...loadFigures(samples[at]!),
    }));
  } finally {
    for (const contestant of contestants) await contestant.end();
  }
}
