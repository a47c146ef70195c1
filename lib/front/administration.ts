/** What an administrator asks about clients: who there is, and to end one. */
import { IxionError } from '../errors.js';
import { limits } from '../limits.js';
import type { Session, SessionTable } from '../net/session.js';
import type { AttributesOf } from '../protocol/registry.js';
import type { Audit } from '../security/audit-log.js';
import type { Clients } from './clients.js';

/** The body of an answer. */
type Body = Readonly<Record<string, unknown>>;

/** Whether a client that sees only some tenants sees this one. */
const isSeen = ({ identity }: Session, tenants: readonly number[] | undefined): boolean =>
  tenants?.includes(identity.tenantId) !== false;

const rowOf = (session: Session, asker: Session): Body => {
  const { identity, application, connection } = session;
  return {
    ClientNumber: session.number,
    ClientName: identity.clientName,
    ClientType: identity.clientType,
    TenantId: identity.tenantId,
    Role: application?.role,
    Address: connection.remote,
    RegisteredAt: session.registeredAtMs,
    InFlight: session.inFlight,
    Subscriptions: session.subscriptions.size,
    HeldBytes: connection.account.sum,
    IsAsker: session === asker,
  };
};

/**
 * A page of the clients that `asker` sees. Waits for the next turn of the event loop, so that many pages
 * do not follow one another in one.
 */
export async function listClients(
  sessions: SessionTable,
  asker: Session,
  { ClientName, ClientType, After = 0 }: AttributesOf<'RequestListClients'>,
): Promise<Body> {
  await new Promise((resolve) => setImmediate(resolve));
  const { tenants } = asker.identity;
  const found: Session[] = [];
  for (const session of sessions) {
    if (session.number <= After || !isSeen(session, tenants)) continue;
    const { clientName, clientType } = session.identity;
    if (ClientName !== undefined && ClientName !== clientName) continue;
    if (ClientType !== undefined && ClientType !== clientType) continue;
    if (found.length === limits.clientsPerList) {
      return { Clients: found.map((one) => rowOf(one, asker)), Next: found.at(-1)!.number };
    }
    found.push(session);
  }
  return { Clients: found.map((one) => rowOf(one, asker)) };
}

/**
 * Ends a client; resolves when it is gone and what it had is back, on disk.
 * @throws {IxionError} (as a rejection) UnknownClient, WrongAttributeType, ReturnPending
 */
export async function disconnectClient(
  clients: Clients,
  audit: Audit | undefined,
  asker: Session,
  { ClientName, ClientNumber }: AttributesOf<'RequestDisconnectClient'>,
): Promise<void> {
  const { identity, application, connection } = asker;
  const session = clients.sessions.get(ClientNumber);
  if (session?.identity.clientName !== ClientName || !isSeen(session, identity.tenants)) {
    throw new IxionError('UnknownClient', `no client "${ClientName}" has number ${ClientNumber}`);
  }
  if (session === asker) {
    const detail = 'this is the client that asks; it ends by RequestUnregisterClient';
    throw new IxionError('WrongAttributeType', detail);
  }
  audit?.note({
    event: 'client disconnected',
    who: identity.clientName,
    role: application?.role,
    address: connection.remote,
    client: ClientName,
    number: ClientNumber,
    from: session.connection.remote,
  });
  if (!(await clients.disconnect(session))) throw new IxionError('ReturnPending');
}
