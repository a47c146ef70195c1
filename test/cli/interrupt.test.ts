/** Ctrl-C and TERM: one line, a documented code, never a stack, whatever the command is doing. */
import t from 'tap';
import { readdirSync } from 'node:fs';
import { createServer } from 'node:http';
import { once } from 'node:events';
import { join } from 'node:path';
import type { AddressInfo } from 'node:net';
import { directoryOf } from '../fixture/directory.js';
import { serve, until } from '../client/support.js';
import { outcomeOf, start } from './support.js';

/** Answers nothing of what these tests ask; tells when it was asked. */
const silent = (wanted: string, asked: () => void) => (request: { readonly name: string }) => {
  if (request.name === wanted) asked();
  return request.name === wanted;
};

const record =
  '{"InteractionId":"A1","Queue":"in","MediaType":"email","InteractionType":"Inbound"}\n';

t.test('while it waits for an answer of a server', async (t) => {
  const directory = directoryOf(t, { 'in.jsonl': record });
  const file = join(directory, 'in.jsonl');
  const cases: readonly (readonly [line: string, request: string, remedy: RegExp])[] = [
    [`import ${file}`, 'RequestImportInteraction', /goes on where this one ended/],
    [`export ${directory}/out.jsonl`, 'RequestListInteractions', /goes on where this one ended/],
    ['interaction submit --queue in', 'RequestSubmit', /run it again/],
    ['interaction pull in --wait 60s', 'RequestPull', /run it again/],
    ['interaction stop A1', 'RequestStopProcessing', /run it again/],
    ['queue list', 'RequestQueueStatistics', /run it again/],
    ['ping', 'RequestPing', /run it again/],
  ];
  for (const [signal, code] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const) {
    for (const [line, request, remedy] of cases) {
      let isAsked = false;
      const server = await serve(
        t,
        silent(request, () => (isAsked = true)),
      );
      const child = start([...line.split(' '), '--server', server.address]);
      const outcome = outcomeOf(child);
      await until(() => isAsked);
      child.kill(signal);
      const ended = await outcome;
      t.equal(ended.code, code, `${line} ${ended.error}`);
      t.match(ended.error, /^ixion: ended by SIG(INT|TERM) before it was done\. [^\n]+\n$/);
      t.match(ended.error, remedy);
      t.equal(ended.out, '');
    }
  }
});

t.test('while it waits for the admin listener: the signal itself ends it', async (t) => {
  const server = createServer(() => undefined).listen(0, '127.0.0.1');
  t.teardown(() => server.closeAllConnections());
  t.teardown(() => server.close());
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  for (const argv of [['status'], ['shutdown'], ['config', 'history'], ['store', 'backup', '/x']]) {
    const asked = once(server, 'request');
    const child = start([...argv, '--admin', `127.0.0.1:${port}`]);
    const outcome = outcomeOf(child);
    await asked;
    child.kill('SIGINT');
    const { error } = await outcome;
    t.equal(child.signalCode, 'SIGINT', 'as a shell expects it: 130');
    t.match(error, /^ixion: ended by SIGINT before it was done\. [^\n]+\n$/, argv.join(' '));
  }
});

t.test('a second one ends a command that does not come to its end', async (t) => {
  const asked: string[] = [];
  // It answers no ping, and not when the client leaves.
  const server = await serve(t, ({ name }) => {
    asked.push(name);
    return name !== 'RequestRegisterClient';
  });
  const child = start(['ping', '--timeout', '1h', '--server', server.address]);
  const outcome = outcomeOf(child);
  await until(() => asked.includes('RequestPing'));
  child.kill('SIGINT');
  await until(() => asked.includes('RequestUnregisterClient'));
  child.kill('SIGINT');
  await outcome;
  t.equal(child.signalCode, 'SIGINT');
});

t.test('with --json the end is JSON', async (t) => {
  let isAsked = false;
  const server = await serve(
    t,
    silent('RequestPing', () => (isAsked = true)),
  );
  const child = start(['ping', '--json', '--server', server.address]);
  const outcome = outcomeOf(child);
  await until(() => isAsked);
  child.kill('SIGINT');
  const { code, error } = await outcome;
  t.equal(code, 130);
  t.match(JSON.parse(error), { error: { name: 'interrupted', exitCode: 130, remedy: String } });
});

t.test('the demo takes its server and its directory away', async (t) => {
  const directory = directoryOf(t);
  const child = start(['demo', '--speed', '10'], { TMPDIR: directory });
  const outcome = outcomeOf(child);
  let out = '';
  child.stdout!.on('data', (chunk) => (out += String(chunk)));
  await until(() => /goes through it/.test(out));
  child.kill('SIGINT');
  const { code, error } = await outcome;
  t.equal(code, 130, error);
  t.match(error, /^ixion: ended by SIGINT before it was done\. [^\n]+\n$/);
  t.same(readdirSync(directory), []);
});
