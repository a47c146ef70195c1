/** The floors alone. */
import type { Bench } from '../support/bench.js';
import { describeLoad, loadFigures, ratios, type LoadContestant } from '../support/load.js';
import { alternate } from '../support/rounds.js';
import { startFloor } from './floor.js';

export const floor: Bench = {
  about: 'the least a durable submit can cost: floor A (bytes) and floor B (records)',
  async run(options, say) {
    const contestants: LoadContestant[] = [];
    try {
      contestants.push(await startFloor('B', options.directory, options));
      contestants.push(await startFloor('A', options.directory, options));
      const [floorB = [], floorA = []] = await alternate(contestants, options, say, describeLoad);
      return {
        ratioOfBToA: ratios(floorB, floorA).median,
        floorB: loadFigures(floorB),
        floorA: loadFigures(floorA),
      };
    } finally {
      for (const contestant of contestants) await contestant.end();
    }
  },
};
