/** Durable submits through the SDK and the daemon, beside both floors, in turns. */
import { join } from 'node:path';
import { startFloor } from '../floor/floor.js';
import type { Bench, BenchOptions } from '../support/bench.js';
import { startClient } from '../support/daemon-client.js';
import { Daemon, writeConfiguration } from '../support/daemon.js';
import { describeLoad, loadFigures, ratios, runLoad, startLoad } from '../support/load.js';
import type { LoadContestant, LoadSample } from '../support/load.js';
import { alternate, type Contestant } from '../support/rounds.js';

export const submit: Bench = {
  about: 'durable submits of 1 KiB, as fractions of floor B (ratioToFloor) and floor A',
  async run(options, say) {
    const { directory } = options;
    const contestants: LoadContestant[] = [];
    try {
      const ours = await startSubmits(options);
      contestants.push(ours);
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
        sweep: await sweep(ours, options, say),
      };
    } finally {
      for (const contestant of contestants) await contestant.end();
    }
  },
};

interface Submits extends LoadContestant {
  /** A run with another number in flight. */
  runWith(inFlight: number, seconds: number): Promise<LoadSample>;
}

/** A server, and a client that submits to it. */
export async function startSubmits(options: BenchOptions): Promise<Submits> {
  const directory = join(options.directory, 'ixion');
  const configuration = writeConfiguration(directory, options);
  const daemon = new Daemon({ directory, configuration, create: true });
  const client = startClient('submit/client.js', await daemon.ready, options);
  return {
    ...startLoad('ixion', client, daemon.pid, async () => void (await daemon.stop())),
    runWith: (inFlight, seconds) => runLoad(client, daemon.pid, { inFlight, seconds }),
  };
}

/** The same server with other numbers in flight, in turns as well. */
async function sweep(ours: Submits, options: BenchOptions, say: (line: string) => void) {
  const contestants = options.sweep.map((inFlight): Contestant<LoadSample> => ({
    name: `${inFlight} in flight`,
    run: (seconds) => ours.runWith(inFlight, seconds),
  }));
  const samples = await alternate(contestants, options, say, describeLoad);
  return options.sweep.map((inFlight, at) => ({ inFlight, ...loadFigures(samples[at]!) }));
}
