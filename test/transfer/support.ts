/** Servers for transfers, and what a command has said of a file. */
import { join } from 'node:path';
import { Readable } from 'node:stream';
import type { Test } from 'tap';
import { connect, type Client } from '../../lib/client/index.js';
import { formatEndpoint } from '../../lib/config/endpoint.js';
import { type Server, startServer } from '../../lib/index.js';

export interface Running {
  readonly server: Server;
  readonly address: string;
  readonly admin: string;
  readonly client: Client;
}

/** A server with queues, each in the partition of its place in the list. */
export async function serverOf(
  t: Test,
  directory: string,
  queues: readonly string[],
  partitions = 1,
  listen = '127.0.0.1:0',
): Promise<Running> {
  const server = await startServer({
    data: join(directory),
    create: 'if-missing',
    listen,
    admin: '127.0.0.1:0',
    threads: 1,
    partitions,
    businessProcesses: [
      {
        name: 'p',
        queues: queues.map((name, index) => ({ name, partition: index % partitions })),
      },
    ],
  });
  const address = formatEndpoint(server.address);
  const client = await connect({ server: address, clientName: 'mail', clientType: 'MediaServer' });
  t.teardown(async () => {
    await client.close();
    await server.stop();
  });
  return { server, address, admin: formatEndpoint(server.adminAddress!), client };
}

/** Changes the configuration objects of a server; what the text does not name stays. */
export async function applyObjects(server: Server, text: string): Promise<object> {
  const file = Readable.from([Buffer.from(text)]);
  const options = { who: 'test', comment: '', dryRun: false, merge: true, prune: false };
  return server.objects.apply(file, options, { who: 'test' }, () => undefined);
}

/** A record that can be imported. */
export const record = (more: Record<string, string> = {}): Record<string, string> => ({
  Queue: 'one',
  MediaType: 'email',
  InteractionType: 'Inbound',
  ...more,
});

/** Interactions that wait in a queue. */
export async function waitingIn(client: Client, queue: string): Promise<number | undefined> {
  const [totals] = await client.queueStatistics([queue]);
  return totals?.waiting;
}
