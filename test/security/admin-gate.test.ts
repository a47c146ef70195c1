/** Nobody keeps a place at the admin listener for nothing. */
import { once } from 'node:events';
import { createConnection, type Socket } from 'node:net';
import { request } from 'node:http';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import t, { type Test } from 'tap';
import { parseEndpoint } from '../../lib/config/endpoint.js';
import { ixionToEnd, startDaemon } from '../daemon/daemon.js';
import { directoryOf } from '../fixture/directory.js';
import { type Secured, startSecured, tokenOf } from './secured-server.js';

interface Dripping {
  readonly socket: Socket;
  readonly ended: Promise<string>;
}

/** Sends what begins a request, and then a byte of it now and then for as long as it may. */
async function drip(test: Test, port: number, begin: string, everyMs: number): Promise<Dripping> {
  const socket = createConnection({ port, host: '127.0.0.1' }).on('error', () => undefined);
  const timer = setInterval(() => socket.write('x'), everyMs);
  test.teardown(() => {
    clearInterval(timer);
    socket.destroy();
  });
  let text = '';
  socket.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
  const ended = new Promise<string>((resolve) =>
    socket.once('close', () => {
      clearInterval(timer);
      resolve(text);
    }),
  );
  await once(socket, 'connect');
  socket.write(begin);
  return { socket, ended };
}

const head = 'GET /livez HTTP/1.1\r\nhost: localhost\r\nx: ';
const body = [
  'POST /reload HTTP/1.1',
  'host: localhost',
  'content-type: application/json',
  'content-length: 1000',
  '',
  '',
].join('\r\n');
const openServer = { applications: [], adminLimits: { headTimeoutMs: 300, bodyTimeoutMs: 300 } };
const portOf = ({ server }: Secured): number => server.adminAddress!.port;

t.test('a head and a body have their time, and no byte prolongs it', async (t) => {
  const secured = await startSecured(t, openServer);
  for (const begin of ['GET /', head, body]) {
    const { ended } = await drip(t, portOf(secured), begin, 20);
    // A byte that comes while it is closed resets the connection, and may take the answer with it.
    t.match(await ended, /^(HTTP\/1\.1 408 |$)/, begin.slice(0, 12));
  }
  t.equal((await secured.admin('/livez')).status, 200);
});

t.test('the file of an operator takes as long as it comes', async (t) => {
  const { applications: _, ...short } = openServer;
  const secured = await startSecured(t, short);
  const status = await new Promise((resolve, reject) => {
    const sent = request(
      {
        port: portOf(secured),
        host: '127.0.0.1',
        path: '/config/apply?dryRun=true&merge=true',
        method: 'POST',
        headers: {
          'content-type': 'application/yaml',
          authorization: `Bearer ${tokenOf('admin')}`,
        },
      },
      (response) => response.resume().once('end', () => resolve(response.statusCode)),
    );
    sent.on('error', reject);
    void (async () => {
      for (let count = 0; count < 40; count++) {
        sent.write('# more\n');
        await sleep(25);
      }
      sent.end('queues: []\n');
    })();
  });
  t.equal(status, 200);
});

t.test(
  'all places taken by requests that never end: probes and operators are served',
  async (t) => {
    const daemon = await startDaemon(['--data', join(directoryOf(t), 'data'), '--init']);
    t.teardown(() => daemon.kill());
    const { port } = parseEndpoint(daemon.admin)!;
    const drops: Dripping[] = [];
    for (let count = 0; count < 200; count++) drops.push(await drip(t, port, head, 200));
    for (const path of ['livez', 'readyz', 'status']) {
      t.equal((await fetch(`http://${daemon.admin}/${path}`)).status, 200, path);
    }
    const open = drops.filter(({ socket }) => !socket.destroyed).length;
    t.ok(open <= 64, `${open} are left`);
    const shutdown = await ixionToEnd(['shutdown', '--admin', daemon.admin]);
    t.match(shutdown, { code: 0, stdout: 'ixion stopped\n' });
  },
);
