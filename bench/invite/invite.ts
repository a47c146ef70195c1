/**
 * Offer, accept and end, each durable and answered, beside pull and end, of what waits in the
 * queues: as many in flight, and as many agents. Each round starts both anew, warms them in turns
 * of order, and runs them forth and back; a run takes `--interactions` to their end, which were
 * submitted before and are not counted.
 */
import { join } from 'node:path';
import { geometricMean, intervalOf, judge } from '../against/verdict.js';
import type { Bench, BenchOptions } from '../support/bench.js';
import { Daemon, writeConfiguration } from '../support/daemon.js';
import { describeLoad, loadFigures, runLoad, type LoadSample } from '../support/load.js';
import { Child } from '../support/processes.js';
import { applyAgents } from './agents.js';
import type { InviteClientOptions } from './client.js';

const ways = ['invite', 'pull'] as const;
type Way = (typeof ways)[number];

/** About four agents for each that is in flight. */
const agentsOf = ({ inFlight }: BenchOptions): number => Math.ceil((inFlight * 1_000) / 256);

/** The least ratio that is wanted. */
const bar = 0.5;

export const invite: Bench = {
  about: 'offer, accept and end, beside pull and end, with 1,000 agents: ratioToPull',
  defaults: { interactions: 20_000, rounds: 4 },
  async run(options, say) {
    const samples: Record<Way, LoadSample[]> = { invite: [], pull: [] };
    const ratios: number[] = [];
    for (let round = 0; round < options.rounds; round += 1) {
      const order = round % 2 === 0 ? ways : ways.toReversed();
      const one = await runRound(order, options);
      for (const way of ways) samples[way].push(...one[way]);
      const mean = (way: Way): number => geometricMean(one[way].map((run) => run.perSecond));
      ratios.push(mean('invite') / mean('pull'));
      const words = ways.map((way) => `${way} ${describeLoad(one[way][0]!)}`).join('; ');
      say(`round ${round + 1} of ${options.rounds}: ${ratios.at(-1)!.toFixed(3)}; ${words}`);
    }
    const interval = intervalOf(ratios);
    const figure = (value: number): number => Number(value.toFixed(3));
    return {
      ratioToPull: figure(interval.ratio),
      ratioToPullLower: figure(interval.lower),
      ...(Number.isFinite(interval.upper) && { ratioToPullUpper: figure(interval.upper) }),
      verdict: judge(interval, bar),
      agents: agentsOf(options),
      unfinished: options.inFlight,
      invite: loadFigures(samples.invite),
      pull: loadFigures(samples.pull),
    };
  },
};

async function runRound(
  order: readonly Way[],
  options: BenchOptions,
): Promise<Readonly<Record<Way, readonly LoadSample[]>>> {
  const samples: Record<Way, LoadSample[]> = { invite: [], pull: [] };
  const running = new Map<Way, Contestant>();
  try {
    for (const way of order) running.set(way, await Contestant.start(way, options));
    // A run of the same kind, and half as long.
    if (options.warmUpSeconds > 0) {
      for (const way of order) await running.get(way)!.run(Math.ceil(options.interactions / 2));
    }
    for (const way of [...order, ...order.toReversed()]) {
      samples[way].push(await running.get(way)!.run(options.interactions));
    }
    return samples;
  } finally {
    for (const contestant of running.values()) await contestant.end();
  }
}

class Contestant {
  readonly #daemon: Daemon;
  readonly #client: Child;

  private constructor(daemon: Daemon, client: Child) {
    this.#daemon = daemon;
    this.#client = client;
  }

  static async start(way: Way, options: BenchOptions): Promise<Contestant> {
    const directory = join(options.directory, `${way}-${(starts += 1)}`);
    const configuration = writeConfiguration(directory, options);
    const daemon = new Daemon({ directory, configuration, create: true });
    const server = await daemon.ready;
    const agents = agentsOf(options);
    await applyAgents(daemon.admin, agents);
    const { inFlight, queues, dataBytes, shape } = options;
    const given: InviteClientOptions = { server, inFlight, queues, dataBytes, shape, way, agents };
    return new Contestant(daemon, new Child('invite/client.js', [JSON.stringify(given)]));
  }

  async run(count: number): Promise<LoadSample> {
    await this.#client.ask({ fill: count });
    return runLoad(this.#client, this.#daemon.pid, { count });
  }

  async end(): Promise<void> {
    await this.#client.end();
    await this.#daemon.stop();
  }
}

let starts = 0;
