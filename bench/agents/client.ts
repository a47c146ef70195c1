/** A client process over the SDK that logs agents in, and offers them something. */
import { connect, type Client } from '../../lib/client/index.js';
import { agentName, medium } from '../invite/agents.js';
import { pace } from '../support/pacer.js';
import { queueNames } from '../support/record.js';
import { serve } from '../support/serve.js';

/** What it is started with, as its one argument. */
export interface AgentsClientOptions {
  readonly server: string;
  /** All agents on one connection, or each on its own. */
  readonly way: 'one' | 'each';
}

/** What it is asked for: to log agents in from a number to another, or to offer them something. */
export type AgentsRequest =
  | { readonly do: 'login'; readonly from: number; readonly to: number }
  | { readonly do: 'offer'; readonly rate: number; readonly seconds: number };

const { server, way } = JSON.parse(process.argv[2]!) as AgentsClientOptions;
const atOnce = 256;
const patience = { timeoutMs: 120_000 };
let link: Client | undefined;

async function clientOf(clientName: string): Promise<Client> {
  const identity = { clientName, clientType: 'AgentApplication' } as const;
  if (way === 'one' && link !== undefined) return link.addClient(identity, patience);
  const client = await connect({ server, ...identity, keepAliveMs: 0 });
  link ??= client;
  return client;
}

async function logIn(at: number): Promise<void> {
  const name = agentName(at);
  const client = await clientOf(name);
  await client.login({ agentId: name, media: { [medium]: true } }, patience);
}

async function logInAll(from: number, to: number): Promise<object> {
  const startMs = performance.now();
  if (from === 0) await logIn(from);
  let next = Math.max(from, 1);
  const lane = async (): Promise<void> => {
    while (next < to) await logIn(next++);
  };
  await Promise.all(Array.from({ length: atOnce }, lane));
  return { ms: performance.now() - startMs };
}

/** One to each agent in turn, none of which answers; times are those of the server. */
async function offer(rate: number, seconds: number): Promise<object> {
  const media = await connect({ server, clientName: 'bench.media', clientType: 'MediaServer' });
  const router = await connect({ server, clientName: 'bench.urs', clientType: 'RoutingEngine' });
  const [queue = ''] = queueNames(1);
  const call = { queue, mediaType: medium, interactionType: 'Inbound' } as const;
  const count = Math.floor(rate * seconds);
  const ids: string[] = [];
  for (let at = 0; at < count; at++) ids.push((await media.submit(call)).interactionId);
  await router.changeOptions({ 'collect-latency': 'true' });
  const offers: Promise<unknown>[] = [];
  await pace(rate, seconds, () => {
    const at = offers.length;
    if (at < count) offers.push(router.deliver(ids[at]!, { agentId: agentName(at), medium }));
  });
  await Promise.all(offers);
  const { latency } = await router.ping();
  return { count, p50Us: latency?.['other']?.p50Us, p99Us: latency?.['other']?.p99Us };
}

serve((request: AgentsRequest): Promise<object> =>
  request.do === 'login'
    ? logInAll(request.from, request.to)
    : offer(request.rate, request.seconds),
);
