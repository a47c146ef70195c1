/** Event streams: order, resume, gaps, and ends. */
import t from 'tap';
import type { ReportingEvent } from '../../lib/client/index.js';
import type { MessageName } from '../../lib/protocol/index.js';
import type { FakeLink, Received, Script } from './fake-server.js';
import { connectTo, failure, serve } from './support.js';

const subscribe = 'RequestStartPlaceAgentStateReportingAll';
const unsubscribe = 'RequestStopPlaceAgentStateReportingAll';

const held = (partition: number, sequence: number, padding = ''): Record<string, unknown> => ({
  InteractionId: `I${sequence}`,
  InteractionVersion: 1,
  InteractionState: 0,
  EventTime: 1,
  Partition: partition,
  Sequence: sequence,
  SubscriptionId: 9,
  ReasonDescription: padding,
});

const timeline = '3f9a0c1d2e4b5a67';

/** Acknowledges a subscription as number 9 and calls `then` in the same turn. */
const whenSubscribed =
  (
    then: (request: Received, link: FakeLink) => void,
    token: readonly number[] = [10, 20],
  ): Script =>
  (request, link) => {
    if (request.name !== subscribe) return false;
    link.ack(request, { SubscriptionId: 9, ResumeToken: token, Timeline: timeline });
    then(request, link);
    return true;
  };

async function take(stream: AsyncIterator<ReportingEvent>, count: number): Promise<string[]> {
  const events: string[] = [];
  while (events.length < count) {
    const { value, done } = await stream.next();
    if (done === true) break;
    events.push(`${value.Partition}:${value.event === 'EventGap' ? 'gap' : value.Sequence}`);
  }
  return events;
}

t.test('events come in order, and the token counts what was taken', async (t) => {
  const server = await serve(
    t,
    whenSubscribed((request, link) => {
      for (const sequence of [11, 12]) link.event('EventHeld', 1, held(0, sequence));
      link.event('EventResumed', 1, held(1, 21));
      link.event('EventHeld', 1, { ...held(0, 13), SubscriptionId: 8 });
      t.match(request.body, { FromStart: true });
    }),
  );
  const client = await connectTo(t, server);
  const stream = client.events({ fromStart: true });
  t.same(await take(stream, 1), ['0:11']);
  t.equal(stream.resumeToken, `${timeline}:11,20`, 'what waits is not counted');
  t.match(await stream.next(), { value: { event: 'EventHeld', InteractionId: 'I12' } });
  t.same(await take(stream, 1), ['1:21']);
  t.equal(stream.resumeToken, `${timeline}:12,21`);
  await stream.close();
  t.match(server.requests.at(-1), { name: unsubscribe, body: { SubscriptionId: 9 } });
  t.same(await stream.next(), { value: undefined, done: true });
});

t.test('after a lost connection it goes on from what has arrived, without doubles', async (t) => {
  const tokens: unknown[] = [];
  const timelines: unknown[] = [];
  const server = await serve(
    t,
    whenSubscribed((request, link) => {
      tokens.push(request.body['ResumeToken']);
      timelines.push(request.body['Timeline']);
      const sequences = link.number === 1 ? [11, 12, 13] : [13, 14];
      for (const sequence of sequences) link.event('EventHeld', 1, held(0, sequence));
      if (link.number === 1) setTimeout(() => link.drop(), 20);
    }),
  );
  const client = await connectTo(t, server);
  const stream = client.events();
  t.same(await take(stream, 4), ['0:11', '0:12', '0:13', '0:14']);
  t.same(tokens, [undefined, [13, 20]]);
  t.same(timelines, [undefined, timeline], 'with the timeline that they are of');
});

t.test('a token of the caller is passed on; a gap is an event and moves the token', async (t) => {
  const server = await serve(
    t,
    whenSubscribed((request, link) => {
      t.same(request.body['ResumeToken'], [3, 4]);
      t.equal(request.body['Timeline'], timeline);
      link.event('EventGap', 1, {
        Partition: 1,
        FromSequence: 5,
        ToSequence: 8,
        SubscriptionId: 9,
      });
      link.event('EventHeld', 1, held(1, 9));
    }),
  );
  const client = await connectTo(t, server);
  const stream = client.events({ resumeToken: `${timeline}:3,4` });
  t.match((await stream.next()).value, { event: 'EventGap', FromSequence: 5, ToSequence: 8 });
  t.equal(stream.resumeToken, `${timeline}:3,8`);
  t.same(await take(stream, 1), ['1:9']);
});

t.test('a state that is cut off begins anew; one that is whole goes on', async (t) => {
  const asked: unknown[] = [];
  const server = await serve(
    t,
    whenSubscribed(({ body }, link) => {
      asked.push([body['FullState'], body['ResumeToken'], body['TenantList']]);
      const state = (name: MessageName, at: number, more: object = {}): void => {
        const place = { Partition: at, Sequence: [10, 20][at], SubscriptionId: 9 };
        link.event(name, 1, { ...place, ...more });
      };
      if (link.number < 3) state('EventPlaceAgentState', 0, { AgentId: `agent ${link.number}` });
      if (link.number < 3) state('EventUpToDate', 0);
      if (link.number === 2) state('EventUpToDate', 1);
      state('EventQueueState', 1, { Queue: 'q' });
      link.event('EventHeld', 1, held(0, 10 + link.number));
      if (link.number < 3) setTimeout(() => link.drop(), 20);
    }),
  );
  const client = await connectTo(t, server);
  const stream = client.events({ state: true, kinds: ['Agents', 'Queues'] });
  const told: string[] = [];
  const tokens: unknown[] = [];
  while (told.at(-1) !== 'EventHeld 13') {
    const { value } = await stream.next();
    const { event, AgentId = '', Sequence } = value as unknown as Record<string, string>;
    told.push([event, event === 'EventHeld' ? Sequence : AgentId].join(' ').trim());
    tokens.push(stream.resumeToken);
  }
  const first = ['EventStateBegins', 'EventPlaceAgentState agent 1', 'EventUpToDate'];
  const second = ['EventStateBegins', 'EventPlaceAgentState agent 2', 'EventUpToDate'];
  const cut = first.concat('EventQueueState', 'EventHeld 11');
  const whole = second.concat('EventUpToDate', 'EventQueueState', 'EventHeld 12');
  t.same(told, cut.concat(whole, 'EventQueueState', 'EventHeld 13'));
  const kinds = { 1: { Agents: '', Queues: '' } };
  t.match(asked, [
    [true, undefined, kinds],
    [true, undefined, kinds],
    [true, [12, 20], kinds],
  ]);
  t.same(tokens.slice(0, 8), new Array(8).fill(undefined), 'none before all of it is taken');
  t.same(
    tokens.slice(8),
    [10, 10, 12, 12, 13].map((at) => `${timeline}:${at},20`),
  );
});

t.test('a subscription that the server has ended goes on by another one', async (t) => {
  let asked = 0;
  const server = await serve(
    t,
    whenSubscribed((request, link) => {
      asked++;
      if (asked === 2) t.same(request.body['ResumeToken'], [11, 20]);
      link.event('EventHeld', 1, held(0, 10 + asked));
      const why = { ErrorCode: 1099, ErrorDescription: 'too slow', Timeline: timeline };
      if (asked === 1) link.event('EventSubscriptionEnded', 1, { SubscriptionId: 9, ...why });
    }),
  );
  const client = await connectTo(t, server);
  t.same(await take(client.events(), 2), ['0:11', '0:12']);
  t.equal(asked, 2);
});

t.test('leaving the loop, the signal and the close of the client end it quietly', async (t) => {
  const server = await serve(
    t,
    whenSubscribed((_, link) => link.event('EventHeld', 1, held(0, 11))),
  );
  const client = await connectTo(t, server);
  for await (const event of client.events()) {
    t.equal(event.event, 'EventHeld');
    break;
  }
  t.equal(server.names().at(-1), unsubscribe);

  const end = new AbortController();
  const stream = client.events({ signal: end.signal });
  t.same(await take(stream, 1), ['0:11']);
  const next = stream.next();
  end.abort();
  t.same(await next, { value: undefined, done: true });
  t.same(await take(client.events({ signal: end.signal }), 1), []);

  const last = client.events();
  t.same(await take(last, 1), ['0:11']);
  const closing = last.next();
  await client.close();
  t.same(await closing, { value: undefined, done: true });
  t.throws(() => client.events(), failure('ClientClosed'));
  t.same(server.names().slice(-2), [unsubscribe, 'RequestUnregisterClient']);
});

t.test('a refused subscription and the loss of the client are thrown to the reader', async (t) => {
  const server = await serve(t, (request, link) => {
    if (request.name === subscribe) return (link.refuse(request, 'InvalidResumeToken'), true);
    if (request.name === 'RequestStopProcessing') return (link.drop(), true);
    return false;
  });
  const client = await connectTo(t, server, { reconnect: false });
  const refused = client.events({ resumeToken: [1] });
  await t.rejects(refused.next(), failure('InvalidResumeToken'));
  t.same(await refused.next(), { value: undefined, done: true });
  for (const wrong of [
    '',
    'x',
    '3,',
    `${timeline}:`,
    `${timeline}:1,-2`,
    '3f9a:1',
    '1,99999999999999999',
  ]) {
    await t.rejects(
      client.events({ resumeToken: wrong }).next(),
      failure('InvalidResumeToken'),
      wrong,
    );
  }
});

t.test('the loss of the connection for good is thrown to the reader', async (t) => {
  const server = await serve(
    t,
    whenSubscribed((_, link) => {
      link.event('EventHeld', 1, held(0, 11));
      setTimeout(() => link.drop(), 20);
    }),
  );
  const client = await connectTo(t, server, { reconnect: false });
  const stream = client.events();
  await t.rejects(take(stream, 3), failure('ConnectionLost'));
});
