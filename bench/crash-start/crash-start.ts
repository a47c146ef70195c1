/**
 * A start after kill -9 under load, beside one after a stop in order under the same load, in turns;
 * from the fork to the first delivery. After each, everything acknowledged is looked for.
 */
import type { Bench, BenchOptions } from '../support/bench.js';
import { Daemon } from '../support/daemon.js';
import { freePort } from '../support/free-port.js';
import { ledgerFigures, startLedger, type LedgerCheck } from '../support/ledger.js';
import { Child } from '../support/processes.js';
import { alternate, type Contestant } from '../support/rounds.js';
import { ratiosOf, summarize } from '../support/statistics.js';
import { makeStore, startAndDeliver, type StartSample } from '../start/stores.js';

type Sample = Omit<StartSample, 'stopMs'> & LedgerCheck;

interface Side extends Contestant<Sample> {
  end(): Promise<void>;
}

export const crashStart: Bench = {
  about: 'fork to first delivery after kill -9 under load, beside after a stop in order',
  defaults: { interactions: 100_000, seconds: 2 },
  async run(options, say) {
    const sides: Side[] = [];
    try {
      sides.push(await openSide('killed', options));
      sides.push(await openSide('stopped', options));
      const [killed = [], stopped = []] = await alternate(sides, options, say, describe);
      const toClean = ratiosOf(killed, stopped, ({ deliveryMs }) => deliveryMs);
      return {
        ratioToClean: toClean.median,
        ratioToCleanSpread: toClean,
        interactions: options.interactions,
        killed: figuresOf(killed),
        stopped: figuresOf(stopped),
      };
    } finally {
      for (const side of sides) await side.end();
    }
  },
};

/** A store of its own, at an address of its own, with clients that stay. */
async function openSide(name: 'killed' | 'stopped', options: BenchOptions): Promise<Side> {
  // Load leaves more in it than there was: it is nobody else's.
  const own = { ...options, keep: undefined };
  const store = await makeStore(name, options.interactions, own);
  const { directory } = store;
  const port = await freePort();
  const server = `127.0.0.1:${port}`;
  const probe = new Child('start/probe.js', [server]);
  const ledger = startLedger(server, options);
  return {
    name,
    async run(seconds) {
      const before = new Daemon({ directory, port });
      await before.ready;
      await ledger.begin();
      await new Promise((resolve) => setTimeout(resolve, seconds * 1_000));
      if (name === 'killed') await before.kill();
      else await before.stop();
      const ended = ledger.end();
      const { daemon, ...sample } = await startAndDeliver(directory, port, probe);
      await ended;
      const checked = await ledger.check();
      await daemon.stop();
      return { ...sample, ...checked };
    },
    async end() {
      await probe.end();
      await ledger.close();
    },
  };
}

const describe = ({ deliveryMs, acknowledged, lost, doubled }: Sample): string =>
  `first delivery ${deliveryMs.toFixed(0)} ms; ${acknowledged} acknowledged before, ` +
  `${lost} lost, ${doubled} doubled`;

const figuresOf = (samples: readonly Sample[]) => ({
  deliveryMs: summarize(samples.map(({ deliveryMs }) => deliveryMs)),
  readyMs: summarize(samples.map(({ readyMs }) => readyMs)),
  processorMs: summarize(samples.map(({ processorMs }) => processorMs)).median,
  ...ledgerFigures(samples),
});
