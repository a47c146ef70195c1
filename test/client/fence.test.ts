/**
 * The client sets the flag `fence` where a request by queue could overtake what
 * was asked before it.
 */
import t from 'tap';
import type { Client } from '../../lib/client/index.js';
import { FrameFlag } from '../../lib/protocol/index.js';
import type { FakeServer, Received, Script } from './fake-server.js';
import { addressOf, connectReal, startReal } from './real-server.js';
import { connectTo, email, failure, serve } from './support.js';

/** As a server makes it. */
const made = '00K9ABCDEFG00001';

/** Answers pulls with the interaction that stands behind the name of the queue. */
const script: Script = (request, link) => {
  if (request.name === 'RequestSubmit') link.ack(request, { InteractionId: made });
  else if (request.name === 'RequestPull') {
    const [, id] = request.routeKey.split('=');
    const Interactions = id === undefined ? [] : [{ InteractionId: id, Queue: 'inbox' }];
    link.answer(request, 'EventPulledInteractions', { Interactions });
  } else return false;
  return true;
};

const isFenced = ({ flags }: Received): boolean => (flags & FrameFlag.fence) !== 0;

/** Whether the last of some calls, made in one turn, has the flag. */
async function lastIsFenced(
  server: FakeServer,
  ...calls: (() => Promise<unknown>)[]
): Promise<boolean> {
  await Promise.all(calls.map((call) => call()));
  return isFenced(server.requests.at(-1)!);
}

t.test('where it matters, and nowhere else', async (t) => {
  const server = await serve(t, script);
  const client = await connectTo(t, server);
  const pull = (queue: string) => () => client.pull({ queue });
  const submitOwn = (): Promise<unknown> => client.submit({ ...email, interactionId: 'own' });
  const offer = (id: string) => () => client.deliver(id, { agentId: 'ann' }).catch(() => 0);
  const cases: readonly [string, boolean, ...(() => Promise<unknown>)[]][] = [
    ['pull behind a submit of an own identifier', true, submitOwn, pull('inbox')],
    ['the same, another queue', false, submitOwn, pull('archive')],
    ['submit by queue behind it', true, submitOwn, () => client.submit(email)],
    [
      'submit by queue behind a placing',
      false,
      () => client.placeInQueue('own', 'inbox'),
      () => client.submit(email),
    ],
    ['submit by queue behind holding', false, () => client.hold('own'), () => client.submit(email)],
    ['submits by queue', false, () => client.submit(email), pull('inbox')],
    ['placing into the queue', true, () => client.placeInQueue(made, 'inbox'), pull('inbox')],
    ['a change of what was placed', true, () => client.changeProperties(made, {}), pull('any')],
    ['the end of it', true, () => client.stop(made), pull('any')],
    ['the end of what was not placed', false, () => client.stop(made), pull('any')],
    ['holding', true, () => client.hold(made), pull('any')],
    ['resuming', true, () => client.resume(made), pull('any')],
    ['a change of one not placed', false, () => client.changeProperties(made, {}), pull('any')],
    ['reading', false, () => client.getProperties('own').catch(() => 0), pull('any')],
    ['a change of an own one', true, () => client.changeProperties('own', {}), pull('any')],
    ['nothing unanswered', false, pull('x=own')],
    ['the end of an own one in hand', false, () => client.stop('own'), pull('any')],
    ['the end of an own one', true, () => client.stop('own'), pull('any')],
    ['a change behind an offer of it', true, offer(made), () => client.stop(made)],
    ['reading it', true, offer(made), () => client.getProperties(made).catch(() => 0)],
    ['a change of another', false, offer('other'), () => client.stop(made)],
    ['once it is answered', false, () => client.stop(made)],
    ['in hand again', false, pull('x=own')],
    ['placing an own one back', true, () => client.placeInQueue('own', '__BACK__'), pull('any')],
    ['placing back', false, () => client.placeInQueue(made, '__BACK__'), pull('__BACK__')],
  ];
  for (const [name, expected, ...calls] of cases) {
    t.equal(await lastIsFenced(server, ...calls), expected, name);
  }
  const refused = client.submit({ ...email, queue: 'late', interactionId: 'y'.repeat(300) });
  await t.rejects(refused, failure('AttributeTooLong'));
  t.notOk(await lastIsFenced(server, pull('late')), 'what is refused counts no more');
});

t.test('as an option of any call, kept when it is sent again', async (t) => {
  const server = await serve(t, (request, link) => {
    if (request.name !== 'RequestStopProcessing' || link.number > 1) return false;
    return (link.drop(), true);
  });
  const client = await connectTo(t, server);
  const options = { fence: true };
  await client.stop('A', options);
  const stops = server.requests.filter(({ name }) => name === 'RequestStopProcessing');
  t.same(
    stops.map(({ flags }) => flags),
    [FrameFlag.fence, FrameFlag.fence | FrameFlag.retry],
  );
  await client.ping(options).catch(() => undefined);
  await client.changeProperties('A', {}, options);
  await client.queueStatistics([], options).catch(() => undefined);
  t.ok(server.requests.slice(-3).every(isFenced));
});

t.test('at a server: what one turn asks is done in its order', async (t) => {
  const server = await startReal(t);
  const router = await connectReal(t, addressOf(server), {
    clientName: 'router',
    clientType: 'RoutingEngine',
  });
  const media = await connectReal(t, addressOf(server));
  const found = async (client: Client, queue: string): Promise<string[]> =>
    (await client.pull({ queue })).map(({ InteractionId: id }) => id);
  for (let round = 0; round < 40; round++) {
    const interactionId = `own.${round}`;
    const queue = round % 2 === 0 ? 'inbox' : 'archive';
    const [, pulled] = await Promise.all([
      router.submit({ ...email, queue, interactionId }),
      found(router, queue),
    ]);
    if (pulled[0] !== interactionId) t.fail(`round ${round}: ${pulled.join()} was pulled`);
    await router.stop(interactionId);

    const moved = await media.submit({ ...email, queue: 'inbox' });
    await media.placeInQueue(moved.interactionId, 'archive');
    const [, none] = await Promise.all([
      router.hold(moved.interactionId),
      found(router, 'archive'),
    ]);
    if (none.length > 0) t.fail(`round ${round}: it was pulled though it was put on hold before`);
    await media.stop(moved.interactionId);
  }
});
