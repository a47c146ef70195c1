/** Few file descriptors: the server starts, says how few, refuses the rest, and recovers. */
import { once } from 'node:events';
import { createConnection, type Socket } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import t from 'tap';
import { connect } from '../../lib/client/index.js';
import { parseEndpoint } from '../../lib/config/endpoint.js';
import type { ServerStatus } from '../../lib/server/status.js';
import { directoryOf } from '../fixture/directory.js';
import { ixion } from './daemon.js';

t.setTimeout(120_000);

t.test('clients take all that is left in the first moment', async (t) => {
  const data = join(directoryOf(t), 'data');
  const ports = ['--listen', '127.0.0.1:0', '--admin', '127.0.0.1:0'];
  const shell = ['/bin/sh', '-c', 'ulimit -n 64; exec "$@"', 'sh'];
  const daemon = ixion(['start', ...ports, '--data', data, '--demo'], {}, shell);
  t.teardown(() => daemon.child.kill('SIGKILL'));
  const [, listen = ''] = await daemon.says(/ixion ready on (\S+)/);
  const [, admin = ''] = await daemon.says(/admin on (\S+)\n/);
  const { host, port } = parseEndpoint(listen)!;
  const sockets: Socket[] = [];
  for (let count = 0; count < 100; count++) {
    const socket = createConnection({ host, port }).on('error', () => undefined);
    t.teardown(() => socket.destroy());
    sockets.push(socket);
  }
  await daemon.says(/only \d+ connections: 64 files may be open/);
  await daemon.says(/all connections are taken: refused/);
  const get = async (path: string): Promise<unknown> => {
    for (;;) {
      const answer = await fetch(`http://${admin}${path}`).catch(() => undefined);
      if (answer?.ok === true) return answer.json();
      await sleep(50);
    }
  };
  t.match(await get('/readyz'), { ready: true }, 'what is loaded late came all the same');
  const { clients, descriptors } = (await get('/status')) as ServerStatus;
  t.ok(clients.refused > 0, `${clients.refused} refused`);
  t.equal(descriptors.limit, 64);
  for (const socket of sockets) socket.destroy();
  await using client = await connect({
    server: listen,
    clientName: 'media',
    clientType: 'MediaServer',
  });
  await client.submit({ queue: 'demo.menu', mediaType: 'email', interactionType: 'Inbound' });
  daemon.child.kill('SIGTERM');
  t.match(await daemon.ended, { code: 0, signal: null });
});

t.test('none is left for the whole process, and then again some', async (t) => {
  const directory = directoryOf(t, {
    // Something else in the process takes all soon after both addresses are bound, and again
    // whenever a file that was open just then has been closed. It gives them back when told.
    'hog.cjs': `const { isMainThread } = require('node:worker_threads');
      const { openSync, closeSync } = require('node:fs');
      const { Server } = require('node:net');
      const held = [];
      const take = () => { try { for (;;) held.push(openSync('/dev/null')); } catch {} };
      const { listen } = Server.prototype;
      let bound = 0;
      let taker;
      if (isMainThread) {
        Server.prototype.listen = function (...args) {
          this.once('listening', () => {
            if (this.address().port > 0 && ++bound === 2) taker = setInterval(take, 50);
          });
          return listen.apply(this, args);
        };
        process.on('SIGWINCH', () => {
          clearInterval(taker);
          held.splice(0).forEach((one) => closeSync(one));
        });
      }`,
  });
  const ports = ['--listen', '127.0.0.1:0', '--admin', '127.0.0.1:0'];
  const shell = ['/bin/sh', '-c', 'ulimit -n 200; exec "$@"', 'sh'];
  const environment = { NODE_OPTIONS: `--require ${join(directory, 'hog.cjs')}` };
  const words = ['start', ...ports, '--data', join(directory, 'data'), '--init'];
  const daemon = ixion(words, environment, shell);
  t.teardown(() => daemon.child.kill('SIGKILL'));
  await daemon.says(/ixion ready on (\S+)/);
  const [, admin = ''] = await daemon.says(/admin on (\S+)\n/);
  await daemon.says(/no file descriptors of this process are left/);
  daemon.child.kill('SIGWINCH');
  await daemon.says(/file descriptors are free again/);
  const answer = await fetch(`http://${admin}/status`);
  t.match(await answer.json(), { state: 'ready', descriptors: { limit: 200, exhausted: 1 } });
  daemon.child.kill('SIGTERM');
  const [code] = (await once(daemon.child, 'exit')) as [number];
  t.equal(code, 0);
  const { stderr } = await daemon.ended;
  t.equal(stderr.split('no file descriptors of this process').length, 2, 'it is said once');
});
