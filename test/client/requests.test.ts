/** What each call sends, and what it makes of the answer. */
import t from 'tap';
import type { TransportFactory } from '../../lib/client/index.js';
import { tcpTransport } from '../../lib/client/tcp.js';
import { connectTo, email, failure, serve, until } from './support.js';

t.test('routes, bodies and results of all requests', async (t) => {
  const server = await serve(t, (request, link) => {
    switch (request.name) {
      case 'RequestSubmit':
        return (link.ack(request, { InteractionId: 'A1', Duplicate: 1 }), true);
      case 'RequestGetInteractionProperties':
        return (
          link.answer(request, 'EventInteractionProperties', {
            Interaction: { InteractionId: 'A1', InteractionState: 0, UserData: { n: 5 } },
          }),
          true
        );
      case 'RequestPull':
        return (
          link.answer(request, 'EventPulledInteractions', {
            Interactions: [{ InteractionId: 'A1', Queue: 'inbox' }],
          }),
          true
        );
      case 'RequestPing':
        return (link.answer(request, 'EventPing', { ServerTime: 7, Errors: { Busy: 1 } }), true);
      case 'RequestQueueStatistics':
        return (
          link.answer(request, 'EventQueueStatistics', {
            Queues: [
              {
                Queue: 'inbox',
                Partition: 1,
                Submitted: 2,
                Entered: 3,
                Left: 4,
                Waiting: 5,
                Processing: 6,
                Stopped: { Normal: 7 },
              },
            ],
          }),
          true
        );
      default:
        return false;
    }
  });
  const client = await connectTo(t, server);
  const data = { n: 5, text: 'x', nested: { yes: true }, when: new Date(1000) };

  t.same(await client.submit({ ...email, userData: data }), {
    interactionId: 'A1',
    duplicate: true,
  });
  await client.submit({ ...email, interactionId: 'MINE', hold: true, priority: -1 });
  await client.changeProperties('A1', { added: { a: 1 }, deleted: ['b'], priority: 3 });
  t.match(await client.getProperties('A1'), { UserData: { n: 5 } });
  await client.placeInQueue('A1', 'archive', { changed: { c: 'd' } });
  await client.hold('A1', { until: 99 });
  await client.resume('A1');
  t.match(await client.pull({ queue: 'inbox', count: 2 }), [{ InteractionId: 'A1' }]);
  t.match(await client.pullById('A1', { ignoreHold: true }), { InteractionId: 'A1' });
  await client.stop('A1', { reason: { systemName: 'Sent' }, extension: { why: 'test' } });
  t.same(await client.ping(), { serverTime: 7, errors: { Busy: 1 } });
  t.same(await client.queueStatistics(['inbox']), [
    {
      queue: 'inbox',
      partition: 1,
      submitted: 2,
      entered: 3,
      left: 4,
      waiting: 5,
      processing: 6,
      stopped: { Normal: 7 },
      abandoned: 0,
    },
  ]);
  await client.changeOptions({ 'collect-request-counters': 'true' });

  const [register, ...rest] = server.requests;
  t.match(register, {
    name: 'RequestRegisterClient',
    proxyClient: 1,
    route: 'none',
    body: { ClientName: 'tester', ClientType: 'MediaServer', ProtocolVersion: 1 },
  });
  t.equal((register?.body['SessionKey'] as Uint8Array).length, 16);
  t.match(rest, [
    { route: 'queue', routeKey: 'inbox', body: { Queue: 'inbox', UserData: { n: 5 } } },
    { route: 'id', routeKey: 'MINE', body: { InteractionId: 'MINE', Hold: true, Priority: -1 } },
    {
      route: 'id',
      routeKey: 'A1',
      body: { AddedProperties: { a: 1 }, DeletedProperties: { b: '' }, Priority: 3 },
    },
    { name: 'RequestGetInteractionProperties', route: 'id', routeKey: 'A1' },
    { route: 'id', body: { Queue: 'archive', ChangedProperties: { c: 'd' } } },
    { name: 'RequestHold', body: { HoldUntil: 99 } },
    { name: 'RequestResume', routeKey: 'A1' },
    { route: 'queue', routeKey: 'inbox', body: { ViewId: 'inbox', Count: 2 } },
    {
      route: 'id',
      routeKey: 'A1',
      body: { ViewId: '_system_', PullParameters: { A1: '' }, IgnoreHold: true },
    },
    {
      name: 'RequestStopProcessing',
      body: { ReasonSystemName: 'Sent', Extension: { why: 'test' } },
    },
    { name: 'RequestPing', route: 'none', routeKey: '' },
    { body: { Queues: ['inbox'] } },
    { body: { Options: { 'collect-request-counters': 'true' } } },
  ]);
  const keys = rest.map(({ key }) => key).filter((key) => key !== '');
  t.equal(keys.length, 9, 'every request that changes something has a key');
  t.equal(new Set(keys).size, 9, 'each its own');
  t.ok(rest.every(({ flags }) => flags === 0));
});

t.test('requests are pipelined, and many of one turn share a write', async (t) => {
  const late: (() => void)[] = [];
  const server = await serve(t, (request, link) => {
    if (request.name !== 'RequestSubmit') return false;
    late.unshift(() => link.ack(request, { InteractionId: `id-${request.body['ExternalId']}` }));
    if (late.length === 100) for (const answer of late) answer();
    return true;
  });
  let writes = 0;
  const counting: TransportFactory = async (...where) => {
    const transport = await tcpTransport(...where);
    return { ...transport, write: (bytes) => (writes++, transport.write(bytes)) };
  };
  const { schedule } = tcpTransport;
  const transport = Object.assign(counting, schedule && { schedule });
  const client = await connectTo(t, server, { transport });
  writes = 0;
  const results = await Promise.all(
    Array.from({ length: 100 }, (_, n) => client.submit({ ...email, externalId: `${n}` })),
  );
  t.same(
    results.map(({ interactionId }) => interactionId),
    Array.from({ length: 100 }, (_, n) => `id-${n}`),
    'each call has the answer to its own request though answers came in reverse',
  );
  t.equal(writes, 3, '48 calls to a write');
});

t.test('what the caller changes after the call is not sent', async (t) => {
  const server = await serve(t, () => undefined);
  const client = await connectTo(t, server);
  const userData: { n: number } = { n: 1 };
  const calls = [client.stop('A', { extension: userData })];
  userData.n = 2;
  calls.push(client.stop('B', { extension: userData }));
  await Promise.all(calls);
  t.match(server.requests.slice(1), [
    { body: { Extension: { n: 1 } } },
    { body: { Extension: { n: 2 } } },
  ]);
});

t.test('what cannot be encoded rejects its own call alone', async (t) => {
  const server = await serve(t);
  const client = await connectTo(t, server);
  const bad = client.stop('A', { extension: { list: [1] as never } });
  const good = client.stop('B');
  await t.rejects(bad, failure('WrongAttributeType'));
  await t.rejects(client.stop('x'.repeat(300)), failure('AttributeTooLong'));
  await good;
  t.same(
    server.requests.slice(1).map(({ routeKey }) => routeKey),
    ['B'],
  );
});

t.test('errors of the server reject with code and name', async (t) => {
  const server = await serve(t, (request, link) => {
    if (request.routeKey === 'gone') return (link.refuse(request, 'UnknownInteraction'), true);
    if (request.routeKey === 'new') {
      link.answer(request, 'EventError', { ErrorCode: 9999, ErrorDescription: 'of the future' });
      return true;
    }
    return false;
  });
  const client = await connectTo(t, server);
  await t.rejects(client.stop('gone'), {
    name: 'IxionError',
    code: 43,
    errorName: 'UnknownInteraction',
    retryable: false,
    message: 'no: UnknownInteraction',
  });
  await t.rejects(client.stop('new'), { errorName: 'Internal', message: /9999: of the future/ });
  await t.rejects(client.submit(email), failure('Internal'), 'an answer without what it needs');
});

t.test('logical clients share a connection and end one by one', async (t) => {
  const server = await serve(t, (request, link) => {
    if (request.name !== 'RequestRegisterClient') return false;
    if (request.body['ClientName'] === 'unwanted') {
      link.refuse(request, 'WrongClientType');
    } else {
      link.ack(request, { ProxyClientId: request.proxyClient, HeldInteractions: ['H1', 'H2'] });
    }
    return true;
  });
  const first = await connectTo(t, server);
  const second = await first.addClient({ clientName: 'agent', clientType: 'AgentApplication' });
  t.same(second.heldInteractions, ['H1', 'H2']);
  t.same([first.proxyClientId, second.proxyClientId], [1, 2]);
  await t.rejects(
    first.addClient({ clientName: 'unwanted', clientType: 'MediaServer' }),
    failure('WrongClientType'),
  );
  await second.stop('A');
  t.match(server.requests.at(-1), { proxyClient: 2, routeKey: 'A' });
  await second.close();
  t.match(server.requests.at(-1), { name: 'RequestUnregisterClient', proxyClient: 2 });
  await t.rejects(second.stop('B'), failure('ClientClosed'));
  await first.stop('C');
  t.equal(server.links.length, 1);
  const ended = [];
  for await (const status of second.status()) ended.push(status);
  t.same(ended, ['closed']);
});

t.test('close waits for answers, not for waiting pulls, and unregisters last', async (t) => {
  const held: string[] = [];
  const server = await serve(t, (request, link) => {
    if (request.name === 'RequestPull') return (held.push(request.name), true);
    if (request.name !== 'RequestStopProcessing') return false;
    setTimeout(() => link.ack(request), 30);
    return true;
  });
  const client = await connectTo(t, server);
  const statuses: string[] = [];
  const reading = (async () => {
    for await (const status of client.status()) statuses.push(status);
  })();
  const pull = client.pull({ queue: 'inbox', waitMs: 60_000 });
  const pulled = t.rejects(pull, failure('ClientClosed'));
  let stopped = false;
  const stop = client.stop('A').then(() => (stopped = true));
  await until(() => held.length === 1);
  const closing = client.close();
  await t.rejects(client.stop('B'), failure('ClientClosed'));
  await closing;
  t.ok(stopped, 'what was unanswered at the close is answered before it resolves');
  await stop;
  await pulled;
  await reading;
  t.same(server.names(), ['RequestPull', 'RequestStopProcessing', 'RequestUnregisterClient']);
  t.same(statuses, ['connected', 'draining', 'closed']);
  await client.close();
});
