/** The clients of a day: a media server, a router, and the agents over a few connections. */
import { connectOn } from '../client/connect.js';
import type { Client, ClientIdentity, ConnectOptions } from '../client/index.js';
import { type ClientMachine, thisMachine } from '../client/machine.js';
import type { DayClient } from './contact.js';
import type { DesktopClient, RouterClient } from './invite.js';

/** Connections that the agents share. */
const agentConnections = 4;

/** All clients of a day, registered. */
export interface Fleet {
  readonly media: DayClient;
  readonly router: DayClient;
  readonly agents: ReadonlyMap<string, DayClient>;
  /** The same, for who invites agents; absent: that cannot be done. */
  readonly inviting?:
    | { readonly router: RouterClient; readonly agents: ReadonlyMap<string, DesktopClient> }
    | undefined;
  close(): Promise<void>;
}

/** How the clients of a day reach a server. */
export interface FleetOptions extends Pick<
  ConnectOptions,
  'server' | 'signal' | 'tls' | 'transport' | 'keepAliveMs'
> {
  /** What the clients live by; absent: the machine. */
  readonly machine?: ClientMachine | undefined;
  /**
   * The application that all of them register as, where a server tells applications apart: its role
   * must be admin, the only one that is of every type. Absent: each has its own name.
   */
  readonly application?: { readonly name: string; readonly token: string } | undefined;
}

/**
 * Connects and registers the clients of a day; the signal closes them all at once.
 * @throws {IxionError} NoConnection when no server answers, InvalidCredentials, NotPermitted
 */
export async function openFleet(
  { application, machine = thisMachine, ...way }: FleetOptions,
  agentNames: readonly string[],
): Promise<Fleet> {
  const opened: Client[] = [];
  const shown = application && { clientName: application.name, credentials: application.token };
  const named = (identity: ClientIdentity): ClientIdentity => ({ ...identity, ...shown });
  const open = async (identity: ClientIdentity): Promise<Client> => {
    const client = await connectOn(machine, {
      ...named(identity),
      ...way,
      requestTimeoutMs: 10_000,
      reconnect: { minMs: 20, maxMs: 500 },
    });
    opened.push(client);
    return client;
  };
  try {
    const media = await open({ clientName: 'simulated-media', clientType: 'MediaServer' });
    const router = await open({ clientName: 'simulated-router', clientType: 'RoutingEngine' });
    const agents = new Map<string, Client>();
    const links: Client[] = [];
    for (const [index, agentName] of agentNames.entries()) {
      const identity = { clientName: agentName, clientType: 'AgentApplication' } as const;
      const link = links[index % agentConnections];
      const client =
        link === undefined ? await open(identity) : await link.addClient(named(identity));
      if (link === undefined) links.push(client);
      else opened.push(client);
      agents.set(agentName, client);
    }
    const inviting = { router, agents };
    return { media, router, agents, inviting, close: () => closeAll(opened) };
  } catch (error) {
    await closeAll(opened);
    throw error;
  }
}

async function closeAll(clients: readonly Client[]): Promise<void> {
  await Promise.all(clients.map((client) => client.close()));
}
