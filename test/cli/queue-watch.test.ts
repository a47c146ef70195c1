/** `ixion queue list --watch`, as a process of its own: what it prints, and how it ends. */
import type { ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { connect } from '../../lib/client/index.js';
import { formatEndpoint } from '../../lib/config/endpoint.js';
import { startServer } from '../../lib/index.js';
import { directoryOf } from '../fixture/directory.js';
import { outcomeOf, runHere, start } from './support.js';

/** Hands out the lines of a child one by one. */
function linesOf(child: ChildProcess): () => Promise<string> {
  const lines: string[] = [];
  let rest = '';
  let wake: (() => void) | undefined;
  child.stdout!.on('data', (chunk) => {
    const parts = `${rest}${String(chunk)}`.split('\n');
    rest = parts.pop() ?? '';
    lines.push(...parts);
    wake?.();
  });
  return async () => {
    while (lines.length === 0) await new Promise<void>((resolve) => (wake = resolve));
    return lines.shift()!;
  };
}

async function serving(t: Test) {
  const data = join(directoryOf(t), 'data');
  const from = { data, create: 'demo', withAdmin: false, partitions: 1, threads: 1 } as const;
  let server = await startServer({ ...from, listen: '127.0.0.1:0' });
  const address = formatEndpoint(server.address);
  t.teardown(() => server.stop());
  return {
    address,
    async restart() {
      await server.stop();
      server = await startServer({ ...from, create: 'if-missing', listen: address });
    },
  };
}

const submission = { queue: 'demo.menu', mediaType: 'email', interactionType: 'Inbound' };

t.test('what has changed is printed, also after a restart of the server', async (t) => {
  const { address, restart } = await serving(t);
  const words = ['queue', 'list', 'demo.menu', '--watch', '--interval', '100ms', '--json'];
  const child = start([...words, '--server', address]);
  t.teardown(() => child.kill('SIGKILL'));
  const outcome = outcomeOf(child);
  const line = linesOf(child);
  const at = /^\d{4}-\d\d-\d\dT.*Z$/;
  t.match(JSON.parse(await line()), { at, queues: [{ queue: 'demo.menu', waiting: 0 }] });
  const client = await connect({
    server: address,
    clientName: 'm',
    clientType: 'MediaServer',
    reconnect: { minMs: 10, maxMs: 50 },
  });
  t.teardown(() => client.close());
  await client.submit({ ...submission, interactionId: 'A' });
  t.match(JSON.parse(await line()), { at, queues: [{ waiting: 1, submitted: 1 }] });
  await restart();
  await client.stop('A');
  t.match(JSON.parse(await line()), { queues: [{ waiting: 0, stopped: { Normal: 1 } }] });
  child.kill('SIGINT');
  const { code, out, error } = await outcome;
  t.equal(code, 0, error);
  t.equal(out.trim().split('\n').length, 3, 'nothing that is as before');
  const told = error.trim().split('\n');
  t.same(
    told.map((text) => (JSON.parse(text) as { warning: { message: string } }).warning.message),
    ['the server stops', 'connection lost, trying again', 'connected again'],
  );
});

t.test('for people: when it was, and the table', async (t) => {
  const { address } = await serving(t);
  const child = start(['queue', 'list', '--watch', '--server', address]);
  t.teardown(() => child.kill('SIGKILL'));
  const outcome = outcomeOf(child);
  const line = linesOf(child);
  t.match(await line(), /^\d{4}-\d\d-\d\dT.*Z$/);
  t.match(await line(), /^Queue +Partition +Waiting/);
  t.match(await line(), /^demo\./);
  child.kill('SIGTERM');
  t.match(await outcome, { code: 0, error: '' });
});

t.test('what is wrong is told as without --watch', async (t) => {
  const { address } = await serving(t);
  const run = (...words: string[]) => runHere('queue', 'list', ...words, '--server', address);
  t.match(await run('nowhere', '--watch'), { code: 1, out: '', error: /UnknownQueue \[1020\]/ });
  t.match(await run('--watch', '--interval', '5ms'), { code: 64, error: /--interval.*100ms/ });
  t.match(await run('--wach'), { code: 64, error: /Did you mean "--watch"\?/ });
});
