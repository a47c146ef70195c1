/** A client whose session another connection takes over while its requests are under way. */
import t from 'tap';
import { errorTable } from '../../lib/errors.js';
import { RouteKind } from '../../lib/protocol/message.js';
import { ManualClock } from '../simulate/manual-clock.js';
import { errorOf, eventually, type RawClient, startHarness } from './harness.js';

const byQueue = (key: string) => ({ kind: RouteKind.queue, key });
const agent = { ClientType: 'AgentApplication', SessionKey: new Uint8Array(16).fill(7) };
const isReplaced = ({ received }: RawClient): boolean =>
  received.some(({ message, body }) => {
    const { SessionReplaced } = errorTable;
    return message === 187 && body['ErrorCode'] === SessionReplaced.code;
  });

t.test('what it left unanswered counts for nobody, and the next one takes over too', async (t) => {
  const clock = new ManualClock();
  const limits = { requestsInFlightPerConnection: 3 };
  const { connect, front, partitions } = await startHarness(t, limits, undefined, { clock });
  for (const partition of partitions) partition.onAsk = () => [];
  partitions[0]!.onFrame = () => undefined;
  const takeOver = async (from: RawClient): Promise<RawClient> => {
    const client = await connect();
    client.send(100, 1, { ClientName: 'test', ProtocolVersion: 1, ...agent });
    await eventually(() => {
      // The time that it has to answer what is under way.
      clock.advanceTo(clock.now + 100);
      return isReplaced(from);
    });
    t.equal(errorOf(await client.answer(1)), 0);
    return client;
  };

  const first = await connect();
  await first.register(1, agent, 1);
  await first.register(2, {}, 2);
  const before = front.counts().held.requests;
  for (let reference = 10; reference < 13; reference++) {
    first.send(108, reference, { Extension: new Uint8Array(60_000) }, byQueue('first'));
  }
  await eventually(() => front.counts().held.requests > before + 180_000);
  const busy = await first.ask(101, 20, {}, { ...byQueue('second'), proxyClient: 2 });
  t.equal(errorOf(busy), errorTable.Busy.code);

  const second = await takeOver(first);
  t.equal(front.counts().inFlight, 0);
  t.equal(front.counts().held.requests, before, 'nothing is held for what nobody waits for');
  const goesOn = await first.ask(101, 21, {}, { ...byQueue('second'), proxyClient: 2 });
  t.equal(goesOn.message, 125, 'another client of its connection');

  const third = await takeOver(second);
  t.equal((await third.ask(101, 2, {}, byQueue('second'))).message, 125);
  t.equal(front.counts().sessions, 2);
});
