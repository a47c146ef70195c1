/** `ixion queue`: the durable totals of the queues, and what an administrator does to them. */
import type { HandlersOf } from '../command.js';
import { exitCodes } from '../exit-codes.js';
import { toJson } from '../print.js';
import { totalsLines, watchQueues } from '../queue-totals.js';
import type { queue as queueTable } from '../table/queue.js';
import { withClient } from '../with-client.js';

export const handlers: HandlersOf<typeof queueTable> = {
  async list({ flags, arguments: { queue: names } }, context) {
    const { output } = context;
    const { watch } = flags;
    const use = { clientType: 'ReportingEngine', reconnect: watch, endless: watch } as const;
    await withClient(flags, use, context, async (client, interrupted) => {
      const wanted = names.length > 0 ? names : undefined;
      if (watch) return watchQueues(wanted, { client, flags, interrupted, output });
      const totals = await client.queueStatistics(wanted, { signal: interrupted });
      for (const line of totalsLines(totals, flags.json)) await output.line(line);
    });
    return exitCodes.ok;
  },

  async 'reset-reasons'({ flags, arguments: { queue } }, context) {
    const { output } = context;
    await withClient(flags, { clientType: 'ReportingEngine' }, context, async (client, signal) => {
      await client.resetStopReasons(queue, { signal });
      await output.line(
        flags.json ? toJson({ queue, isReset: true }) : `reasons of ${queue} reset`,
      );
    });
    return exitCodes.ok;
  },
};
