/**
 * What is repeated is done once, the answer is the first one, and where nobody knows
 * the client says so.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { errorTable } from '../../lib/errors.js';
import { directoryOf } from '../fixture/directory.js';
import { addressOf, connectReal, startReal, startRelay } from './real-server.js';
import { email } from './support.js';

const key = (text: string): Uint8Array => new TextEncoder().encode(text.padEnd(16, '.'));
const script = new URL('server-process.js', import.meta.url).pathname;

async function startProcess(t: Test, data: string, port = 0): Promise<[ChildProcess, number]> {
  const child = spawn(process.execPath, [script, `${port}`, data], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  t.teardown(() => child.kill('SIGKILL'));
  const [line] = (await once(child.stdout!, 'data')) as [Buffer];
  const [, found] = /^(\d+)\n$/.exec(line.toString('latin1'))!;
  return [child, Number.parseInt(found!, 10)];
}

t.test('an answer that was lost with its link is got again, and is the first', async (t) => {
  const server = await startReal(t);
  const relay = await startRelay(t, server);
  const client = await connectReal(t, relay.address);
  const watcher = await connectReal(t, addressOf(server));
  const events = watcher.events({ fromStart: true });
  for (const interactionId of ['own', undefined]) {
    relay.loseAnswers();
    const answer = client.submit({ ...email, interactionId });
    // It is done, and the client does not know.
    const { value } = await events.next();
    relay.cut();
    t.same(await answer, { interactionId: value.InteractionId, duplicate: false });
  }
  t.match(await client.submit({ ...email, interactionId: 'own' }), { duplicate: true });
  t.match(await client.queueStatistics(['inbox']), [{ submitted: 2 }]);
});

t.test('and over a kill of the server', async (t) => {
  const data = join(directoryOf(t), 'data');
  const [killed, port] = await startProcess(t, data);
  const address = `127.0.0.1:${port}`;
  const watcher = await connectReal(t, address);
  const client = await connectReal(t, address);
  await watcher.ping();
  const answers = Array.from({ length: 200 }, (_, number) =>
    client.submit({ ...email, interactionId: `own.${number}` }),
  );
  await answers[20];
  killed.kill('SIGKILL');
  await once(killed, 'exit');
  await startProcess(t, data, port);
  const results = await Promise.all(answers);
  t.equal(results.filter(({ duplicate }) => duplicate).length, 0);
  t.match(await client.queueStatistics(['inbox']), [{ submitted: 200 }]);
});

t.test('a repetition of before: known, another request, and too old to be known', async (t) => {
  const client = await connectReal(t, addressOf(await startReal(t)));
  const requestKey = key('first');
  const first = await client.submit(email, { requestKey });
  const again = await client.submit(email, { requestKey, retryAgeMs: 60_000 });
  t.same(again, first, 'as from another process that has the key');

  const other = client.submit({ ...email, priority: 5 }, { requestKey, retryAgeMs: 1 });
  await t.rejects(other, {
    errorName: 'RequestKeyReused',
    code: errorTable.RequestKeyReused.code,
    retryable: false,
    request: 'RequestSubmit',
  });
  const old = { requestKey: key('old'), retryAgeMs: 3_600_000 };
  for (const [request, call] of [
    ['RequestSubmit', () => client.submit(email, old)],
    ['RequestStopProcessing', () => client.stop(first.interactionId, old)],
  ] as const) {
    await t.rejects(call() as Promise<unknown>, {
      errorName: 'UnknownOutcome',
      code: errorTable.UnknownOutcome.code,
      retryable: false,
      request,
    });
  }
  t.match(await client.queueStatistics(['inbox']), [{ submitted: 1, waiting: 1 }]);
});

t.test('a repetition that is sent again over a lost link stays one request', async (t) => {
  const server = await startReal(t);
  const relay = await startRelay(t, server);
  const client = await connectReal(t, relay.address);
  const options = { requestKey: key('twice'), retryAgeMs: 5_000 };
  await client.ping();
  relay.loseAnswers();
  const submitted = client.submit(email, options);
  const watcher = await connectReal(t, addressOf(server));
  const { value } = await watcher.events({ fromStart: true }).next();
  relay.cut();
  t.same(await submitted, { interactionId: value.InteractionId, duplicate: false });
  t.match(await watcher.queueStatistics(['inbox']), [{ submitted: 1 }]);
});
