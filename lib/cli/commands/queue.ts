/** `ixion queue`: the durable totals of the queues, and what an administrator does to them. */
import type { HandlersOf } from '../command.js';
import { exitCodes } from '../exit-codes.js';
import { tableLines, toJson } from '../print.js';
import type { queue as queueTable } from '../table/queue.js';
import { withClient } from '../with-client.js';

const head = [
  'Queue',
  'Partition',
  'Waiting',
  'Processing',
  'Submitted',
  'Entered',
  'Left',
  'Stopped',
];

export const handlers: HandlersOf<typeof queueTable> = {
  async list({ flags, arguments: { queue: names } }, context) {
    const { output } = context;
    await withClient(flags, { clientType: 'ReportingEngine' }, context, async (client, signal) => {
      const totals = await client.queueStatistics(names.length > 0 ? names : undefined, { signal });
      if (flags.json) return void (await output.line(toJson(totals)));
      const rows = totals.map((queue) => [
        queue.queue,
        queue.partition,
        queue.waiting,
        queue.processing,
        queue.submitted,
        queue.entered,
        queue.left,
        Object.entries(queue.stopped)
          .map(([reason, count]) => `${reason} ${count}`)
          .join(', '),
      ]);
      for (const line of tableLines(head, rows)) await output.line(line);
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
