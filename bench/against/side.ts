/**
 * One side: a process that runs the server and the clients of the build that it lies in. It
 * lies in both builds alike: `build.ts` puts this checkout's benches over those of the other
 * revision, so that both are measured by the same code. It imports nothing of `lib` but the
 * SDK and the launcher.
 */
import { freePort } from '../support/free-port.js';
import type { BenchOptions } from '../support/options.js';
import { Child } from '../support/processes.js';
import { serve } from '../support/serve.js';
import { startCycles } from '../cycle/cycle.js';
import { startLatency } from '../latency/latency.js';
import { makeStore, startAndStop } from '../start/stores.js';
import { startSubmits } from '../submit/submit.js';
import type { LoadContestant } from '../support/load.js';
import type { WorkloadName } from './workload.js';

/** Figures by name; `workload.ts` says what they are. */
export type SideFigures = Readonly<Record<string, number>>;

export type SideRequest =
  | { readonly do: 'begin'; readonly workload: WorkloadName; readonly options: BenchOptions }
  | { readonly do: 'run'; readonly seconds: number }
  | { readonly do: 'end' };

interface Work {
  run(seconds: number): Promise<SideFigures>;
  end(): Promise<void>;
}

const workOf = (contestant: LoadContestant): Work => ({
  async run(seconds) {
    const { perSecond, clientUs, serverMainUs, serverOtherUs } = await contestant.run(seconds);
    return { perSecond, clientUs, serverMainUs, serverOtherUs };
  },
  end: () => contestant.end(),
});

const begin: Readonly<Record<WorkloadName, (options: BenchOptions) => Promise<Work>>> = {
  submit: async (options) => workOf(await startSubmits(options)),
  cycle: async (options) => workOf(await startCycles(options)),
  async latency(options) {
    const { measure, end } = await startLatency(options);
    return {
      async run(seconds) {
        const { delivery, accept, clientMs, serverMs } = await measure(seconds);
        const requests = options.rate * seconds;
        return {
          deliveryP50Ms: delivery.p50Ms,
          deliveryP99Ms: delivery.p99Ms,
          acceptP50Ms: accept!.p50Ms,
          clientUs: (clientMs * 1_000) / requests,
          serverUs: (serverMs * 1_000) / requests,
        };
      },
      end,
    };
  },
  async start(options) {
    const { interactions } = options;
    const store = await makeStore(`stored-${interactions}`, interactions, options);
    const port = await freePort();
    const probe = new Child('start/probe.js', [`127.0.0.1:${port}`]);
    return {
      async run() {
        const { deliveryMs, readyMs, stopMs, processorMs } = await startAndStop(store, port, probe);
        return { deliveryMs, readyMs, stopMs, processorMs };
      },
      end: () => probe.end(),
    };
  },
};

let work: Work | undefined;

serve(async (request: SideRequest): Promise<object> => {
  switch (request.do) {
    case 'begin':
      work = await begin[request.workload](request.options);
      return {};
    case 'run':
      return work!.run(request.seconds);
    case 'end':
      await work?.end();
      work = undefined;
      return {};
  }
});
