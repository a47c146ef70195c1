/**
 * RequestStartPlaceAgentStateReportingAll and RequestStopPlaceAgentStateReportingAll:
 * events begin and end.
 */
import { IxionError } from '../../errors.js';
import type { FrontRequest } from './front-request.js';

export const startReporting: FrontRequest<'RequestStartPlaceAgentStateReportingAll'> = {
  does: 'opens',
  turn: 'asks',
  open:
    ({ subscriptions, replies }) =>
    async (session, asker, body) => {
      const ack = await subscriptions.open(session, body);
      return () => {
        replies.ack(session.connection, asker, { ...ack });
        subscriptions.deliver(ack.SubscriptionId);
      };
    },
};

export const stopReporting: FrontRequest<'RequestStopPlaceAgentStateReportingAll'> = {
  does: 'letsGo',
  turn: 'atOnce',
  open:
    ({ subscriptions, replies }) =>
    (session, asker, { SubscriptionId }) => {
      if (!subscriptions.close(session, SubscriptionId)) {
        throw new IxionError('UnknownSubscription');
      }
      return () => replies.ack(session.connection, asker);
    },
};
