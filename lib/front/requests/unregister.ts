/** RequestUnregisterClient: by then nothing of its client is under way any more; see `Fences`. */
import { IxionError } from '../../errors.js';
import type { FrontRequest } from './front-request.js';

export const unregister: FrontRequest<'RequestUnregisterClient'> = {
  does: 'leaves',
  turn: 'atOnce',
  open:
    ({ clients, replies, fences }) =>
    async (session, asker) => {
      const isBack = await clients.giveBack(session);
      const { connection } = session;
      return () => {
        const frames = clients.close(session, true);
        if (isBack) replies.ack(connection, asker);
        else replies.error(connection, asker, new IxionError('ReturnPending'));
        fences.again(connection, frames);
      };
    },
};
