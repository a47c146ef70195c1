import t from 'tap';
import { errorTable } from '../../lib/errors.js';
import { RouteKind } from '../../lib/protocol/message.js';
import { eventually, registration, startHarness } from './harness.js';

const code = (name: keyof typeof errorTable): number => errorTable[name].code;
const byId = { kind: RouteKind.id, key: 'some-id' };

t.test('anything before the registration is NotRegistered, with its reference', async (t) => {
  const { connect, partitions } = await startHarness(t);
  const client = await connect();
  const answer = await client.ask(102, 77, { InteractionId: 'some-id' }, byId);
  t.match(answer, { message: 126, reference: 77, proxyClient: 1 });
  t.equal(answer.body['ErrorCode'], code('NotRegistered'));
  t.equal((await client.register(1)).message, 125);
  const other = await client.ask(175, 2, {}, { proxyClient: 5 });
  t.equal(other.body['ErrorCode'], code('NotRegistered'), 'each ProxyClientId by itself');
  t.equal(partitions.flatMap(({ frames }) => frames).length, 0);
});

t.test(
  'a registration reaches every partition before the first frame of its session',
  async (t) => {
    const { connect, partitions } = await startHarness(t);
    const client = await connect();
    const submit = client.frame(101, 2, {}, { kind: RouteKind.queue, key: 'second' });
    client.socket.write(Buffer.concat([client.frame(100, 1, registration), submit]));
    t.equal((await client.answer(2)).message, 125);
    t.same(partitions[0]!.order, ['session-opened']);
    t.same(partitions[1]!.order, ['session-opened', 'frame']);
    const [opened] = partitions[1]!.told('session-opened');
    t.match(opened, {
      info: { session: 1, clientName: 'test', clientType: 'MediaServer', tenantId: 1 },
    });
    t.match(opened!.info.sessionKey, /^[0-9a-f]{32}$/);
    t.equal(partitions[1]!.frames[0]!.session, 1);
    t.match((await client.answer(1)).body, {
      Extension: { ProxyClientId: 1, ServerVersion: '0.0.0-test', HeldInteractions: [] },
    });
  },
);

t.test('a registration that cannot be is refused', async (t) => {
  const { connect, front } = await startHarness(t, { clientsPerConnection: 2, sessions: 3 });
  const client = await connect();
  const refused = async (reference: number, body: object, proxyClient = 1): Promise<number> => {
    const answer = await client.register(reference, { ...body }, proxyClient);
    t.equal(answer.message, 126);
    return answer.body['ErrorCode'];
  };
  t.equal(await refused(1, { ProtocolVersion: 2 }), code('UnsupportedProtocolVersion'));
  t.equal(await refused(2, { ClientType: 'Router' }), code('WrongAttributeType'));
  t.equal(await refused(3, { ClientName: '' }), code('WrongAttributeType'));
  t.equal(await refused(4, { ClientName: undefined }), code('MissingAttribute'));
  t.equal(await refused(5, { SessionKey: new Uint8Array(15) }), code('WrongAttributeType'));
  t.equal(await refused(6, { Nonsense: 1 }), code('UnknownAttribute'));
  t.equal(front.counts().sessions, 0);

  t.equal((await client.register(7)).message, 125);
  t.equal(await refused(8, {}), code('AlreadyRegistered'));
  t.equal((await client.register(9, {}, 2)).message, 125);
  t.equal(await refused(10, {}, 3), code('TooManyClients'), 'of the connection');
  const other = await connect();
  t.equal((await other.register(1)).message, 125);
  const last = await other.register(2, {}, 2);
  t.equal(last.body['ErrorCode'], code('TooManyClients'), 'of the server');
});

t.test('unregistering releases what is held, and frees the ProxyClientId', async (t) => {
  const { connect, partitions, front } = await startHarness(t);
  const client = await connect();
  await client.register(1);
  t.equal((await client.ask(174, 2)).message, 125);
  for (const partition of partitions) {
    t.same(partition.told('session-closed'), [
      { type: 'session-closed', session: 1, release: true },
    ]);
  }
  t.equal((await client.ask(175, 3)).body['ErrorCode'], code('NotRegistered'));
  t.equal((await client.register(4)).message, 125);
  t.equal(partitions[0]!.told('session-opened')[1]!.info.session, 2, 'a number of its own');
  t.equal(front.counts().sessions, 1);
});

t.test('a lost link closes its sessions without release', async (t) => {
  const { connect, partitions, front } = await startHarness(t);
  const client = await connect();
  await client.register(1);
  await client.register(2, {}, 2);
  client.socket.destroy();
  await eventually(() => front.counts().connections === 0);
  t.same(partitions[0]!.told('session-closed'), [
    { type: 'session-closed', session: 1, release: false },
    { type: 'session-closed', session: 2, release: false },
  ]);
  t.equal(front.counts().sessions, 0);
});

t.test('a session key brings back what it holds, and replaces a live session', async (t) => {
  const { connect, partitions, front } = await startHarness(t);
  const key = Uint8Array.from({ length: 16 }, (_, index) => index);
  const hex = '000102030405060708090a0b0c0d0e0f';
  for (const partition of partitions) {
    partition.onAsk = (message) => {
      t.match(message, { type: 'held-interactions', sessionKey: hex });
      return [`held-in-${partition.number}`];
    };
  }
  const first = await connect();
  const held = ['held-in-0', 'held-in-1'];
  t.same((await first.register(1, { SessionKey: key })).body['Extension'].HeldInteractions, held);
  t.equal((await first.register(2, {}, 2)).message, 125, 'another client of the connection');
  const second = await connect();
  await second.register(1, { SessionKey: key });
  await first.until(() => first.received.some(({ message }) => message === 187));
  const ended = first.received.find(({ message }) => message === 187)!;
  t.match(ended, { reference: 0, proxyClient: 1, body: { ErrorCode: code('SessionReplaced') } });
  t.same(partitions[0]!.order, [
    ...['session-opened', 'held-interactions', 'session-opened'],
    ...['session-closed', 'session-opened', 'held-interactions'],
  ]);
  t.same(partitions[0]!.told('session-closed'), [
    { type: 'session-closed', session: 1, release: false },
  ]);
  t.equal((await first.ask(175, 3, {}, { proxyClient: 2 })).message, 175, 'the other one goes on');
  t.equal((await first.ask(175, 4)).body['ErrorCode'], code('NotRegistered'));
  t.equal(front.counts().sessions, 2);
});

t.test('a partition that cannot say what is held makes the registration fail', async (t) => {
  const { connect, partitions, front } = await startHarness(t);
  const { IxionError } = await import('../../lib/errors.js');
  partitions[0]!.onAsk = () => [];
  partitions[1]!.onAsk = () => {
    throw new IxionError('Unavailable');
  };
  const client = await connect();
  const answer = await client.register(1, { SessionKey: new Uint8Array(16) });
  t.equal(answer.body['ErrorCode'], code('Unavailable'));
  t.same(front.counts(), {
    connections: 1,
    sessions: 0,
    subscriptions: 0,
    inFlight: 0,
    unreadBytes: 0,
  });
  t.equal(partitions[0]!.told('session-closed').length, 1);
});

t.test('a connection without a registered client is closed after the timeout', async (t) => {
  const { connect, front } = await startHarness(t, { registrationTimeoutMs: 40 });
  const [idle, registered, left] = [await connect(), await connect(), await connect()];
  await registered.register(1);
  await left.register(1);
  await left.ask(174, 2);
  await Promise.all([idle.end(), left.end()]);
  t.equal((await registered.ask(175, 2)).message, 175);
  t.equal(front.counts().connections, 1);
});

t.test('a connection above the limit is told so and closed', async (t) => {
  const { connect, front } = await startHarness(t, { connections: 1 });
  const client = await connect();
  await client.register(1);
  const second = await connect();
  await second.end();
  t.match(second.received, [{ message: 126, body: { ErrorCode: code('TooManyConnections') } }]);
  t.equal((await client.ask(175, 2)).message, 175);
  client.socket.destroy();
  await eventually(() => front.counts().connections === 0);
  const third = await connect();
  t.equal((await third.register(1)).message, 125, 'room again');
});
