/** The client SDK. `connect` gives a registered client; see `docs/reference/client.md`. */
import { defaultAddresses } from '../default-addresses.js';
import { checkOptions } from './arguments.js';
import { aborted } from './backoff.js';
import { Connection } from './connection.js';
import { LogicalClient } from './logical-client.js';
import { ownError } from './rejection.js';
import type { TransportFactory } from './transport.js';
import type { Client, ConnectOptions } from './types.js';

export { IxionError, type ErrorName } from '../errors.js';
export { ActorType, InteractionState, interactionStateName } from './records.js';
export type { ConnectedClient, SearchPart, SearchRequest } from './records.js';
export type * from './types.js';
export type { Transport, TransportFactory, TransportHandlers } from './transport.js';

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
 * Connects and registers.
 * @throws {IxionError} as the server refused the registration; NoConnection when none came about
 *   within `requestTimeoutMs`, at once with `reconnect: false`; Aborted
 */
export async function connect(options: ConnectOptions): Promise<Client> {
  const wrong = checkOptions(options);
  if (wrong !== undefined) return wrong;
  const { signal, requestTimeoutMs = defaults.requestTimeoutMs } = options;
  const transport = options.transport ?? (await tcp(options.tls));
  if (signal?.aborted === true) throw ownError(aborted(signal), 'RequestRegisterClient');
  const connection = new Connection({
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
