/** The log is never waited for: a full disk, a reader that never reads, one that goes away. */
import { execFileSync } from 'node:child_process';
import { closeSync, constants, openSync, readSync } from 'node:fs';
import { connect as connectSocket } from 'node:net';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import t, { type Test } from 'tap';
import { freePort } from '../../bench/support/free-port.js';
import { connect } from '../../lib/client/index.js';
import { parseEndpoint } from '../../lib/config/endpoint.js';
import { directoryOf } from '../fixture/directory.js';
import { type Command, ixion } from './daemon.js';

interface Redirected extends Command {
  readonly listen: string;
  readonly admin: string;
}

/** A daemon on free ports, with its output as a shell redirects it, once it answers. */
async function startRedirected(
  test: Test,
  redirection: string,
  environment: NodeJS.ProcessEnv = {},
  directory = directoryOf(test),
): Promise<Redirected> {
  const [listen, admin] = [`127.0.0.1:${await freePort()}`, `127.0.0.1:${await freePort()}`];
  const data = join(directory, 'data');
  const words = ['start', '--listen', listen, '--admin', admin, '--data', data, '--init'];
  const shell = ['/bin/sh', '-c', `exec "$@" ${redirection}`, 'sh'];
  const command = ixion(words, environment, shell);
  test.teardown(async () => {
    command.child.kill('SIGKILL');
    await command.ended;
  });
  while ((await readiness(admin)) !== 200) await sleep(20);
  return { ...command, listen, admin };
}

const readiness = (admin: string): Promise<number> =>
  fetch(`http://${admin}/readyz`).then(
    ({ status }) => status,
    () => 0,
  );

async function statusOf({ admin }: Redirected): Promise<{ logLinesDropped: number }> {
  return (await fetch(`http://${admin}/status`)).json() as Promise<{ logLinesDropped: number }>;
}

/** Pings as fast as they go; at level debug each is a line of some 200 bytes. */
async function ping({ listen }: Redirected, count: number): Promise<void> {
  await using client = await connect({
    server: listen,
    clientName: 'x'.repeat(100),
    clientType: 'MediaServer',
    reconnect: false,
  });
  for (let left = count; left > 0; left -= 500) {
    await Promise.all(Array.from({ length: 500 }, () => client.ping()));
  }
}

/** Connections that send what is no frame: each is told the log. */
async function misbehave({ listen }: Redirected, count: number): Promise<void> {
  const { host, port } = parseEndpoint(listen)!;
  for (let left = count; left > 0; left -= 1) {
    const socket = connectSocket(port, host).on('error', () => undefined);
    socket.end('GET / HTTP/1.1\r\n\r\n').resume();
    await once(socket, 'close');
  }
}

async function endsInOrder(test: Test, daemon: Redirected): Promise<void> {
  test.equal(await readiness(daemon.admin), 200, 'it lives');
  daemon.child.kill('SIGTERM');
  test.match(await daemon.ended, { code: 0, signal: null });
}

const debug = { IXION_LOG_LEVEL: 'debug' };
/** More than the buffer and a pipe hold. */
const many = 10_000;

t.setTimeout(120_000);

for (const redirection of ['2>/dev/full', '>/dev/full', '2>/dev/full >/dev/full']) {
  t.test(`a full disk: ${redirection}`, async (t) => {
    const daemon = await startRedirected(t, redirection, debug);
    await ping(daemon, redirection.startsWith('2') ? many : 500);
    await misbehave(daemon, 50);
    if (redirection.startsWith('2')) t.ok((await statusOf(daemon)).logLinesDropped > 0);
    await endsInOrder(t, daemon);
  });
}

t.test('a reader that does not read, goes away, and another comes', async (t) => {
  const directory = directoryOf(t);
  const fifo = join(directory, 'log');
  execFileSync('mkfifo', [fifo]);
  const reader = () => openSync(fifo, constants.O_RDONLY | constants.O_NONBLOCK);
  const silent = reader();
  const daemon = await startRedirected(t, `2>'${fifo}'`, debug, directory);
  await ping(daemon, many);
  const { logLinesDropped } = await statusOf(daemon);
  t.ok(logLinesDropped > 0, `${logLinesDropped} lines were dropped`);
  closeSync(silent);
  // Nobody reads: EPIPE.
  await ping(daemon, 500);
  const late = reader();
  let text = '';
  const bytes = Buffer.alloc(65_536);
  const dropped = (): number | undefined => {
    const found = /"dropped":(\d+),"msg":"\d+ lines were dropped here/.exec(text);
    return found === null ? undefined : Number(found[1]);
  };
  while (dropped() === undefined) {
    try {
      text += bytes.toString('utf8', 0, readSync(late, bytes));
    } catch {
      await sleep(20);
    }
  }
  t.ok(dropped()! >= logLinesDropped, 'it is said where they were dropped');
  // The line that the first reader had a part of is the first; all others are whole.
  const lines = text.split('\n').slice(1, -1);
  for (const line of lines) JSON.parse(line);
  await ping(daemon, many);
  await endsInOrder(t, daemon);
  closeSync(late);
});

t.test('stdout that nobody reads', async (t) => {
  const directory = directoryOf(t);
  const fifo = join(directory, 'out');
  execFileSync('mkfifo', [fifo]);
  const silent = openSync(fifo, constants.O_RDONLY | constants.O_NONBLOCK);
  const daemon = await startRedirected(t, `>'${fifo}'`, {}, directory);
  closeSync(silent);
  await endsInOrder(t, daemon);
});

t.test('lines that strangers cause are rated, and the rest is counted', async (t) => {
  const daemon = await startRedirected(t, '');
  await misbehave(daemon, 300);
  daemon.child.kill('SIGTERM');
  const { stderr } = await daemon.ended;
  const lines = stderr.split('\n').filter((line) => line.includes('framing lost'));
  t.ok(lines.length <= 80, `${lines.length} lines`);
  const counts = lines.map((line) => (JSON.parse(line) as { count?: number }).count ?? 1);
  t.equal(
    counts.reduce((sum, count) => sum + count, 0),
    300,
    'none is lost without a word',
  );
});

t.test('lines before pino is loaded have the form of those after', async (t) => {
  const daemon = await startRedirected(t, '', { IXION_FAULT_INJECTION: '1' });
  await daemon.says(
    /"level":40,"time":"[^"]+Z","pid":\d+,"hostname":"[^"]+","msg":"faultInjection is/,
  );
});
