/** Wrong arguments are refused at once, with code, position and remedy, and nothing is sent. */
import t from 'tap';
import { connect, type Client } from '../../lib/client/index.js';
import { requests } from '../../lib/protocol/index.js';
import { connectTo, email, serve } from './support.js';

/** As from JavaScript: no type is checked. */
type Loose = { readonly [Call in keyof Client]: (...given: unknown[]) => Promise<unknown> };

const half = 'a\ud800b';
const key = new Uint8Array(16);

/** Call, arguments, error, position. */
const wrongs: readonly [keyof Client, readonly unknown[], string, string | undefined][] = [
  ['submit', [], 'MissingAttribute', 'submission'],
  ['submit', [null], 'WrongAttributeType', 'submission'],
  ['submit', ['inbox'], 'WrongAttributeType', 'submission'],
  ['submit', [{ queue: 'inbox' }], 'MissingAttribute', 'submission.mediaType'],
  ['submit', [{ ...email, queue: 5 }], 'WrongAttributeType', 'submission.queue'],
  ['submit', [{ ...email, priority: 'high' }], 'WrongAttributeType', 'submission.priority'],
  ['submit', [{ ...email, priority: 1.5 }], 'WrongAttributeType', 'submission.priority'],
  ['submit', [{ ...email, priority: 2 ** 31 }], 'WrongAttributeType', 'submission.priority'],
  [
    'submit',
    [{ ...email, serviceObjective: -1 }],
    'WrongAttributeType',
    'submission.serviceObjective',
  ],
  ['submit', [{ ...email, tenantId: Number.NaN }], 'WrongAttributeType', 'submission.tenantId'],
  [
    'submit',
    [{ ...email, receivedAt: '2026-01-01' }],
    'WrongAttributeType',
    'submission.receivedAt',
  ],
  [
    'submit',
    [{ ...email, receivedAt: new Date(Number.NaN) }],
    'WrongAttributeType',
    'submission.receivedAt',
  ],
  ['submit', [{ ...email, hold: 1 }], 'WrongAttributeType', 'submission.hold'],
  ['submit', [{ ...email, userData: 'x' }], 'WrongAttributeType', 'submission.userData'],
  ['submit', [{ ...email, userData: [] }], 'WrongAttributeType', 'submission.userData'],
  [
    'submit',
    [{ ...email, userData: { a: { list: [1] } } }],
    'WrongAttributeType',
    'submission.userData.a.list',
  ],
  [
    'submit',
    [{ ...email, userData: { none: null } }],
    'WrongAttributeType',
    'submission.userData.none',
  ],
  [
    'submit',
    [{ ...email, userData: { big: 2n ** 63n } }],
    'WrongAttributeType',
    'submission.userData.big',
  ],
  [
    'submit',
    [{ ...email, userData: { when: new Date(Number.NaN) } }],
    'WrongAttributeType',
    'submission.userData.when',
  ],
  ['submit', [{ ...email, userData: { half } }], 'WrongAttributeType', 'submission.userData.half'],
  ['submit', [{ ...email, userData: { [half]: 1 } }], 'WrongAttributeType', 'submission.userData'],
  [
    'submit',
    [{ ...email, externalId: half.repeat(20) }],
    'WrongAttributeType',
    'submission.externalId',
  ],
  ['submit', [{ ...email, Priority: 5 }], 'UnknownAttribute', 'submission.Priority'],
  ['submit', [{ ...email, prioritty: 5 }], 'UnknownAttribute', 'submission.prioritty'],
  ['submit', [email, { timeout: 5 }], 'UnknownAttribute', 'options.timeout'],
  ['submit', [email, { timeoutMs: '5' }], 'WrongAttributeType', 'options.timeoutMs'],
  ['submit', [email, { timeoutMs: -1 }], 'WrongAttributeType', 'options.timeoutMs'],
  ['submit', [email, { signal: true }], 'WrongAttributeType', 'options.signal'],
  ['submit', [email, { requestKey: 'k' }], 'WrongAttributeType', 'options.requestKey'],
  [
    'submit',
    [email, { requestKey: new Uint8Array(15) }],
    'WrongAttributeType',
    'options.requestKey',
  ],
  ['submit', [email, { retryAgeMs: 5 }], 'MissingAttribute', 'options.requestKey'],
  [
    'submit',
    [email, { requestKey: key, retryAgeMs: -5 }],
    'WrongAttributeType',
    'options.retryAgeMs',
  ],
  ['submit', [email, { extension: 5 }], 'WrongAttributeType', 'options.extension'],
  ['submit', [email, 5], 'WrongAttributeType', 'options'],
  ['stop', [], 'MissingAttribute', 'id'],
  ['stop', [5], 'WrongAttributeType', 'id'],
  ['stop', [{ InteractionId: 'A' }], 'WrongAttributeType', 'id'],
  ['stop', [half], 'WrongAttributeType', 'id'],
  ['stop', ['x'.repeat(300)], 'AttributeTooLong', 'id'],
  ['stop', ['A', { reason: 'Sent' }], 'WrongAttributeType', 'options.reason'],
  ['stop', ['A', { reason: { systemName: 5 } }], 'WrongAttributeType', 'options.reason.systemName'],
  [
    'stop',
    ['A', { reason: { systemName: half } }],
    'WrongAttributeType',
    'options.reason.systemName',
  ],
  ['stop', ['A', { extension: { list: [1] } }], 'WrongAttributeType', 'options.extension.list'],
  [
    'stop',
    ['A', { requestKey: key, retryAgeMs: 1, extension: { f: key.at } }],
    'WrongAttributeType',
    'options.extension.f',
  ],
  ['changeProperties', ['A'], 'MissingAttribute', 'changes'],
  ['changeProperties', ['A', { deleted: 'x' }], 'WrongAttributeType', 'changes.deleted'],
  ['changeProperties', ['A', { deleted: [5] }], 'WrongAttributeType', 'changes.deleted'],
  ['changeProperties', ['A', { added: 5 }], 'WrongAttributeType', 'changes.added'],
  [
    'changeProperties',
    ['A', { added: { x: undefined, y: key.at } }],
    'WrongAttributeType',
    'changes.added.y',
  ],
  ['changeProperties', ['A', { queue: 'x' }], 'UnknownAttribute', 'changes.queue'],
  ['getProperties', [undefined], 'MissingAttribute', 'id'],
  ['placeInQueue', ['A'], 'MissingAttribute', 'queue'],
  ['placeInQueue', ['A', 5], 'WrongAttributeType', 'queue'],
  ['placeInQueue', ['A', half], 'WrongAttributeType', 'queue'],
  ['placeInQueue', ['A', 'inbox', { priority: 5 }], 'UnknownAttribute', 'changes.priority'],
  ['hold', ['A', { until: 'tomorrow' }], 'WrongAttributeType', 'hold.until'],
  ['hold', ['A', 5], 'WrongAttributeType', 'hold'],
  ['resume', [5], 'WrongAttributeType', 'id'],
  ['pull', [], 'MissingAttribute', 'pull'],
  ['pull', ['inbox'], 'WrongAttributeType', 'pull'],
  ['pull', [{ queue: 'inbox', count: 0 }], 'WrongAttributeType', 'pull.count'],
  ['pull', [{ queue: 'inbox', waitMs: '5' }], 'WrongAttributeType', 'pull.waitMs'],
  ['pull', [{ queue: 'inbox', wait: 5 }], 'UnknownAttribute', 'pull.wait'],
  ['pull', [{ queue: half }], 'WrongAttributeType', 'pull.queue'],
  ['pullById', ['A', { ignoreHold: 'yes' }], 'WrongAttributeType', 'pull.ignoreHold'],
  ['pullById', [half], 'WrongAttributeType', 'id'],
  ['listInteractions', [{}], 'MissingAttribute', 'list.partition'],
  ['listInteractions', [{ partition: 0, after: 5 }], 'WrongAttributeType', 'list.after'],
  ['importInteraction', ['A', {}], 'WrongAttributeType', 'packed'],
  ['queueStatistics', ['inbox'], 'WrongAttributeType', 'queues'],
  ['queueStatistics', [['a', half]], 'WrongAttributeType', 'queues[1]'],
  ['resetStopReasons', [5], 'WrongAttributeType', 'queue'],
  ['ping', ['now'], 'WrongAttributeType', 'options'],
  ['changeOptions', [], 'MissingAttribute', 'settings'],
  ['addClient', [{ clientType: 'MediaServer' }], 'MissingAttribute', 'identity.clientName'],
  [
    'addClient',
    [{ clientName: 'x', clientType: 'Media' }],
    'WrongAttributeType',
    'identity.clientType',
  ],
  [
    'addClient',
    [{ clientName: 'x', clientType: 'MediaServer', sessionKey: 'k' }],
    'WrongAttributeType',
    'identity.sessionKey',
  ],
];

t.test('of calls', async (t) => {
  const server = await serve(t);
  const client = await connectTo(t, server);
  const before = server.requests.length;
  for (const [call, given, errorName, position] of wrongs) {
    const name = `${String(call)} ${position ?? ''}`;
    const method = (client as unknown as Loose)[call].bind(client);
    const error = await method(...given).then(
      () => undefined,
      (reason: unknown) => reason,
    );
    t.match(error, { name: 'IxionError', errorName, position, remedy: /.{10}/ }, name);
    const { request } = error as { request: string };
    t.ok(
      requests.some((each) => each.name === request),
      `${name}: of ${request}`,
    );
  }
  await client.ping();
  t.equal(server.requests.length, before + 1, 'nothing of them was sent');
});

t.test('of streams, and of connect', async (t) => {
  const server = await serve(t);
  const client = await connectTo(t, server);
  for (const [given, position] of [
    [{ fromstart: true }, 'options.fromstart'],
    [{ fromStart: 'yes' }, 'options.fromStart'],
    [{ resumeToken: 5 }, 'options.resumeToken'],
    [5, 'options'],
  ] as const) {
    t.throws(() => client.events(given as never), { name: 'IxionError', position }, position);
  }
  const identity = { clientName: 'x', clientType: 'MediaServer', server: server.address };
  for (const [given, position] of [
    [undefined, 'options'],
    [{ ...identity, clientName: undefined }, 'options.clientName'],
    [{ ...identity, clientType: 'mediaServer' }, 'options.clientType'],
    [{ ...identity, Server: 'x' }, 'options.Server'],
    [{ ...identity, server: 7488 }, 'options.server'],
    [{ ...identity, keepAliveMs: '30' }, 'options.keepAliveMs'],
    [{ ...identity, keepAliveMs: 30 }, 'options.keepAliveMs'],
    [{ ...identity, reconnect: true }, 'options.reconnect'],
    [{ ...identity, reconnect: { minMs: 5 } }, 'options.reconnect.maxMs'],
    [{ ...identity, tls: 'yes' }, 'options.tls'],
    [{ ...identity, tls: { ca: 'x' } }, 'options.tls.ca'],
    [{ ...identity, transport: {} }, 'options.transport'],
    [{ ...identity, credentials: half }, 'options.credentials'],
    [{ ...identity, clientName: half }, 'options.clientName'],
  ] as const) {
    const connecting = connect(given as never);
    await t.rejects(connecting, { name: 'IxionError', position, remedy: /.{10}/ }, position);
  }
  t.equal(server.requests.length, 1);
});

t.test('the remedy knows the other way of writing, and says nothing secret', async (t) => {
  const server = await serve(t);
  const client = await connectTo(t, server);
  await t.rejects(client.submit({ ...email, UserData: {} } as never), {
    message: 'submission.UserData is not a name of an argument; did you mean userData?',
    code: 1008,
    remedy: 'did you mean userData?',
  });
  await t.rejects(client.submit({ ...email, priority: 'secret' } as never), {
    message: 'submission.priority is a text, not a whole number from -2147483648 to 2147483647',
    code: 1007,
  });
});

t.test('what is right in an unusual way is taken', async (t) => {
  const server = await serve(t, (request, link) => {
    if (request.name !== 'RequestSubmit') return false;
    return (link.ack(request, { InteractionId: 'A' }), true);
  });
  const client = await connectTo(t, server);
  await client.submit({
    ...email,
    priority: undefined,
    receivedAt: new Date(5),
    userData: undefined,
  });
  await client.submit(Object.assign(Object.create(null), email));
  await client.submit({
    ...email,
    userData: { Grüße: 'aus Köln, mit 😀 und so weiter und so fort' },
  });
  await client.hold('A', { until: new Date(7) });
  await client.stop('A', {});
  t.match(server.requests.at(1)?.body, { ReceivedAt: 5 });
  t.match(server.requests.at(3)?.body, { UserData: { Grüße: /😀/ } });
  t.match(server.requests.at(4)?.body, { HoldUntil: 7 });
});
