/** A real server in this process with two partitions, and what stands between it and a client. */
import { connect as openSocket, createServer, type AddressInfo, type Socket } from 'node:net';
import { join } from 'node:path';
import type { Test } from 'tap';
import { connect, type Client, type ConnectOptions } from '../../lib/client/index.js';
import { formatEndpoint } from '../../lib/config/endpoint.js';
import { startServer, type Server, type StartOptions } from '../../lib/index.js';
import { directoryOf } from '../fixture/directory.js';

/** Queues of the server: the partition of each. */
const queues = { 'mail.in': 0, 'mail.done': 1, inbox: 0, archive: 1, 'demo.menu': 1 } as const;

/** Starts a server; stopped at the end of the test. */
export async function startReal(
  t: Test,
  { data = join(directoryOf(t), 'data'), ...options }: StartOptions & { data?: string } = {},
): Promise<Server> {
  const server = await startServer({
    listen: '127.0.0.1:0',
    withAdmin: false,
    threads: 1,
    partitions: 2,
    data,
    create: 'init',
    businessProcesses: [
      {
        name: 'mail',
        queues: Object.entries(queues).map(([name, partition]) => ({ name, partition })),
      },
    ],
    ...options,
  });
  t.teardown(() => server.stop());
  return server;
}

/** The address of a server, as `connect` takes it. */
export const addressOf = (server: Server): string => formatEndpoint(server.address);

/** A client of a server or relay, ended at the end of the test. */
export async function connectReal(
  t: Test,
  server: string,
  options: Partial<ConnectOptions> = {},
): Promise<Client> {
  const end = new AbortController();
  t.teardown(() => end.abort());
  return connect({
    server,
    clientName: 'tester',
    clientType: 'MediaServer',
    reconnect: { minMs: 1, maxMs: 20 },
    signal: end.signal,
    ...options,
  });
}

/** TCP in the middle: it passes bytes on until it is told otherwise. */
export interface Relay {
  readonly address: string;
  /** Connections that came so far. */
  readonly connections: number;
  /** From now on bytes of the present connections vanish both ways, and nobody is told. */
  goSilent(): void;
  /** From now on what the server sends on the present connections vanishes. */
  loseAnswers(): void;
  /** Ends the present connections. */
  cut(): void;
}

/** Relays a free port to the server. */
export async function startRelay(t: Test, server: Server): Promise<Relay> {
  const pairs: { near: Socket; far: Socket; lost: 'nothing' | 'answers' | 'all' }[] = [];
  const listener = createServer({ noDelay: true }, (near) => {
    const far = openSocket({ host: '127.0.0.1', port: server.address.port, noDelay: true });
    const pair: (typeof pairs)[number] = { near, far, lost: 'nothing' };
    pairs.push(pair);
    near.on('data', (bytes) => pair.lost !== 'all' && far.write(bytes));
    far.on('data', (bytes) => pair.lost === 'nothing' && near.write(bytes));
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ] as const) {
      socket.on('error', () => undefined);
      socket.on('close', () => pair.lost === 'nothing' && other.destroy());
    }
  });
  const cut = (): void => {
    for (const { near, far } of pairs) {
      near.destroy();
      far.destroy();
    }
  };
  const lose = (lost: 'answers' | 'all'): void => {
    for (const pair of pairs) pair.lost = lost;
  };
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
  t.teardown(() => {
    cut();
    listener.close();
  });
  const { port } = listener.address() as AddressInfo;
  return {
    address: `127.0.0.1:${port}`,
    get connections() {
      return pairs.length;
    },
    goSilent: () => lose('all'),
    loseAnswers: () => lose('answers'),
    cut,
  };
}
