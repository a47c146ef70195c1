/** RequestListInteractions. */
import { IxionError } from '../../errors.js';
import { isValidIdentifier } from '../../interaction/identifier.js';
import type { Listing, Page } from '../../mail/partition.js';
import type { FrontRequest } from './front-request.js';

export const listInteractions: FrontRequest<'RequestListInteractions'> = {
  does: 'asks',
  turn: 'asks',
  open:
    ({ links, replies, queues }) =>
    async ({ connection, identity }, asker, { Partition, Queue: queue, After: after }) => {
      const link = links[Partition];
      if (link === undefined) {
        throw new IxionError('WrongAttributeType', `there are ${links.length} partitions`);
      }
      if (queue !== undefined && !queues().has(queue)) {
        throw new IxionError('UnknownQueue', `no queue "${queue}"`);
      }
      if (after !== undefined && !isValidIdentifier(after)) {
        throw new IxionError('InvalidInteractionId', 'After cannot be an identifier');
      }
      const listing: Listing = { queue, after, tenants: identity.tenants };
      const { packed, next } = await link.ask<Page>({ type: 'list-interactions', listing });
      const page = { Interactions: packed, Next: next, Partitions: links.length };
      return () => replies.answer(connection, asker, 'EventInteractionList', page);
    },
};
