/** Clients that wait for a server to come back, and lanes made of them. */
import { connect, type Client, type ClientType } from '../../lib/client/index.js';
import { ExpectedQueue } from './expected.js';
import type { KillableServer } from './killable-server.js';
import { Lane } from './lane.js';

const partitions = 4;
const requestTimeoutMs = 120_000;

/** A client that tries to connect again at short intervals. */
export function connectPatiently(
  { listen }: KillableServer,
  clientName: string,
  clientType: ClientType,
): Promise<Client> {
  const reconnect = { minMs: 10, maxMs: 200 };
  return connect({ server: listen, clientName, clientType, requestTimeoutMs, reconnect });
}

/** Three queues in three partitions, others for each lane. */
export const queuesOfLane = (lane: number): ExpectedQueue[] =>
  [0, 1, 2].map(
    (queue) => new ExpectedQueue(`lane${lane}.queue${queue}`, (lane + queue) % partitions),
  );

/** A lane whose two clients share a connection; `seed` is that of the whole run. */
export async function openLane(
  server: KillableServer,
  index: number,
  seed: number,
  queues: readonly ExpectedQueue[],
): Promise<{ lane: Lane; clients: Client[] }> {
  const name = `lane${index}`;
  const agent = await connectPatiently(server, `${name}.agent`, 'AgentApplication');
  const media = await agent.addClient({ clientName: `${name}.media`, clientType: 'MediaServer' });
  const lane = new Lane({ name, seed: seed + 1_000 * index, queues, agent, media });
  return { lane, clients: [agent, media] };
}
