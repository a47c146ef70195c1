/**
 * TERM to exit with many interactions stored, beside one, in turns: of the process that
 * wrote them, and of one that was started on them. Then TERM under load, and what became of
 * what was acknowledged.
 */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Bench, BenchOptions } from '../support/bench.js';
import { Daemon, writeConfiguration } from '../support/daemon.js';
import { freePort } from '../support/free-port.js';
import { ledgerFigures, startLedger, type LedgerCheck } from '../support/ledger.js';
import { alternate, type Contestant } from '../support/rounds.js';
import { median, ratiosOf, rounded, summarize } from '../support/statistics.js';
import { fill, makeStore, storeName } from '../start/stores.js';

/** Stops of one store, in milliseconds. */
interface Sample {
  readonly wroteMs: number;
  readonly restartedMs: number;
}

export const stop: Bench = {
  about: 'TERM to exit: many stored beside one, after writing and after a restart; under load',
  defaults: { interactions: 200_000 },
  async run(options, say) {
    const full: Contestant<Sample> = {
      name: String(options.interactions),
      run: await fullStops(options),
    };
    const contestants = [full, { name: '1', run: () => writeAndStop(1, options) }];
    const samples = await alternate(contestants, options, say, describe);
    const [many = [], empty = []] = samples;
    const wrote = ratiosOf(many, empty, ({ wroteMs }) => wroteMs);
    const restarted = ratiosOf(many, empty, ({ restartedMs }) => restartedMs);
    const difference = (name: keyof Sample): number =>
      rounded(median(many.map((one) => one[name])) - median(empty.map((one) => one[name])));
    return {
      stopRatioToEmpty: restarted.median,
      stopRatioToEmptySpread: restarted,
      stopRatioToEmptyWrote: wrote.median,
      stopRatioToEmptyWroteSpread: wrote,
      differenceMs: { wrote: difference('wroteMs'), restarted: difference('restartedMs') },
      full: figuresOf(many),
      empty: figuresOf(empty),
      underLoad: await stopUnderLoad(options, say),
    };
  },
};

const describe = ({ wroteMs, restartedMs }: Sample): string =>
  `having written ${wroteMs.toFixed(0)} ms, having started ${restartedMs.toFixed(0)} ms`;

/**
 * Stops with many stored. With `--keep` they are written once, be it long ago: the stop of the
 * process that did counts in each round.
 */
async function fullStops(options: BenchOptions): Promise<() => Promise<Sample>> {
  const { interactions, keep } = options;
  if (keep === undefined) return () => writeAndStop(interactions, options);
  const { directory, wroteStopMs } = await makeStore(
    storeName(interactions),
    interactions,
    options,
  );
  return async () => ({ wroteMs: wroteStopMs, restartedMs: await restartAndStop(directory) });
}

async function restartAndStop(directory: string): Promise<number> {
  const daemon = new Daemon({ directory });
  await daemon.ready;
  return daemon.stop();
}

async function writeAndStop(count: number, options: BenchOptions): Promise<Sample> {
  const directory = join(options.directory, `stop-${count}`);
  const configuration = writeConfiguration(directory, options);
  const writer = new Daemon({ directory, configuration, create: true });
  await fill(await writer.ready, count, options);
  const wroteMs = await writer.stop();
  const restartedMs = await restartAndStop(directory);
  rmSync(directory, { recursive: true });
  return { wroteMs, restartedMs };
}

const figuresOf = (samples: readonly Sample[]) => ({
  wroteMs: summarize(samples.map(({ wroteMs }) => wroteMs)),
  restartedMs: summarize(samples.map(({ restartedMs }) => restartedMs)),
});

/** As often as there are rounds; the server comes back at the same address, and is asked. */
async function stopUnderLoad(options: BenchOptions, say: (line: string) => void) {
  const directory = join(options.directory, 'under-load');
  const port = await freePort();
  const configuration = writeConfiguration(directory, options);
  let daemon = new Daemon({ directory, configuration, port, create: true });
  const ledger = startLedger(await daemon.ready, options);
  const stopsMs: number[] = [];
  const checks: LedgerCheck[] = [];
  for (let round = 0; round < options.rounds; round += 1) {
    await ledger.begin();
    await new Promise((resolve) => setTimeout(resolve, options.seconds * 1_000));
    stopsMs.push(await daemon.stop());
    const ended = ledger.end();
    daemon = new Daemon({ directory, port });
    await Promise.all([ended, daemon.ready]);
    checks.push(await ledger.check());
    const { acknowledged, lost } = checks.at(-1)!;
    say(
      `under load: ${stopsMs.at(-1)!.toFixed(0)} ms; of ${acknowledged} acknowledged ${lost} lost`,
    );
  }
  await ledger.close();
  await daemon.stop();
  return { stopMs: summarize(stopsMs), ...ledgerFigures(checks) };
}
