/**
 * Binds the admin address early, so that an address in use is known before the server is ready,
 * while the HTTP side is loaded only afterwards. Connections that come before then wait.
 */
import { type AddressInfo, type Server, type Socket, createServer } from 'node:net';
import { AdminGate, type GateOptions } from './gate.js';

/** Connections above the limit that may be there at once while another makes room. */
const aboveMax = 64;

export interface ReservedAddress {
  readonly host: string;
  readonly port: number;
  /** Says who may stay. */
  readonly gate: AdminGate;
  /** Calls back when the first connection waits. */
  whenWanted(wanted: () => void): void;
  /** Hands over the connections that wait, and all to come. */
  serve(onConnection: (socket: Socket) => void): void;
  /** Takes no more connections and ends all. */
  close(): void;
}

/** Binds; rejects with the system's error. Does not keep the process alive by itself. */
export async function reserveAddress(
  listen: { readonly host: string; readonly port: number },
  options: GateOptions,
): Promise<ReservedAddress> {
  const gate = new AdminGate(options);
  const waiting = new Set<Socket>();
  // Answers leave in several pieces; the last must not wait for the client's word of the first.
  const server = createServer({ noDelay: true });
  server.maxConnections = gate.connections + aboveMax;
  let take = (socket: Socket): void => {
    waiting.add(socket);
    socket.once('close', () => waiting.delete(socket));
  };
  server.on('connection', (socket) => {
    socket.on('error', () => socket.destroy());
    if (gate.enter(socket)) take(socket);
  });
  await bind(server, listen);
  const bound = server.address() as AddressInfo;
  return {
    host: bound.address,
    port: bound.port,
    gate,
    whenWanted(wanted) {
      if (waiting.size > 0) wanted();
      else server.once('connection', wanted);
    },
    serve(onConnection) {
      take = onConnection;
      for (const socket of waiting) onConnection(socket);
      waiting.clear();
    },
    close() {
      server.close();
      gate.close();
    },
  };
}

function bind(server: Server, { host, port }: { host: string; port: number }): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host, port }, () => {
      server.off('error', reject);
      server.on('error', () => undefined);
      resolve();
    });
  });
}
