/**
 * `ixion events` against a real server: what is kept and no more, filters, and the
 * token to go on from.
 */
import t from 'tap';
import { join } from 'node:path';
import { filterOf } from '../../lib/cli/commands/events.js';
import { connect } from '../../lib/client/index.js';
import { formatEndpoint } from '../../lib/config/endpoint.js';
import { startServer } from '../../lib/index.js';
import { directoryOf } from '../fixture/directory.js';
import { application, startSecured, tokenOf } from '../security/secured-server.js';
import { type Outcome, runHere } from './support.js';

const lines = ({ out }: Outcome): string[] => out.split('\n').filter((line) => line !== '');
const tokenIn = ({ error }: Outcome): string => /resume token: (\S+)\n/.exec(error)?.[1] ?? '';

t.test('what is kept is printed, and that is the end', async (t) => {
  const server = await startServer({
    data: join(directoryOf(t), 'data'),
    create: 'demo',
    listen: '127.0.0.1:0',
    withAdmin: false,
    partitions: 3,
    threads: 1,
  });
  t.teardown(() => server.stop());
  const address = formatEndpoint(server.address);
  const events = (...argv: readonly string[]): Promise<Outcome> =>
    runHere('events', ...argv, '--server', address);
  const none = await events();
  t.match(none, { code: 0, out: '' }, 'partitions without any event');

  await using client = await connect({
    server: address,
    clientName: 'm',
    clientType: 'MediaServer',
  });
  const submission = { queue: 'demo.menu', mediaType: 'email', interactionType: 'Inbound' };
  for (let at = 0; at < 50; at++) {
    await client.submit({ ...submission, interactionId: `A${at}` });
    await client.placeInQueue(`A${at}`, at % 2 === 0 ? 'demo.PS' : 'demo.NE');
  }
  const all = await events();
  t.match(all, { code: 0 });
  t.equal(lines(all).length, 100);
  t.equal(lines(await events('--from-start')).length, 100);
  t.equal(lines(await events('--count', '7')).length, 7);

  const state = await events('--state', '--kind', 'Queues', '--json');
  t.match(state, { code: 0 });
  const told = lines(state).map((line) => JSON.parse(line) as Record<string, unknown>);
  const waiting = told.filter(({ event }) => event === 'EventQueueState');
  const busy = waiting.filter(({ Waiting }) => Waiting !== 0);
  t.same(busy.map(({ Queue, Waiting }) => `${String(Queue)} ${String(Waiting)}`).sort(), [
    'demo.NE 25',
    'demo.PS 25',
  ]);
  t.equal(told.filter(({ event }) => event === 'EventUpToDate').length, 3);
  t.match(await events('--kind', 'Queue'), { code: 64, error: /Queues/ });

  const token = tokenIn(all);
  t.match(await events('--resume', token), { code: 0, out: '' }, 'nothing has happened since');
  await client.stop('A0');
  const since = await events('--resume', token);
  t.match(lines(since), [/EventProcessingStopped A0 /]);
  const json = await events('--resume', token, '--json');
  t.match(JSON.parse(json.error), { resumeToken: tokenIn(since) });

  t.equal(lines(await events('--type', 'InteractionSubmitted')).length, 50);
  t.equal(lines(await events('--type', 'EventPlacedInQueue', '--queue', 'demo.NE')).length, 25);
  t.equal(lines(await events('--interaction', 'A3', '--interaction', 'A4')).length, 4);
  t.equal(lines(await events('--type', 'PlacedInQueue', '--type', 'ProcessingStopped')).length, 51);
  t.equal(lines(await events('--queue', 'nowhere')).length, 0);
  const left = await events('--queue', 'demo.menu', '--type', 'PlacedInQueue');
  t.equal(lines(left).length, 50, 'what has left a queue, too');
  t.match(await events('--type', 'PlacedInQeue'), {
    code: 64,
    out: '',
    error: /no event "PlacedInQeue".*Did you mean "EventPlacedInQueue"\?/,
  });
});

t.test('what is no longer kept is told, whatever is asked for', async (t) => {
  const from = { SubscriptionId: 9, Partition: 1 } as const;
  const gap = { event: 'EventGap', ...from, FromSequence: 2, ToSequence: 3 } as const;
  for (const asked of [{}, { type: ['Held'] }, { queue: ['in'] }, { interaction: ['A'] }]) {
    t.ok(
      filterOf({
        queue: undefined,
        type: undefined,
        interaction: undefined,
        agent: undefined,
        ...asked,
      })(gap),
    );
  }
});

t.test(
  'a reader of one tenant comes to the end, though the last events are of others',
  async (t) => {
    const red = application('red', 'reporting', [1]);
    const { server } = await startSecured(t, {
      applications: [red, application('blue', 'media', [2]), application('mail', 'media', [1])],
    });
    const address = formatEndpoint(server.address);
    const submission = { queue: 'in', mediaType: 'email', interactionType: 'Inbound' };
    for (const [name, count] of [
      ['mail', 3],
      ['blue', 20],
    ] as const) {
      await using client = await connect({
        server: address,
        clientName: name,
        clientType: 'MediaServer',
        credentials: tokenOf(name),
      });
      for (let at = 0; at < count; at++) await client.submit(submission);
    }
    const access = ['--application', 'red', '--token', tokenOf('red'), '--server', address];
    const first = await runHere('events', ...access);
    t.equal(first.code, 0, first.error);
    t.equal(lines(first).length, 3);
    const again = await runHere('events', '--resume', tokenIn(first), ...access);
    t.match(again, { code: 0, out: '' });
  },
);
