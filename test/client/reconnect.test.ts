/** Lost connections, patience, deadlines: nothing is lost and nothing is done twice. */
import t from 'tap';
import { IxionError } from '../../lib/errors.js';
import { connect } from '../../lib/client/index.js';
import { limits } from '../../lib/limits.js';
import { FrameFlag } from '../../lib/protocol/index.js';
import { startFakeServer } from './fake-server.js';
import { connectTo, email, failure, serve, until } from './support.js';
import { wrongBytes } from './wrong-bytes.js';

t.test('what was unanswered is sent again in order, with its key and the flag', async (t) => {
  const server = await serve(t, (request, link) => {
    if (request.name === 'RequestRegisterClient') return false;
    if (link.number === 1) {
      if (request.routeKey === '4') link.drop();
      return true;
    }
    if (request.name === 'RequestSubmit') link.ack(request, { InteractionId: request.routeKey });
    else link.ack(request);
    return true;
  });
  const client = await connectTo(t, server);
  await client.addClient({ clientName: 'second', clientType: 'AgentApplication' });
  const calls = [
    client.submit({ ...email, interactionId: '1' }),
    client.stop('2'),
    client.placeInQueue('3', 'archive'),
    client.stop('4'),
  ];
  await Promise.all(calls);
  const [first, again] = [1, 2].map((link) => {
    const registrations = server.requests.filter(({ name }) => name === 'RequestRegisterClient');
    const start = server.requests.indexOf(registrations[link === 1 ? 0 : 2]!);
    return server.requests.slice(start + 2, start + 6);
  });
  const brief = (requests: typeof first): unknown[] =>
    requests!.map(({ routeKey, key, reference }) => [routeKey, key, reference]);
  t.same(
    first!.map(({ routeKey }) => routeKey),
    ['1', '2', '3', '4'],
  );
  t.same(brief(again), brief(first), 'same order, same keys, same references');
  t.same(
    first!.map(({ flags }) => flags),
    [0, 0, 0, 0],
  );
  t.same(
    again!.map(({ flags }) => flags),
    Array(4).fill(FrameFlag.retry),
  );
  const sessions = server.requests
    .filter(({ name }) => name === 'RequestRegisterClient')
    .map(({ proxyClient, body }) => `${proxyClient} ${String(body['SessionKey'])}`);
  t.equal(sessions.length, 4, 'two clients, registered on each of two connections');
  t.same(sessions.slice(2), sessions.slice(0, 2), 'with the same session keys');
});

t.test('a link lost while clients register on it is replaced at once', async (t) => {
  const server = await serve(t, (_request, link) => {
    if (link.number > 3) return false;
    link.drop();
    return true;
  });
  // Less than the time after which an unanswered registration is given up.
  await connectTo(t, server, { requestTimeoutMs: limits.registrationTimeoutMs / 2 });
  t.equal(server.links.length, 4);
});

t.test('nothing is sent again before all logical clients are registered', async (t) => {
  let registrations = 0;
  let tooEarly = 0;
  const server = await serve(t, (request, link) => {
    if (link.number === 1) {
      if (request.routeKey === 'A') link.drop();
      return false;
    }
    if (request.name !== 'RequestRegisterClient') {
      if (registrations < 2) tooEarly++;
      return false;
    }
    setTimeout(() => {
      registrations++;
      link.ack(request);
    }, 20 * request.proxyClient);
    return true;
  });
  const first = await connectTo(t, server);
  const second = await first.addClient({ clientName: 'two', clientType: 'AgentApplication' });
  await Promise.all([first.stop('A'), second.stop('B')]);
  t.equal(server.links.length, 2);
  t.equal(tooEarly, 0);
});

t.test('calls made without a connection wait for the next one', async (t) => {
  let register: (() => void) | undefined;
  const server = await serve(t, (request, link) => {
    if (request.routeKey === 'cut') return (link.drop(), true);
    // The second connection opens only when told to: until then there is none.
    if (link.number > 1 && request.name === 'RequestRegisterClient') {
      return ((register = () => link.ack(request)), true);
    }
    return false;
  });
  const client = await connectTo(t, server);
  const statuses = client.status();
  t.same(await statuses.next(), { value: 'connected', done: false });
  await t.rejects(client.stop('cut', { timeoutMs: 100 }), failure('DeadlineExceeded'));
  t.same(await statuses.next(), { value: 'reconnecting', done: false });
  const data = { n: 1 };
  const call = client.stop('later', { extension: data });
  data.n = 2;
  await until(() => register !== undefined);
  register!();
  await call;
  t.match(server.requests.at(-1), { routeKey: 'later', flags: 0, body: { Extension: { n: 1 } } });
});

t.test('patience: the same key again, not before the delay that the server names', async (t) => {
  const times: number[] = [];
  const server = await serve(t, (request, link) => {
    if (request.name !== 'RequestStopProcessing') return false;
    times.push(performance.now());
    if (times.length === 1) link.refuse(request, 'Busy', 40);
    else if (times.length === 2) link.refuse(request, 'Unavailable');
    else if (times.length === 3) link.refuse(request, 'ShuttingDown');
    else if (times.length === 4) link.refuse(request, 'UnknownOutcome', 20);
    else link.ack(request);
    return true;
  });
  const client = await connectTo(t, server);
  await client.stop('A');
  const stops = server.requests.slice(1);
  t.equal(stops.length, 5);
  t.equal(new Set(stops.map(({ key }) => key)).size, 1);
  t.ok(times[1]! - times[0]! >= 39, 'the delay was kept');
  const ages = stops.map(({ body }) => body['RetryAgeMs'] as number | undefined);
  t.equal(ages[0], undefined);
  t.ok(ages[1]! >= 39, 'a repetition says how old it is');
  t.ok(ages[4]! > ages[1]!);
  const [first, ...again] = stops.map(({ body: { RetryAgeMs: _, ...rest } }) => rest);
  t.same(again, [first, first, first, first], 'and nothing else is different');
});

t.test('an outcome that the server does not know any more is not asked for again', async (t) => {
  const server = await serve(t, (request, link) => {
    if (request.name !== 'RequestStopProcessing') return false;
    return (link.refuse(request, 'UnknownOutcome'), true);
  });
  const client = await connectTo(t, server);
  await t.rejects(client.stop('A'), { ...failure('UnknownOutcome'), retryable: false });
  t.equal(server.requests.length, 2);
});

t.test('a repetition that is as large as a frame may be has no room for its age', async (t) => {
  const server = await serve(t, (request, link) => {
    if (request.name !== 'RequestChangeProperties' || link.number > 1) return false;
    return (link.drop(), true);
  });
  const client = await connectTo(t, server);
  // 524,288 and nearly as much again: with the names and the key, a few bytes below the limit.
  const added = { data: 'a'.repeat(524_000) };
  const changed = { data: 'b'.repeat(limits.requestFrameBytes - 524_000 - 130) };
  await client.changeProperties('A', { added, changed });
  const sent = server.requests.filter(({ name }) => name === 'RequestChangeProperties');
  t.equal(sent.length, 2);
  t.equal(sent[1]!.body['RetryAgeMs'], undefined);
});

t.test('a call that the server puts off beyond its deadline gets that answer', async (t) => {
  const server = await serve(t, (request, link) => {
    if (request.name === 'RequestRegisterClient') return false;
    return (link.refuse(request, 'Busy', 60_000), true);
  });
  const client = await connectTo(t, server);
  await t.rejects(client.stop('A', { timeoutMs: 1_000 }), {
    ...failure('Busy'),
    retryAfterMs: 60_000,
  });
});

t.test('deadlines, of many calls at once and out of order', async (t) => {
  const server = await serve(t, (request) => request.name !== 'RequestRegisterClient');
  const client = await connectTo(t, server);
  const ended: number[] = [];
  await Promise.all(
    [120, 20, 70].map(async (timeoutMs) => {
      await t.rejects(client.stop('A', { timeoutMs }), failure('DeadlineExceeded'));
      ended.push(timeoutMs);
    }),
  );
  t.same(ended, [20, 70, 120]);
});

t.test('abort rejects at once, before and after the send', async (t) => {
  const server = await serve(t, (request) => request.name !== 'RequestRegisterClient');
  const client = await connectTo(t, server);
  const end = new AbortController();
  const call = client.stop('A', { signal: end.signal });
  await until(() => server.requests.length === 2);
  end.abort(new Error('enough'));
  await t.rejects(call, { ...failure('Aborted'), cause: new Error('enough') });
  await t.rejects(client.stop('B', { signal: end.signal }), failure('Aborted'));
  t.equal(server.requests.length, 2, 'the second was never sent');
});

t.test('what a pull brings after it was given up goes back to its queue', async (t) => {
  let answer = (): void => undefined;
  const server = await serve(t, (request, link) => {
    if (request.name !== 'RequestPull') return false;
    answer = () =>
      link.answer(request, 'EventPulledInteractions', {
        Interactions: [{ InteractionId: 'A1', Queue: 'inbox' }],
      });
    return true;
  });
  const client = await connectTo(t, server);
  const end = new AbortController();
  const pull = client.pull({ queue: 'inbox', waitMs: 60_000 }, { signal: end.signal });
  await until(() => server.requests.length === 2);
  end.abort();
  await t.rejects(pull, failure('Aborted'));
  answer();
  await until(() => server.requests.length === 3);
  t.match(server.requests.at(-1), {
    name: 'RequestPlaceInQueue',
    routeKey: 'A1',
    body: { Queue: '__BACK__' },
  });
});

t.test('bytes that are no frames reset the connection, and the client goes on', async (t) => {
  const garbage = [
    Uint8Array.from({ length: 64 }, () => 0xff),
    wrongBytes.tooShort,
    wrongBytes.brokenBody,
    wrongBytes.brokenEvent,
  ];
  for (const bytes of garbage) {
    const server = await serve(t, (request, link) => {
      if (request.name === 'RequestRegisterClient' || link.number > 1) return false;
      return (link.raw(bytes), true);
    });
    const client = await connectTo(t, server);
    await client.stop('A');
    t.equal(server.links.length, 2);
    t.match(server.requests.at(-1), { routeKey: 'A', flags: FrameFlag.retry });
    await client.close();
  }
});

t.test('without reconnect the loss is the end', async (t) => {
  const server = await serve(t, (request, link) => {
    if (request.name === 'RequestRegisterClient') return false;
    return (link.drop(), true);
  });
  const client = await connectTo(t, server, { reconnect: false });
  await t.rejects(client.stop('A'), failure('ConnectionLost'));
  await t.rejects(client.stop('B'), failure('ConnectionLost'));
  t.equal((await client.status().next()).value, 'closed');
});

t.test(
  'no server: at once without reconnect, else at the deadline, or when it appears',
  async (t) => {
    const probe = await startFakeServer(() => undefined);
    await probe.close();
    const options = { server: probe.address, clientName: 'x', clientType: 'MediaServer' } as const;
    await t.rejects(connect({ ...options, reconnect: false }), failure('NoConnection'));
    await t.rejects(connect({ ...options, requestTimeoutMs: 80 }), failure('NoConnection'));
    await t.rejects(
      connect({ ...options, reconnect: { minMs: 1, maxMs: 5, giveUpMs: 30 } }),
      failure('NoConnection'),
    );
    await t.rejects(connect({ ...options, server: 'nowhere' }), failure('OptionInvalid'));
    const end = new AbortController();
    const aborted = connect({ ...options, signal: end.signal });
    end.abort();
    await t.rejects(aborted, failure('Aborted'));

    const connecting = connect({ ...options, reconnect: { minMs: 1, maxMs: 10 } });
    await new Promise((resolve) => setTimeout(resolve, 30));
    const server = await startFakeServer(() => undefined, probe.port);
    t.teardown(() => server.close());
    const client = await connecting;
    await client.close();
  },
);

t.test('a refused registration rejects connect; a passing one is tried again', async (t) => {
  const server = await serve(t, (request, link) => {
    if (link.number === 1) return (link.refuse(request, 'ShuttingDown'), true);
    if (link.number === 2) return (link.refuse(request, 'UnsupportedProtocolVersion'), true);
    return false;
  });
  await t.rejects(connectTo(t, server), failure('UnsupportedProtocolVersion'));
  t.equal(server.links.length, 2);
});

t.test('a client that the server ends for good fails with the reason', async (t) => {
  const server = await serve(t, (request, link) => {
    if (request.routeKey !== 'A') return false;
    const { code } = new IxionError('SessionReplaced');
    link.event('EventForcedDisconnect', 1, { ErrorCode: code, ErrorDescription: 'replaced' });
    return true;
  });
  const client = await connectTo(t, server);
  await t.rejects(client.stop('A'), failure('SessionReplaced'));
  await t.rejects(client.stop('B'), failure('SessionReplaced'));
  t.equal(server.links.length, 1);
});

t.test('more requests than the window all get their answer', async (t) => {
  let unanswered = 0;
  let greatest = 0;
  const server = await serve(t, (request, link) => {
    if (request.name === 'RequestRegisterClient') return false;
    greatest = Math.max(greatest, ++unanswered);
    setTimeout(() => {
      unanswered--;
      link.ack(request);
    }, 5);
    return true;
  });
  const client = await connectTo(t, server);
  await Promise.all(Array.from({ length: 10_000 }, (_, n) => client.stop(`${n}`)));
  t.ok(greatest <= 4_096, `${greatest} at once`);
  t.same(
    server.requests.slice(1).map(({ routeKey }) => routeKey),
    Array.from({ length: 10_000 }, (_, n) => `${n}`),
  );
});
