/** Opens a connection and registers the first logical client on it. */
import { defaultAddresses } from '../default-addresses.js';
import { checkOptions } from './arguments.js';
import { aborted } from './backoff.js';
import { Connection } from './connection.js';
import { LogicalClient } from './logical-client.js';
import type { ClientMachine } from './machine.js';
import { ownError } from './rejection.js';
import type { TransportFactory } from './transport.js';
import type { Client, ConnectOptions } from './types.js';

const defaults = {
  server: defaultAddresses.listen,
  requestTimeoutMs: 30_000,
  reconnect: { minMs: 50, maxMs: 5_000 },
  keepAliveMs: 30_000,
} as const;

/** Loaded only when no transport is given, so that nothing of Node is imported elsewhere. */
async function tcp(tls: ConnectOptions['tls']): Promise<TransportFactory> {
  const { tcpTransport, tlsTransport } = await import('./tcp.js');
  if (tls === undefined || tls === false) return tcpTransport;
  return tlsTransport(tls === true ? {} : tls);
}

/**
 * Connects and registers a client that lives by this clock and draws from this source.
 * @throws {IxionError} as `connect`
 */
export async function connectOn(machine: ClientMachine, options: ConnectOptions): Promise<Client> {
  const wrong = checkOptions(options);
  if (wrong !== undefined) return wrong;
  const { signal, requestTimeoutMs = defaults.requestTimeoutMs } = options;
  const transport = options.transport ?? (await tcp(options.tls));
  if (signal?.aborted === true) throw ownError(aborted(signal), 'RequestRegisterClient');
  const connection = new Connection({
    machine,
    signal,
    server: options.server ?? defaults.server,
    reconnect: options.reconnect ?? defaults.reconnect,
    keepAliveMs: options.keepAliveMs ?? defaults.keepAliveMs,
    transport,
  });
  const client = new LogicalClient(connection, options, requestTimeoutMs);
  const joined = client.join({ timeoutMs: requestTimeoutMs });
  connection.start();
  await joined;
  return client;
}
