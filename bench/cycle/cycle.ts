/**
 * The whole life of interactions: submit, pull, stop, each durable and answered, with so many in
 * flight in all; beside submits alone at a server of the same kind, in turns.
 *
 * Shapes: `pass-through`: queues are all but empty, each lane takes what is first.
 * `backlog`: the same while `--interactions` are waiting. `distribution`: half of the lanes hold
 * pulls before anything is there.
 */
import { join } from 'node:path';
import type { Bench, BenchOptions } from '../support/bench.js';
import { startClient } from '../support/daemon-client.js';
import { Daemon, writeConfiguration } from '../support/daemon.js';
import { describeLoad, loadFigures, ratios, startLoad } from '../support/load.js';
import type { LoadContestant } from '../support/load.js';
import { alternate } from '../support/rounds.js';
import { startSubmits } from '../submit/submit.js';

export const cycle: Bench = {
  about: 'submit, pull and stop, each durable and answered, beside submits alone',
  defaults: { interactions: 100_000 },
  async run(options, say) {
    const contestants: LoadContestant[] = [];
    try {
      contestants.push(await startCycles(options));
      contestants.push(await startSubmits(options));
      const [cycles = [], submits = []] = await alternate(contestants, options, say, describeLoad);
      const toSubmit = ratios(cycles, submits);
      return {
        shape: options.shape,
        ratioToSubmit: toSubmit.median,
        ratioToSubmitSpread: toSubmit,
        cycle: loadFigures(cycles),
        submit: loadFigures(submits),
      };
    } finally {
      for (const contestant of contestants) await contestant.end();
    }
  },
};

/** A server, and a client that runs cycles on it; with the shape `backlog`, filled before. */
export async function startCycles(options: BenchOptions): Promise<LoadContestant> {
  const directory = join(options.directory, 'cycle');
  const configuration = writeConfiguration(directory, options);
  const daemon = new Daemon({ directory, configuration, create: true });
  const server = await daemon.ready;
  if (options.shape === 'backlog') {
    const loader = startClient('submit/client.js', server, options);
    await loader.ask({ count: options.interactions });
    await loader.end();
  }
  const client = startClient('cycle/client.js', server, options);
  return startLoad('cycle', client, daemon.pid, async () => void (await daemon.stop()));
}
