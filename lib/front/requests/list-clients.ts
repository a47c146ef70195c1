/** RequestListClients: a page of those that the asker sees. */
import { inNextRound } from '../../clock.js';
import { limits } from '../../limits.js';
import type { Session } from '../../net/session.js';
import type { FrontRequest } from './front-request.js';

/** The body of an answer. */
type Body = Readonly<Record<string, unknown>>;

/** Whether a client that sees only some tenants sees this one. */
export const isSeen = ({ identity }: Session, tenants: readonly number[] | undefined): boolean =>
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

export const listClients: FrontRequest<'RequestListClients'> = {
  does: 'asks',
  turn: 'asks',
  open:
    ({ clock, clients, replies }) =>
    async (asking, asker, { ClientName, ClientType, After = 0 }) => {
      // Many pages do not follow one another in one turn of the event loop.
      await new Promise<void>((resolve) => inNextRound(clock, resolve));
      const found: Session[] = [];
      let next: number | undefined;
      for (const session of clients.after(After)) {
        if (!isSeen(session, asking.identity.tenants)) continue;
        const { clientName, clientType } = session.identity;
        if (ClientName !== undefined && ClientName !== clientName) continue;
        if (ClientType !== undefined && ClientType !== clientType) continue;
        if (found.length === limits.clientsPerList) {
          next = found.at(-1)!.number;
          break;
        }
        found.push(session);
      }
      const page = { Clients: found.map((one) => rowOf(one, asking)), Next: next };
      return () => replies.answer(asking.connection, asker, 'EventClientList', page);
    },
};
