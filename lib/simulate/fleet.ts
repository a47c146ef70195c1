/** The clients of a day: a media server, a router, and the agents over a few connections. */
import { type Client, type ClientIdentity, connect } from '../client/index.js';
import type { DayClient } from './contact.js';

/** Connections that the agents share. */
const agentConnections = 4;

/** All clients of a day, registered. */
export interface Fleet {
  readonly media: DayClient;
  readonly router: DayClient;
  readonly agents: ReadonlyMap<string, DayClient>;
  close(): Promise<void>;
}

/**
 * Connects and registers the clients of a day; the signal closes them all at once.
 * @throws {IxionError} NoConnection when no server answers
 */
export async function openFleet(
  server: string | undefined,
  agentNames: readonly string[],
  signal?: AbortSignal,
): Promise<Fleet> {
  const opened: Client[] = [];
  const open = async (identity: ClientIdentity): Promise<Client> => {
    const client = await connect({
      ...identity,
      server,
      signal,
      requestTimeoutMs: 10_000,
      reconnect: { minMs: 20, maxMs: 500 },
    });
    opened.push(client);
    return client;
  };
  try {
    const media = await open({ clientName: 'simulated-media', clientType: 'MediaServer' });
    const router = await open({ clientName: 'simulated-router', clientType: 'RoutingEngine' });
    const agents = new Map<string, DayClient>();
    const links: Client[] = [];
    for (const [index, agentName] of agentNames.entries()) {
      const identity = { clientName: agentName, clientType: 'AgentApplication' } as const;
      const link = links[index % agentConnections];
      const client = link === undefined ? await open(identity) : await link.addClient(identity);
      if (link === undefined) links.push(client);
      else opened.push(client);
      agents.set(agentName, client);
    }
    return { media, router, agents, close: () => closeAll(opened) };
  } catch (error) {
    await closeAll(opened);
    throw error;
  }
}

async function closeAll(clients: readonly Client[]): Promise<void> {
  await Promise.all(clients.map((client) => client.close()));
}
