/** So many puts always on their way; each lane waits for its own confirm only. */
import { Meter } from '../../support/meter.js';
import type { Load, LoadTask } from './contract.js';

export function submitLoad({ client, queues, makeRecord, inFlight }: LoadTask): Load {
  let made = 0;
  return async (limit) => {
    const meter = new Meter(limit);
    const lane = async (): Promise<void> => {
      for (;;) {
        const sentMs = performance.now();
        if (!meter.next(sentMs)) return;
        made += 1;
        const queue = queues[made % queues.length]!;
        await client.put(queue, makeRecord(made, queue));
        meter.answered(sentMs, performance.now());
      }
    };
    await Promise.all(Array.from({ length: inFlight }, lane));
    return meter.result();
  };
}
