/** The client SDK. `connect` gives a registered client; see `docs/reference/client.md`. */
import { IxionError } from '../errors.js';
import type { Client, ConnectOptions } from './types.js';

export { IxionError } from '../errors.js';
export type * from './types.js';
export type { Transport, TransportFactory, TransportHandlers } from './transport.js';

/**
 * Connects and registers.
 * @throws {IxionError} as the server refused the registration; Unavailable when no connection came
 *   about within `requestTimeoutMs`; Aborted
 */
export async function connect(options: ConnectOptions): Promise<Client> {
  throw new IxionError('Unavailable', `${options.server}: the client is not there yet`);
}
