/** The server's durable totals before and after the day, against what its clients were told. */
import type { QueueTotals } from '../client/index.js';
import { type Contact, type DayClient, queueNames, stepOptions, stopReasons } from './contact.js';

/** The totals of these queues, by name; a queue in several partitions is summed. */
export async function readTotals(
  client: DayClient,
  queues: readonly string[],
): Promise<Map<string, QueueTotals>> {
  const byName = new Map<string, QueueTotals>();
  for (const totals of await client.queueStatistics(queues, stepOptions)) {
    const sofar = byName.get(totals.queue);
    byName.set(totals.queue, sofar === undefined ? totals : addTotals(sofar, totals));
  }
  return byName;
}

function addTotals(a: QueueTotals, b: QueueTotals): QueueTotals {
  const reasons = new Set([...Object.keys(a.stopped), ...Object.keys(b.stopped)]);
  const stopped = [...reasons].map((reason) => [
    reason,
    (a.stopped[reason] ?? 0) + (b.stopped[reason] ?? 0),
  ]);
  return {
    queue: a.queue,
    partition: a.partition,
    submitted: a.submitted + b.submitted,
    entered: a.entered + b.entered,
    left: a.left + b.left,
    waiting: a.waiting + b.waiting,
    processing: a.processing + b.processing,
    stopped: Object.fromEntries(stopped),
    abandoned: a.abandoned + b.abandoned,
  };
}

/**
 * Where the growth of the server's totals is not what the clients did, one line each. Whatever
 * other clients did to these queues meanwhile shows here too.
 */
export function disagreements(
  contacts: readonly Contact[],
  process: string,
  before: ReadonlyMap<string, QueueTotals>,
  after: ReadonlyMap<string, QueueTotals>,
): string[] {
  const expected = expectedGrowth(contacts, process);
  const lines: string[] = [];
  for (const queue of new Set([...expected.keys(), ...after.keys()])) {
    const actual = growth(before.get(queue), after.get(queue));
    const wanted = expected.get(queue) ?? new Map<string, number>();
    for (const what of new Set([...wanted.keys(), ...actual.keys()])) {
      const [is, should] = [actual.get(what) ?? 0, wanted.get(what) ?? 0];
      if (is !== should) {
        lines.push(`queue ${queue}, ${what}: the server counted ${is}, its clients ${should}`);
      }
    }
  }
  return lines;
}

function expectedGrowth(
  contacts: readonly Contact[],
  process: string,
): Map<string, Map<string, number>> {
  const { menu, ofType } = queueNames(process);
  const expected = new Map<string, Map<string, number>>();
  const count = (queue: string, what: string): void => {
    const counts = expected.get(queue) ?? new Map<string, number>();
    counts.set(what, (counts.get(what) ?? 0) + 1);
    expected.set(queue, counts);
  };
  for (const contact of contacts) {
    if (contact.interactionId === undefined) continue;
    const typeQueue = ofType(contact.journey.type);
    const placed = contact.placedAtSeconds !== undefined;
    count(menu, 'submitted');
    if (placed) count(typeQueue, 'entered');
    const { outcome } = contact;
    count(
      placed ? typeQueue : menu,
      outcome === undefined ? 'present' : `stopped ${stopReasons[outcome]}`,
    );
  }
  return expected;
}

function growth(
  before: QueueTotals | undefined,
  after: QueueTotals | undefined,
): Map<string, number> {
  const counts = new Map<string, number>();
  const add = (what: string, amount: number): void =>
    void counts.set(what, (counts.get(what) ?? 0) + amount);
  for (const [totals, sign] of [
    [before, -1],
    [after, 1],
  ] as const) {
    if (totals === undefined) continue;
    add('submitted', sign * totals.submitted);
    add('entered', sign * totals.entered);
    add('present', sign * (totals.waiting + totals.processing));
    for (const [reason, number] of Object.entries(totals.stopped)) {
      add(`stopped ${reason}`, sign * number);
    }
  }
  return counts;
}
