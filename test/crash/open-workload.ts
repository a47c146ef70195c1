/** Clients that wait for a server to come back, and workloads made of them. */
import { connect, type Client, type ClientType } from '../../lib/client/index.js';
import { ExpectedQueue } from './expected.js';
import type { KillableServer } from './killable-server.js';
import { Workload } from './workload.js';

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

/** Three queues in three partitions, others for each workload. */
export const queuesOfWorkload = (workload: number): ExpectedQueue[] =>
  [0, 1, 2].map(
    (queue) =>
      new ExpectedQueue(`workload${workload}.queue${queue}`, (workload + queue) % partitions),
  );

/** A workload whose two clients share a connection; `seed` is that of the whole run. */
export async function openWorkload(
  server: KillableServer,
  index: number,
  seed: number,
  queues: readonly ExpectedQueue[],
): Promise<{ workload: Workload; clients: Client[] }> {
  const name = `workload${index}`;
  const agent = await connectPatiently(server, `${name}.agent`, 'AgentApplication');
  const media = await agent.addClient({ clientName: `${name}.media`, clientType: 'MediaServer' });
  const workload = new Workload({ name, seed: seed + 1_000 * index, queues, agent, media });
  return { workload, clients: [agent, media] };
}
