/** Durable submits through the SDK and the daemon, beside both floors, in turns. */
import { join } from 'node:path';
import { startFloor } from '../floor/floor.js';
import type { Bench, BenchOptions } from '../support/bench.js';
import { Daemon, writeConfiguration } from '../support/daemon.js';
import { describeLoad, loadFigures, ratios, startLoad } from '../support/load.js';
import type { LoadContestant } from '../support/load.js';
import { Child } from '../support/processes.js';
import { alternate } from '../support/rounds.js';

export const submit: Bench = {
  about: 'durable submits of 1 KiB, as fractions of floor B (ratioToFloor) and floor A',
  async run(options, say) {
    const { directory } = options;
    const contestants: LoadContestant[] = [];
    try {
      contestants.push(await startSubmits(options));
      contestants.push(await startFloor('B', directory, options));
      contestants.push(await startFloor('A', directory, options));
      const samples = await alternate(contestants, options, say, describeLoad);
      const [ixion = [], floorB = [], floorA = []] = samples;
      const toFloor = ratios(ixion, floorB);
      const toFloorA = ratios(ixion, floorA);
      return {
        ratioToFloor: toFloor.median,
        ratioToFloorA: toFloorA.median,
        ratioToFloorSpread: toFloor,
        ratioToFloorASpread: toFloorA,
        ixion: loadFigures(ixion),
        floorB: loadFigures(floorB),
        floorA: loadFigures(floorA),
      };
    } finally {
      for (const contestant of contestants) await contestant.end();
    }
  },
};

async function startSubmits(options: BenchOptions): Promise<LoadContestant> {
  const directory = join(options.directory, 'ixion');
  const configuration = writeConfiguration(directory, options);
  const daemon = new Daemon({ directory, configuration, create: true });
  const server = await daemon.ready;
  const { inFlight, queues } = options;
  const client = new Child('submit/client.js', [server, String(inFlight), String(queues)]);
  return startLoad('ixion', client, daemon.pid, async () => void (await daemon.stop()));
}
