/** Options of a program that embeds the server, as from JavaScript: checked like the file. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { IxionError, startServer } from '../../lib/index.js';
import { directoryOf } from '../fixture/directory.js';

const quiet = { listen: '127.0.0.1:0', withAdmin: false, threads: 1, partitions: 1 } as const;

/** Starts as JavaScript would: without types. */
const start = (options: unknown) => startServer(options as Parameters<typeof startServer>[0]);

const twice = { name: 'mail', queues: ['mail.in', 'mail.in'] };
const wrong: readonly (readonly [options: object, message: RegExp])[] = [
  [{ lisen: 'x' }, /^startServer lisen: is not an option; did you mean "listen"/],
  [{ settings: { 'collect-error-counters': true } }, /settings: .*"settings\.collect-/],
  [{ listen: 7488 }, /listen: must be HOST:PORT/],
  [{ partitions: 0 }, /partitions: must be a whole number from 1 to 64/],
  [{ partitions: '4' }, /partitions: must be a whole number/],
  [{ data: '' }, /data: must be text that is not empty/],
  [{ data: null }, /data: must be text/],
  [{ create: 'always' }, /create: must be one of init, if-missing, demo/],
  [{ withAdmin: 'no' }, /withAdmin: must be true or false/],
  [{ onFatal: 'exit' }, /onFatal: must be a function/],
  [{ log: {} }, /log: must have the functions debug, info, warn, error/],
  [{ businessProcesses: {} }, /businessProcesses: must be a list/],
  [{ businessProcesses: [{ name: 'mail', queues: [7] }] }, /businessProcesses\.0\.queues\.0: /],
  [{ businessProcesses: [{ name: 'mail', queues: [''] }] }, /businessProcesses\.0\.queues\.0: /],
  [{ businessProcesses: [{ name: 'mail', queues: [{ nme: 'x' }] }] }, /queues\.0: /],
  [{ businessProcesses: [twice] }, /queues\.1: the queue mail\.in is there twice/],
  [{ placements: { archive: 99 } }, /placements\.archive: /],
  [{ applications: [{ name: 'a', role: 'king', tokenHash: 'x' }] }, /applications\.0\.role: /],
  [{ logFilter: { 'log-filter': { 'default-filter-type': 'maybe' } } }, /logFilter\.log-filter/],
];

t.test('what is wrong is refused by path and remedy, and nothing is made', async (t) => {
  const data = join(directoryOf(t), 'data');
  for (const [options, message] of wrong) {
    const what = JSON.stringify(options);
    const error: unknown = await start({ ...quiet, data, create: 'init', ...options }).then(
      async (server) => {
        await server.stop();
        return 'started';
      },
      (reason: unknown) => reason,
    );
    t.ok(error instanceof IxionError && error.errorName === 'OptionInvalid', what);
    t.match(String((error as Error).message), message, what);
    t.match(String((error as Error).message), /; /, `${what}: with a remedy`);
    t.equal(existsSync(data), false, what);
  }
  for (const options of [undefined, null, 'data', [], 7]) {
    await t.rejects(start(options), { message: /must be an object of options/ });
  }
});

t.test('every fault is named at once', async (t) => {
  const options = { ...quiet, data: directoryOf(t), listen: 'x', admin: 'y', nothing: 1 };
  await t.rejects(start(options), { message: /listen: [^]*admin: [^]*nothing: / });
});

t.test('a queue may be its name alone, a placement one partition', async (t) => {
  const data = join(directoryOf(t), 'data');
  const server = await start({
    ...quiet,
    data,
    create: 'init',
    placements: { here: 0 },
    businessProcesses: [{ name: 'mail', queues: ['mail.in', { name: 'x', placement: 'here' }] }],
    logFilter: undefined,
  });
  t.equal(server.queueCount, 2);
  await server.stop();
  t.ok(readdirSync(data).includes('ixion.json'));
});
