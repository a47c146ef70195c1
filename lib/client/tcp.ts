/** The transports over TCP and TLS; the only file of the client that needs Node. */
import { connect, type Socket } from 'node:net';
import { IxionError } from '../errors.js';
import { isFault, readInteger } from '../text/index.js';
import type { Transport, TransportFactory, TransportHandlers } from './transport.js';
import type { ClientTlsOptions } from './types.js';

/**
 * Splits HOST:PORT; IPv6 in brackets.
 * @throws {IxionError} OptionInvalid
 */
function parseServer(server: string): { host: string; port: number } {
  const match = /^(?:\[([^\]]+)\]|([^:[\]]+)):(\d{1,5})$/.exec(server);
  const port = readInteger(match?.[3] ?? '', 0, 65_535);
  if (match === null || isFault(port)) {
    throw new IxionError('OptionInvalid', `"${server}" is not HOST:PORT`, {
      position: 'options.server',
      remedy: 'give HOST:PORT, an IPv6 address in brackets: [::1]:7488',
    });
  }
  return { host: match[1] ?? match[2] ?? '', port };
}

/** All that is read goes through one buffer of this size: frames are decoded where they are. */
const readBytes = 65_536;
/**
 * Bytes that Node may have on their way to the system before calls wait: several
 * writes of one turn.
 */
const writableHighWaterMark = 262_144;
/** For the system's own probes; the client's (`keepAliveMs`) notice a dead link earlier. */
const keepAliveInitialDelay = 30_000;
const socketOptions = {
  noDelay: true,
  keepAlive: true,
  keepAliveInitialDelay,
  writableHighWaterMark,
} as const;

function wrap(socket: Socket): Transport {
  return {
    write: (bytes) => socket.write(bytes),
    end: () => socket.destroySoon(),
    destroy: () => void socket.destroy(),
  };
}

/** Waits until a socket is open; `opened` is the event that says so. */
function open(
  socket: Socket,
  opened: 'connect' | 'secureConnect',
  handlers: TransportHandlers,
): Promise<Transport> {
  return new Promise((resolve, reject) => {
    let failure: Error | undefined;
    let connected = false;
    socket.on('drain', handlers.drained);
    socket.on('error', (error) => (failure = error));
    socket.on('close', () => {
      if (connected) handlers.closed(failure);
      else reject(failure ?? new Error('closed before it was open'));
    });
    socket.on(opened, () => {
      connected = true;
      resolve(wrap(socket));
    });
  });
}

function scheduled(
  factory: (server: string, handlers: TransportHandlers, signal: AbortSignal) => Promise<Transport>,
): TransportFactory {
  return Object.assign(factory, {
    schedule: (callback: () => void) => void setImmediate(callback),
  });
}

/** TCP without delay; many requests of one turn of the event loop share a write. */
export const tcpTransport: TransportFactory = scheduled(async (server, handlers, signal) => {
  const onread = {
    buffer: new Uint8Array(readBytes),
    callback(length: number, buffer: Uint8Array): boolean {
      handlers.data(buffer.subarray(0, length));
      return true;
    },
  };
  const socket = connect({ ...parseServer(server), ...socketOptions, signal, onread });
  return open(socket, 'connect', handlers);
});

/** The same over TLS. A server whose certificate is not trusted, or of another name, is refused. */
export function tlsTransport(options: ClientTlsOptions): TransportFactory {
  const { certificateAuthority: ca, certificate: cert, key, serverName: servername } = options;
  const given = Object.entries({ ca, cert, key, servername }).filter(([, value]) => value);
  return scheduled(async (server, handlers, signal) => {
    const tls = await import('node:tls');
    const socket = tls.connect({
      ...parseServer(server),
      ...socketOptions,
      ...Object.fromEntries(given),
      minVersion: 'TLSv1.2',
      rejectUnauthorized: true,
    });
    socket.on('data', handlers.data);
    const abort = (): void => void socket.destroy(new Error('aborted'));
    signal.addEventListener('abort', abort);
    socket.once('close', () => signal.removeEventListener('abort', abort));
    return open(socket, 'secureConnect', handlers);
  });
}
