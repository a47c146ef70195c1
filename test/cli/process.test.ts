/** The command as a process: help, exit codes, signals, closed pipes. */
import t from 'tap';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { serve, until } from '../client/support.js';
import type { FakeLink } from '../client/fake-server.js';
import { outcomeOf, runChild, start } from './support.js';

const event = (sequence: number): Record<string, unknown> => ({
  InteractionId: 'A1',
  InteractionVersion: 1,
  InteractionState: 0,
  EventTime: 0,
  Partition: 1,
  Sequence: sequence,
  SubscriptionId: 9,
  ActorId: 'bell\u0007',
});

t.test('help and version go to stdout, mistakes to stderr', async (t) => {
  const help = await runChild(['--help']);
  t.equal(help.code, 0);
  t.match(help.out, /Commands:\n(.*\n)*  interaction .*\n(.*\n)*.*"ixion COMMAND --help"/);
  t.match(await runChild(['--version']), { code: 0, out: /^\d+\.\d+\.\d+\n$/ });
  t.match(await runChild([]), { code: 64, out: '', error: /Usage: ixion/ });
  t.match(await runChild(['toString']), { code: 64, error: /no command "toString"/ });
  const verb = await runChild(['interaction', 'submit', '--help']);
  t.match(verb, { code: 0, error: '', out: /Examples:\n  \$ ixion interaction submit/ });
});

t.test('the server comes from the environment', async (t) => {
  const server = await serve(t, (request, link) => {
    if (request.name !== 'RequestPing') return false;
    return (link.answer(request, 'EventPing', { ServerTime: 1 }), true);
  });
  const { code, out } = await runChild(['ping', '--json'], { IXION_SERVER: server.address });
  t.equal(code, 0);
  t.match(JSON.parse(out), { serverTime: '1970-01-01T00:00:00.001Z' });
});

t.test('variables of ours that mean nothing are told, on stderr', async (t) => {
  const settings = { IXION_SERVR: 'x', IXION_SERVER: '127.0.0.1:1' };
  t.match(await runChild(['ping'], settings), {
    code: 69,
    out: '',
    error:
      /^ixion: warning: the variable IXION_SERVR means nothing\. .*"IXION_SERVER"\?\nixion: No/,
  });
  const json = await runChild(['ping', '--json'], settings);
  const [warning = '', error = ''] = json.error.split('\n');
  t.match(JSON.parse(warning), { warning: { message: /IXION_SERVR/ } });
  t.match(JSON.parse(error), { error: { exitCode: 69 } });
});

t.test('events: one line each, over a lost connection, until Ctrl-C', async (t) => {
  const server = await serve(t, (request, link) => {
    if (request.name !== 'RequestStartPlaceAgentStateReportingAll') return false;
    link.ack(request, { SubscriptionId: 9, ResumeToken: [4, 0], Timeline: '3f9a0c1d2e4b5a67' });
    link.event('EventHeld', 1, event(link.number));
    if (link.number === 1) link.drop();
    return true;
  });
  const child = start(['events', '--follow', '--server', server.address, '--from-start']);
  const outcome = outcomeOf(child);
  let lines = 0;
  child.stdout!.on('data', (chunk: Buffer) => (lines += chunk.toString().split('\n').length - 1));
  await until(() => lines === 2);
  child.kill('SIGINT');
  const { code, out, error } = await outcome;
  t.equal(code, 0);
  t.match(out.split('\n')[1], '1970-01-01T00:00:00.000Z 1:2 EventHeld A1 ');
  t.match(out, /ActorId="bell\\u0007"/);
  t.match(error, /connection lost[^]*connected again[^]*resume token: 3f9a0c1d2e4b5a67:4,2\n$/);
  t.equal(server.names().at(-1), 'RequestUnregisterClient');
});

t.test('a reader that goes away ends the command quietly', async (t) => {
  let link: FakeLink | undefined;
  const server = await serve(t, (request, at) => {
    if (request.name !== 'RequestStartPlaceAgentStateReportingAll') return false;
    at.ack(request, { SubscriptionId: 9, ResumeToken: [0, 0] });
    link = at;
    return true;
  });
  const child = start(['events', '--follow', '--json', '--server', server.address]);
  child.stdout!.destroy();
  const closed = once(child, 'exit');
  await until(() => link !== undefined);
  let sequence = 0;
  const sending = setInterval(() => link?.event('EventHeld', 1, event(++sequence)), 2);
  const [code] = (await closed) as [number];
  clearInterval(sending);
  t.equal(code, 0);
});

t.test('shutdown waits until the process that it stopped is gone', async (t) => {
  let looks = 0;
  const admin = createServer((request, response) => {
    if (request.url === '/livez') looks++;
    // Behind the third look another process has the address.
    response.end(JSON.stringify({ pid: looks < 3 ? 7 : 8 }));
  }).listen(0, '127.0.0.1');
  t.teardown(() => admin.close());
  await once(admin, 'listening');
  const address = `127.0.0.1:${(admin.address() as AddressInfo).port}`;
  const stopped = await runChild(['shutdown', '--admin', address]);
  t.match(stopped, { code: 0, out: 'ixion stopped\n', error: '' });
  t.equal(looks, 3);
});
