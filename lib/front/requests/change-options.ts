/** RequestChangeOptions. */
import { applyKpiOptions } from '../../counters/kpi.js';
import { unpackKeyValues } from '../../interaction/attached-data.js';
import { type FrontRequest, whoAsks } from './front-request.js';

export const changeOptions: FrontRequest<'RequestChangeOptions'> = {
  does: 'administers',
  turn: 'atOnce',
  open:
    ({ counters, replies, audit }) =>
    (session, asker, { Options }) => {
      const changed = unpackKeyValues(Options);
      applyKpiOptions(counters, changed);
      audit?.note({ event: 'options changed', ...whoAsks(session), options: changed });
      return () => replies.ack(session.connection, asker);
    },
};
