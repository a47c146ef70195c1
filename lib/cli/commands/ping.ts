/** `ixion ping`: a sign of life, and the counters that are on. */
import { systemClock } from '../../clock.js';
import type { HandlersOf } from '../command.js';
import { exitCodes } from '../exit-codes.js';
import { withTimes } from '../present.js';
import { recordLines, toJson } from '../print.js';
import type { ping } from '../table/ping.js';
import { withClient } from '../with-client.js';

export const handlers: HandlersOf<typeof ping> = {
  async ''({ flags }, context) {
    const { output } = context;
    await withClient(flags, { clientType: 'ReportingEngine' }, context, async (client, signal) => {
      const startMs = systemClock.monotonicMs();
      const pong = await client.ping({ signal });
      const roundTripMs = Math.round((systemClock.monotonicMs() - startMs) * 1_000) / 1_000;
      const shown = { roundTripMs, ...withTimes(pong, 'serverTime') };
      const lines = flags.json ? [toJson(shown)] : recordLines(shown);
      for (const line of lines) await output.line(line);
    });
    return exitCodes.ok;
  },
};
