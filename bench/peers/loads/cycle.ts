/**
 * So many records always between their put and their end. A cycle is over when both the put is
 * confirmed and the end is: some peers deliver before they confirm.
 */
import { Meter } from '../../support/meter.js';
import type { Load, LoadTask } from './contract.js';

interface Cycle {
  readonly sentMs: number;
  halfDone: boolean;
}

export async function cycleLoad(task: LoadTask): Promise<Load> {
  const { client, queues, makeRecord, inFlight } = task;
  const cycles = new Map<number, Cycle>();
  let made = 0;
  let meter = new Meter({ count: 0 });
  let ended: () => void = () => undefined;

  const half = (index: number): void => {
    const cycle = cycles.get(index);
    // A record of before that was delivered once more.
    if (cycle === undefined) return;
    if (!cycle.halfDone) {
      cycle.halfDone = true;
      return;
    }
    cycles.delete(index);
    meter.answered(cycle.sentMs, performance.now());
    if (!begin() && meter.inFlight === 0) ended();
  };
  const begin = (): boolean => {
    const sentMs = performance.now();
    if (!meter.next(sentMs)) return false;
    made += 1;
    const index = made;
    const queue = queues[index % queues.length]!;
    cycles.set(index, { sentMs, halfDone: false });
    void client.put(queue, makeRecord(index, queue)).then(() => half(index));
    return true;
  };
  await client.consume({ delivered: () => undefined, done: half });

  return (limit) =>
    new Promise((resolve) => {
      meter = new Meter(limit);
      ended = () => resolve(meter.result());
      for (let n = 0; n < inFlight; n += 1) begin();
    });
}
