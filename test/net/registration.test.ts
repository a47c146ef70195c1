import t from 'tap';
import { errorTable } from '../../lib/errors.js';
import { RouteKind } from '../../lib/protocol/message.js';
import { errorOf, eventually, extensionOf, registration, startHarness } from './harness.js';

const code = (name: keyof typeof errorTable): number => errorTable[name].code;
const byId = { kind: RouteKind.id, key: 'some-id' };

t.test('anything before the registration is NotRegistered, with its reference', async (test) => {
  const { connect, partitions } = await startHarness(test);
  const client = await connect();
  const answer = await client.ask(102, 77, { InteractionId: 'some-id' }, byId);
  test.match(answer, { message: 126, reference: 77, proxyClient: 1 });
  test.equal(errorOf(answer), code('NotRegistered'));
  test.equal((await client.register(1)).message, 125);
  const other = await client.ask(175, 2, {}, { proxyClient: 5 });
  test.equal(errorOf(other), code('NotRegistered'), 'each ProxyClientId by itself');
  test.equal(partitions.flatMap(({ frames }) => frames).length, 0);
});

t.test(
  'a registration reaches every partition before the first frame of its session',
  async (test) => {
    const { connect, partitions } = await startHarness(test);
    const client = await connect();
    const submit = client.frame(101, 2, {}, { kind: RouteKind.queue, key: 'second' });
    client.socket.write(Buffer.concat([client.frame(100, 1, registration), submit]));
    test.equal((await client.answer(2)).message, 125);
    test.same(partitions[0]!.order, ['session-opened']);
    test.same(partitions[1]!.order, ['session-opened', 'frame']);
    const [opened] = partitions[1]!.told('session-opened');
    test.match(opened, {
      info: { number: 1, clientName: 'test', clientType: 'MediaServer', tenantId: 1 },
    });
    test.match(opened!.info.sessionKey, /^[0-9a-f]{32}$/);
    test.equal(partitions[1]!.frames[0]!.session, 1);
    test.match((await client.answer(1)).body, {
      Extension: { ProxyClientId: 1, ServerVersion: '0.0.0-test', HeldInteractions: [] },
    });
  },
);

t.test('a registration that cannot be is refused', async (test) => {
  const { connect, front } = await startHarness(test, { clientsPerConnection: 2, sessions: 3 });
  const client = await connect();
  const refused = async (reference: number, body: object, proxyClient = 1): Promise<number> => {
    const answer = await client.register(reference, { ...body }, proxyClient);
    test.equal(answer.message, 126);
    return errorOf(answer);
  };
  test.equal(await refused(1, { ProtocolVersion: 2 }), code('UnsupportedProtocolVersion'));
  test.equal(await refused(2, { ClientType: 'Router' }), code('WrongAttributeType'));
  test.equal(await refused(3, { ClientName: '' }), code('AttributeTooShort'));
  test.equal(await refused(4, { ClientName: undefined }), code('MissingAttribute'));
  test.equal(await refused(5, { SessionKey: new Uint8Array(15) }), code('WrongAttributeType'));
  test.equal(await refused(6, { Nonsense: 1 }), code('UnknownAttribute'));
  test.equal(front.counts().sessions, 0);

  test.equal((await client.register(7)).message, 125);
  test.equal(await refused(8, {}), code('AlreadyRegistered'));
  test.equal((await client.register(9, {}, 2)).message, 125);
  test.equal(await refused(10, {}, 3), code('TooManyClients'), 'of the connection');
  const other = await connect();
  test.equal((await other.register(1)).message, 125);
  const last = await other.register(2, {}, 2);
  test.equal(errorOf(last), code('TooManyClients'), 'of the server');
});

t.test('unregistering releases what is held, and frees the ProxyClientId', async (test) => {
  const { connect, partitions, front } = await startHarness(test);
  const client = await connect();
  await client.register(1);
  test.equal((await client.ask(174, 2)).message, 125);
  for (const partition of partitions) {
    test.same(partition.told('session-closed'), [
      { type: 'session-closed', session: 1, release: true },
    ]);
  }
  test.equal(errorOf(await client.ask(175, 3)), code('NotRegistered'));
  test.equal((await client.register(4)).message, 125);
  test.equal(partitions[0]!.told('session-opened')[1]!.info.number, 2, 'a number of its own');
  test.equal(front.counts().sessions, 1);
});

t.test('a lost link closes its sessions without release', async (test) => {
  const { connect, partitions, front } = await startHarness(test);
  const client = await connect();
  await client.register(1);
  await client.register(2, {}, 2);
  client.socket.destroy();
  await eventually(() => front.counts().connections === 0);
  test.same(partitions[0]!.told('session-closed'), [
    { type: 'session-closed', session: 1, release: false },
    { type: 'session-closed', session: 2, release: false },
  ]);
  test.equal(front.counts().sessions, 0);
});

t.test('a session key brings back what it holds, and replaces a live session', async (test) => {
  const { connect, partitions, front } = await startHarness(test);
  const key = Uint8Array.from({ length: 16 }, (_, index) => index);
  const hex = '000102030405060708090a0b0c0d0e0f';
  for (const partition of partitions) {
    partition.onAsk = (message) => {
      test.match(message, { type: 'owned-interactions', sessionKey: hex });
      return [`held-in-${partition.number}`];
    };
  }
  const first = await connect();
  const held = ['held-in-0', 'held-in-1'];
  test.same(extensionOf(await first.register(1, { SessionKey: key }))['HeldInteractions'], held);
  test.equal((await first.register(2, {}, 2)).message, 125, 'another client of the connection');
  const second = await connect();
  await second.register(1, { SessionKey: key });
  await first.until(() => first.received.some(({ message }) => message === 187));
  const ended = first.received.find(({ message }) => message === 187)!;
  test.match(ended, { reference: 0, proxyClient: 1, body: { ErrorCode: code('SessionReplaced') } });
  test.same(partitions[0]!.order, [
    'session-opened',
    'owned-interactions',
    'session-opened',
    'session-closed',
    'session-opened',
    'owned-interactions',
  ]);
  test.same(partitions[0]!.told('session-closed'), [
    { type: 'session-closed', session: 1, release: false },
  ]);
  test.equal(
    (await first.ask(175, 3, {}, { proxyClient: 2 })).message,
    175,
    'the other one goes on',
  );
  test.equal(errorOf(await first.ask(175, 4)), code('NotRegistered'));
  test.equal(front.counts().sessions, 2);
});

t.test('a partition that cannot say what is held makes the registration fail', async (test) => {
  const { connect, partitions, front } = await startHarness(test);
  const { IxionError } = await import('../../lib/errors.js');
  partitions[0]!.onAsk = () => [];
  partitions[1]!.onAsk = () => {
    throw new IxionError('Unavailable');
  };
  const client = await connect();
  const answer = await client.register(1, { SessionKey: new Uint8Array(16) });
  test.equal(errorOf(answer), code('Unavailable'));
  test.match(front.counts(), {
    connections: 1,
    sessions: 0,
    subscriptions: 0,
    inFlight: 0,
    unreadBytes: 0,
  });
  test.equal(partitions[0]!.told('session-closed').length, 1);
});

t.test('a connection without a registered client is closed after the timeout', async (test) => {
  const { connect, front } = await startHarness(test, { registrationTimeoutMs: 40 });
  const [idle, registered, left] = [await connect(), await connect(), await connect()];
  await registered.register(1);
  await left.register(1);
  await left.ask(174, 2);
  await Promise.all([idle.end(), left.end()]);
  test.equal((await registered.ask(175, 2)).message, 175);
  test.equal(front.counts().connections, 1);
});

t.test('a connection above the limit is told so and closed', async (test) => {
  const { connect, front } = await startHarness(test, { connections: 1 });
  const client = await connect();
  await client.register(1);
  const second = await connect();
  await second.end();
  test.match(second.received, [{ message: 126, body: { ErrorCode: code('TooManyConnections') } }]);
  test.equal((await client.ask(175, 2)).message, 175);
  client.socket.destroy();
  await eventually(() => front.counts().connections === 0);
  const third = await connect();
  test.equal((await third.register(1)).message, 125, 'room again');
});
