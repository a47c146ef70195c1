/** The transport over TCP; the only file of the client that needs Node. */
import { connect, type Socket } from 'node:net';
import { IxionError } from '../errors.js';
import type { Transport, TransportFactory, TransportHandlers } from './transport.js';

/**
 * Splits HOST:PORT; IPv6 in brackets.
 * @throws {IxionError} OptionInvalid
 */
function parseServer(server: string): { host: string; port: number } {
  const match = /^(?:\[([^\]]+)\]|([^:[\]]+)):(\d{1,5})$/.exec(server);
  const port = Number(match?.[3]);
  if (match === null || port > 65_535) {
    throw new IxionError('OptionInvalid', `"${server}" is not HOST:PORT`);
  }
  return { host: match[1] ?? match[2] ?? '', port };
}

/** All that is read goes through one buffer of this size: frames are decoded where they stand. */
const readBytes = 65_536;

function wrap(socket: Socket): Transport {
  return {
    write: (bytes) => socket.write(bytes),
    pause: () => void socket.pause(),
    resume: () => void socket.resume(),
    end: () => socket.destroySoon(),
    destroy: () => void socket.destroy(),
  };
}

function open(
  server: string,
  handlers: TransportHandlers,
  signal: AbortSignal,
): Promise<Transport> {
  return new Promise((resolve, reject) => {
    const { host, port } = parseServer(server);
    const onread = {
      buffer: new Uint8Array(readBytes),
      callback(length: number, buffer: Uint8Array): boolean {
        handlers.data(buffer.subarray(0, length));
        return true;
      },
    };
    const socket = connect({ host, port, noDelay: true, keepAlive: true, signal, onread });
    let failure: Error | undefined;
    let connected = false;
    socket.on('drain', handlers.drained);
    socket.on('error', (error) => (failure = error));
    socket.on('close', () => {
      if (connected) handlers.closed(failure);
      else reject(failure ?? new Error('closed before it was open'));
    });
    socket.on('connect', () => {
      connected = true;
      resolve(wrap(socket));
    });
  });
}

/** TCP without delay; requests of one turn of the event loop share one write. */
export const tcpTransport: TransportFactory = Object.assign(open, {
  schedule: (callback: () => void) => void setImmediate(callback),
});
