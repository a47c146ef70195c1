/** RequestPing. */
import { readKpi } from '../../counters/kpi.js';
import type { FrontRequest } from './front-request.js';

export const ping: FrontRequest<'RequestPing'> = {
  does: 'looks',
  turn: 'atOnce',
  open:
    ({ replies, counters, clock, clockStatus }) =>
    ({ connection }, asker) => {
      const told = clockStatus?.();
      const body = {
        ...readKpi(counters),
        ServerTime: Math.floor(clock.nowMs()),
        ClockSteps: told?.steps,
        PartitionsAheadMs: told?.partitionsAheadMs,
      };
      return () => replies.answer(connection, asker, 'EventPing', body);
    },
};
