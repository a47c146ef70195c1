/** The client SDK. `connect` gives a registered client; see `docs/reference/client.md`. */
import { connectOn } from './connect.js';
import { thisMachine } from './machine.js';
import type { Client, ConnectOptions } from './types.js';

export { IxionError, type ErrorName } from '../errors.js';
export {
  ActorType,
  InteractionState,
  interactionStateName,
  PartyOperation,
  VisibilityMode,
} from './records.js';
export type { ConnectedClient, SearchPart, SearchRequest } from './records.js';
export type * from './types.js';
export type { Transport, TransportFactory, TransportHandlers } from './transport.js';

/**
 * Connects and registers.
 * @throws {IxionError} as the server refused the registration; NoConnection when none came about
 *   within `requestTimeoutMs`, at once with `reconnect: false`; Aborted
 */
export async function connect(options: ConnectOptions): Promise<Client> {
  return await connectOn(thisMachine, options);
}
