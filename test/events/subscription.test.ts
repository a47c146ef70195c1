/** A reader of events gives its partition back to others after a bounded piece of work. */
import t from 'tap';
import { Subscription } from '../../lib/events/subscription.js';
import { ActorType, EventNumber, type EventRow } from '../../lib/interaction/event.js';

const perRow = 100;
const last = 100_000;

/** Rows of a store in which all events are of tenant 2. */
const read = (sequence: number, count: number): EventRow[] =>
  Array.from({ length: count }, (_, index) => ({
    firstSequence: sequence - ((sequence - 1) % perRow) + index * perRow,
    timeMs: 1,
    events: Array.from({ length: perRow }, () => ({
      event: EventNumber.Held,
      interactionId: 'X',
      version: 1,
      state: 0,
      queue: 'queue',
      tenantId: 2,
      cause: { actorType: ActorType.server, actorId: '' },
      details: undefined,
    })),
  }));

const readerOf = (tenant: number): Subscription =>
  new Subscription({
    subscription: 1,
    partition: 0,
    proxyClient: 1,
    tenants: new Set([tenant]),
    nextSequence: 1,
  });

t.test('also when it wants none of the events', async (t) => {
  const reader = readerOf(1);
  let reads = 0;
  const counted = (sequence: number, count: number): EventRow[] => {
    reads++;
    return read(sequence, count);
  };
  let pumps = 1;
  while (reader.pump(last, counted, () => t.fail('it wants none'))) pumps++;
  t.ok(pumps > 10, `${pumps} pieces of work`);
  t.equal(reads, Math.ceil(last / perRow / 8), 'each row read once');
});

t.test('events that it wants stop at its credit', async (t) => {
  const reader = readerOf(2);
  let bytes = 0;
  const send = (_: Uint8Array, start: number, end: number): void => void (bytes += end - start);
  while (reader.pump(last, read, send));
  const sent = bytes;
  t.ok(sent > 0 && sent < 2 ** 21, `${sent} bytes`);
  t.notOk(reader.pump(last, read, send));
  t.equal(bytes, sent, 'no more without credit');
  reader.giveCredit(sent);
  t.ok(reader.pump(last, read, send));
  t.ok(bytes > sent);
});
