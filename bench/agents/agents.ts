/**
 * Agents by the thousand: private memory of the server for each, by the slope between a fifth of
 * them and all, after collections in every thread; how long it takes to log them in, and what a
 * bystander's ping waits meanwhile; and offers at `--rate` a second, from the request read to the
 * answer written, which comes behind the invitation. All on one connection, and each on its own.
 */
import { join } from 'node:path';
import { connect } from '../../lib/client/index.js';
import type { Bench, BenchOptions, Figures } from '../support/bench.js';
import { Child } from '../support/processes.js';
import { quantile, rounded } from '../support/statistics.js';
import type { AgentsClientOptions, AgentsRequest } from './client.js';
import type { AgentsServerOptions } from './server.js';

const pingEveryMs = 5;

export const agents: Bench = {
  about: 'memory for each agent that is logged in, time to log all in, and offers at --rate',
  defaults: { interactions: 10_000, rate: 200, seconds: 5 },
  async run(options, say) {
    const one = await measure('one', options);
    say(`on one connection: ${JSON.stringify(one)}`);
    const each = await measure('each', options);
    say(`on as many: ${JSON.stringify(each)}`);
    return { agents: options.interactions, one, each };
  },
};

async function measure(way: 'one' | 'each', options: BenchOptions): Promise<Figures> {
  const { interactions: count, rate, seconds } = options;
  const own: AgentsServerOptions = {
    data: join(options.directory, `agents-${way}`),
    agents: count,
  };
  const server = new Child('agents/server.js', [JSON.stringify(own)]);
  const { address } = await server.ask<{ address: string }>({ do: 'start' });
  const given: AgentsClientOptions = { server: address, way };
  const client = new Child('agents/client.js', [JSON.stringify(given)]);
  const ask = <T>(request: AgentsRequest): Promise<T> => client.ask<T>(request);
  const memory = async () => (await server.ask<{ bytes: number }>({ do: 'memory' })).bytes;
  try {
    const some = Math.max(1, Math.floor(count / 5));
    const bystander = watch(address);
    const first = await ask<{ ms: number }>({ do: 'login', from: 0, to: some });
    const before = await memory();
    const rest = await ask<{ ms: number }>({ do: 'login', from: some, to: count });
    const pingP99Ms = await (await bystander).end();
    const kibibytes = ((await memory()) - before) / (count - some) / 1_024;
    const wanted = { do: 'offer', rate, seconds: Math.min(seconds, count / rate) } as const;
    const offered = await ask<{ count: number; p50Us: number; p99Us: number }>(wanted);
    return {
      kibibytesPerAgent: rounded(kibibytes),
      loginSeconds: rounded((first.ms + rest.ms) / 1_000),
      pingP99Ms: rounded(pingP99Ms),
      offers: offered.count,
      offerP50Ms: rounded(offered.p50Us / 1_000),
      offerP99Ms: rounded(offered.p99Us / 1_000),
    };
  } finally {
    await client.end();
    await server.ask({ do: 'stop' });
    await server.end();
  }
}

/** Pings all the time, one after the other, until it is ended; then the time of 99 in 100. */
async function watch(server: string): Promise<{ end(): Promise<number> }> {
  const client = await connect({ server, clientName: 'bystander', clientType: 'ReportingEngine' });
  const state = { isOver: false };
  const times: number[] = [];
  const pinging = (async () => {
    while (!state.isOver) {
      const startMs = performance.now();
      await client.ping();
      times.push(performance.now() - startMs);
      await new Promise((resolve) => setTimeout(resolve, pingEveryMs));
    }
  })();
  return {
    async end() {
      state.isOver = true;
      await pinging;
      await client.close();
      return quantile(Float64Array.from(times).toSorted(), 0.99);
    },
  };
}
