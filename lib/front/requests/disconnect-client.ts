/**
 * RequestDisconnectClient: ends a client; answered when it is gone and what it
 * had is back, on disk.
 */
import { IxionError } from '../../errors.js';
import { type FrontRequest, whoAsks } from './front-request.js';
import { isSeen } from './list-clients.js';

export const disconnectClient: FrontRequest<'RequestDisconnectClient'> = {
  does: 'administers',
  turn: 'ends',
  open:
    ({ clients, replies, audit }) =>
    async (asking, asker, { ClientName, ClientNumber }) => {
      const session = clients.sessions.get(ClientNumber);
      const isKnown = session?.identity.clientName === ClientName;
      if (!isKnown || !isSeen(session, asking.identity.tenants)) {
        const detail = `no client "${ClientName}" has number ${ClientNumber}`;
        throw new IxionError('UnknownClient', detail);
      }
      if (session === asking) {
        const detail = 'this is the client that asks; it ends by RequestUnregisterClient';
        throw new IxionError('WrongAttributeType', detail);
      }
      audit?.note({
        event: 'client disconnected',
        ...whoAsks(asking),
        client: ClientName,
        number: ClientNumber,
        from: session.connection.remote,
      });
      if (!(await clients.disconnect(session))) throw new IxionError('ReturnPending');
      return () => replies.ack(asking.connection, asker);
    },
};
