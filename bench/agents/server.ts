/** A server in a process of its own whose heap can be collected when its parent says so. */
import { Readable } from 'node:stream';
import { formatEndpoint } from '../../lib/config/endpoint.js';
import { startServer } from '../../lib/index.js';
import { agentObjects } from '../invite/agents.js';
import { Collector } from '../support/collect.js';
import { privateMemory } from '../support/memory.js';
import { queueNames } from '../support/record.js';
import { serve } from '../support/serve.js';

/** What it is started with, as its one argument. */
export interface AgentsServerOptions {
  readonly data: string;
  readonly agents: number;
}

const { data, agents } = JSON.parse(process.argv[2]!) as AgentsServerOptions;
const collector = new Collector();

const starting = startServer({
  data,
  create: 'init',
  listen: '127.0.0.1:0',
  withAdmin: false,
  businessProcesses: [{ name: 'bench', queues: queueNames(1).map((name) => ({ name })) }],
});

serve(async (message: { readonly do: 'start' | 'memory' | 'stop' }): Promise<object> => {
  const server = await starting;
  if (message.do === 'start') {
    const change = { who: 'bench', comment: '', dryRun: false, merge: true, prune: false };
    const file = Readable.from([Buffer.from(agentObjects(agents))]);
    await server.objects.apply(file, change, { who: 'bench' }, () => undefined);
    return { address: formatEndpoint(server.address) };
  }
  if (message.do === 'stop') {
    await server.stop({ drainMs: 0 });
    return {};
  }
  await collector.collect();
  return { bytes: privateMemory(process.pid).privateBytes };
});
