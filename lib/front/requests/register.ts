/**
 * RequestRegisterClient, the only request without a client that sends it: it makes one. Its
 * requests may follow at once.
 */
import type { Connection } from '../../net/connection.js';
import type { Session } from '../../net/session.js';
import type { AttributesOf } from '../../protocol/registry.js';
import type { Asker } from '../../protocol/replies.js';
import type { Answering, FrontParts } from './front-request.js';

/** A client that has been made, and the answer, which may have to wait. */
interface Registered {
  readonly session: Session;
  readonly answer: Answering | Promise<Answering>;
}

/** @throws {IxionError} what `Clients.open` throws */
export function register(
  { clients, replies, serverVersion, store }: FrontParts,
  connection: Connection,
  asker: Asker,
  body: AttributesOf<'RequestRegisterClient'>,
): Registered {
  const { proxyClient } = asker;
  const { session, owned } = clients.open(connection, proxyClient, body);
  const ack = (interactions: readonly string[]): void =>
    replies.ack(connection, asker, {
      ProxyClientId: proxyClient,
      ServerVersion: serverVersion,
      ...store,
      HeldInteractions: interactions,
      ...(body.ClientTypeByRole === true && { ClientType: session.identity.clientType }),
    });
  if (owned === undefined) return { session, answer: () => ack([]) };
  return { session, answer: owned.then((interactions) => () => ack(interactions)) };
}
