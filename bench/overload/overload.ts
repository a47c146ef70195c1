/**
 * A server that is offered more than it can take. Each round: quiet, then `--factor` times the
 * capacity, then quiet again, while interactions are ended at a fixed rate by somebody else. At the
 * end the server is killed and started, and everything acknowledged is looked for.
 */
import { join } from 'node:path';
import { connect, type Client } from '../../lib/client/index.js';
import type { Bench, BenchOptions } from '../support/bench.js';
import { startClient } from '../support/daemon-client.js';
import { Daemon, writeConfiguration } from '../support/daemon.js';
import type { Child } from '../support/processes.js';
import { rounded, summarize } from '../support/statistics.js';
import type { DeskRequest, DeskResults } from './desk-client.js';
import type { FloodRequest, FloodResults, PhaseResult } from './flood-client.js';
import { recoverySeconds } from './recovery.js';

interface Round {
  readonly quiet: PhaseResult;
  readonly loud: PhaseResult;
  readonly after: PhaseResult;
  readonly quietStopMs: number;
  readonly loudStopMs: number;
}

const quietShare = 0.05;
const stopsPerSecond = 50;
const quietSeconds = 5;
const afterSeconds = 12;

export const overload: Bench = {
  about: 'twice the capacity offered: accept and stop p99 by quiet p99, refusals, recovery, losses',
  defaults: { seconds: 15 },
  async run(options, say) {
    const directory = join(options.directory, 'ixion');
    const queues = options.queues + 1;
    const configuration = writeConfiguration(directory, { ...options, queues });
    const daemon = new Daemon({ directory, configuration, create: true });
    const server = await daemon.ready;
    const flood = startClient('overload/flood-client.js', server, options);
    const desk = startClient('overload/desk-client.js', server, options);
    const capacity = await capacityOf(flood, options);
    say(`capacity ${Math.round(capacity)}/s`);
    const rounds: Round[] = [];
    const ids: string[] = [];
    let flooded: FloodResults | undefined;
    let desked: DeskResults | undefined;
    for (let round = 0; round < options.rounds; round += 1) {
      [flooded, desked] = await runRound(flood, desk, capacity, options);
      rounds.push(roundOf(flooded, desked));
      ids.push(...flooded.ids);
      say(describe(rounds.at(-1)!, options));
    }
    await flood.end();
    await desk.end();
    await daemon.kill();
    const kept = await lookFor(directory, flooded!, desked!, ids, options);
    return { capacityPerSecond: rounded(capacity), ...figuresOf(rounds, options), ...kept };
  },
};

const capacityRuns = 4;
const capacityRunSeconds = 0.2;
/** Batches grow with what waits, and capacity with them: it is what a deep queue gets. */
const capacityDepth = 8;

/** The best of some runs: a moment in which the machine was busy elsewhere is no capacity. */
async function capacityOf(flood: Child, { inFlight, warmUpSeconds }: BenchOptions) {
  const seconds = Math.max(capacityRunSeconds, warmUpSeconds);
  const request: FloodRequest = { type: 'capacity', inFlight: inFlight * capacityDepth, seconds };
  let best = 0;
  for (let run = 0; run < capacityRuns; run += 1) {
    const { perSecond } = await flood.ask<{ perSecond: number }>(request);
    best = Math.max(best, perSecond);
  }
  return best;
}

async function runRound(
  flood: Child,
  desk: Child,
  capacity: number,
  { seconds, overloadFactor }: BenchOptions,
): Promise<[FloodResults, DeskResults]> {
  const plan = [
    { rate: capacity * quietShare, seconds: Math.min(quietSeconds, seconds) },
    { rate: capacity * overloadFactor, seconds },
    { rate: capacity * quietShare, seconds: Math.min(afterSeconds, 2 * seconds) },
  ];
  const stops = plan.reduce((sum, phase) => sum + phase.seconds * stopsPerSecond, 0);
  const stock: DeskRequest = { type: 'stock', count: Math.ceil(stops) + plan.length };
  await desk.ask(stock);
  for (const phase of plan) {
    const submits: FloodRequest = { type: 'phase', ...phase };
    const ends: DeskRequest = { type: 'phase', rate: stopsPerSecond, seconds: phase.seconds };
    await Promise.all([flood.ask(submits), desk.ask(ends)]);
  }
  const results = { type: 'results' } as const;
  return Promise.all([flood.ask<FloodResults>(results), desk.ask<DeskResults>(results)]);
}

function roundOf({ phases }: FloodResults, desk: DeskResults): Round {
  const [quiet, loud, after] = phases as [PhaseResult, PhaseResult, PhaseResult];
  const [quietStop, loudStop] = desk.phases;
  return {
    quiet,
    loud,
    after,
    quietStopMs: quietStop!.p99Ms,
    loudStopMs: loudStop!.p99Ms,
  };
}

const describe = ({ quiet, loud, ...stops }: Round, { seconds }: BenchOptions): string =>
  `offered ${Math.round(loud.offered / seconds)}/s, accepted ` +
  `${Math.round(loud.accepted.count / seconds)}/s; p99 of accepts ` +
  `${loud.accepted.p99Ms.toFixed(1)} (quiet ${quiet.accepted.p99Ms.toFixed(1)}) ms, of stops ` +
  `${stops.loudStopMs.toFixed(1)} (quiet ${stops.quietStopMs.toFixed(1)}) ms; ` +
  `refused ${loud.refused.count} after p50 ${loud.refused.p50Ms.toFixed(1)} ms; handed over ` +
  `late p99 ${loud.handedLate.p99Ms.toFixed(1)} (quiet ${quiet.handedLate.p99Ms.toFixed(1)}) ms`;

function figuresOf(rounds: readonly Round[], { seconds }: BenchOptions) {
  const of = (figure: (round: Round) => number) => summarize(rounds.map(figure));
  const accept = of(({ quiet, loud }) => loud.accepted.p99Ms / quiet.accepted.p99Ms);
  const stop = of(({ quietStopMs, loudStopMs }) => loudStopMs / quietStopMs);
  const recovered = rounds.map(({ quiet, after }) =>
    recoverySeconds(after.seconds, quiet.accepted.p99Ms),
  );
  const sum = (figure: (round: Round) => number): number =>
    rounds.reduce((total, round) => total + figure(round), 0);
  return {
    acceptP99RatioToQuiet: accept.median,
    acceptP99RatioToQuietSpread: accept,
    stopP99RatioToQuiet: stop.median,
    stopP99RatioToQuietSpread: stop,
    offeredPerSecond: of(({ loud }) => loud.offered / seconds),
    acceptedPerSecond: of(({ loud }) => loud.accepted.count / seconds),
    unsentPerSecond: of(({ loud }) => loud.unsent / seconds),
    acceptP99Ms: {
      quiet: of(({ quiet }) => quiet.accepted.p99Ms),
      overload: of(({ loud }) => loud.accepted.p99Ms),
    },
    acceptP99SinceHandedMs: {
      quiet: of(({ quiet }) => quiet.acceptedSinceHanded.p99Ms),
      overload: of(({ loud }) => loud.acceptedSinceHanded.p99Ms),
    },
    handedLateP99Ms: {
      quiet: of(({ quiet }) => quiet.handedLate.p99Ms),
      overload: of(({ loud }) => loud.handedLate.p99Ms),
    },
    stopP99Ms: {
      quiet: of(({ quietStopMs }) => quietStopMs),
      overload: of(({ loudStopMs }) => loudStopMs),
    },
    refusals: {
      count: sum(({ loud }) => loud.refused.count),
      withRetryDelay: sum(({ loud }) => loud.refusedWithDelay),
      p50Ms: of(({ loud }) => loud.refused.p50Ms),
      p99Ms: of(({ loud }) => loud.refused.p99Ms),
      greatestDelayMs: Math.max(...rounds.map(({ loud }) => loud.greatestDelayMs)),
    },
    recoverySeconds: recovered.includes(undefined)
      ? `not within ${rounds[0]!.after.seconds.length} s`
      : Math.max(...recovered.map(Number)),
  };
}

/** The totals after a kill and a start, and a part of the identifiers, one by one. */
async function lookFor(
  directory: string,
  flood: FloodResults,
  desk: DeskResults,
  ids: string[],
  options: BenchOptions,
) {
  const daemon = new Daemon({ directory });
  const server = await daemon.ready;
  const client = await connect({ server, clientName: 'bench', clientType: 'MediaServer' });
  const totals = await client.queueStatistics();
  const submitted = totals.reduce((sum, queue) => sum + queue.submitted, 0);
  const acknowledged = flood.acceptedInAll + desk.submitted;
  const looked = ids.length;
  const missing = await countMissing(client, ids, options.inFlight);
  await client.close();
  await daemon.stop();
  return {
    acknowledged,
    lost: Math.max(0, acknowledged - submitted) + missing,
    notAcknowledged: Math.max(0, submitted - acknowledged),
    unanswered: flood.unanswered,
    looked,
  };
}

async function countMissing(client: Client, ids: string[], lanes: number): Promise<number> {
  let missing = 0;
  const look = async (): Promise<void> => {
    for (let id = ids.pop(); id !== undefined; id = ids.pop()) {
      const found = await client.getProperties(id).catch(() => undefined);
      if (found === undefined) missing += 1;
    }
  };
  await Promise.all(Array.from({ length: lanes }, look));
  return missing;
}
