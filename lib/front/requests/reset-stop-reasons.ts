/** RequestResetStopReasons. */
import { IxionError } from '../../errors.js';
import { partitionsOf } from '../../queue/entry.js';
import { type FrontRequest, whoAsks } from './front-request.js';

export const resetStopReasons: FrontRequest<'RequestResetStopReasons'> = {
  does: 'administers',
  turn: 'asks',
  open:
    ({ links, replies, queues, audit }) =>
    async (session, asker, { Queue: name }) => {
      const queue = queues().get(name);
      if (queue === undefined) throw new IxionError('UnknownQueue', `no queue "${name}"`);
      const message = { type: 'fold-reasons', queues: [name] } as const;
      const places = partitionsOf(queue, links.length);
      const done = await Promise.all(places.map((place) => links[place]!.ask<boolean>(message)));
      if (done.includes(false)) throw new IxionError('Unavailable');
      audit?.note({ event: 'stop reasons reset', ...whoAsks(session), queue: name });
      return () => replies.ack(session.connection, asker);
    },
};
