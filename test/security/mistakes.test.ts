/**
 * Mistakes and attacks beside the protocol: configuration, exposure, the admin
 * listener, slow peers.
 */
import { join } from 'node:path';
import t from 'tap';
import { parseConfiguration } from '../../lib/config/file.js';
import { startServer, type StartOptions } from '../../lib/index.js';
import { isLoopback } from '../../lib/security/exposure.js';
import { hashOfToken, newToken } from '../../lib/security/token.js';
import { systemRandom } from '../../lib/clock.js';
import { ixionToEnd } from '../daemon/daemon.js';
import { eventually, startHarness } from '../net/harness.js';
import { directoryOf } from '../fixture/directory.js';
import {
  application,
  applications,
  startSecured,
  tokenOf,
  type AdminAsk,
} from './secured-server.js';

const hash = (): string => hashOfToken(newToken(systemRandom));
const one = hash();
const jsonType = 'application/json';
const spaces = (count: number): string => ' '.repeat(count);

/** What is wrong with a file, and what the fault must say. */
const files: readonly (readonly [name: string, text: string, fault: RegExp])[] = [
  [
    'aliases that multiply',
    ['a: &a [x,x,x,x,x,x,x,x,x,x]']
      .concat(
        'bcdefgh'
          .split('')
          .map((key, at) => `${key}: &${key} [${'abcdefg'[at]!.replace(/./, '*$&,').repeat(10)}]`),
      )
      .join('\n'),
    /Excessive alias count/,
  ],
  ['an alias of itself', 'businessProcesses: &a\n  - *a', /businessProcesses/],
  ['a hundred thousand lists in each other', '['.repeat(100_000), /nested deeper than/],
  ['the same, closed', '['.repeat(20_000) + ']'.repeat(20_000), /nested deeper than/],
  ['lists on one line', '- '.repeat(50_000), /nested deeper than/],
  [
    'maps by indentation',
    Array.from({ length: 1_000 }, (_, level) => `${spaces(level)}a:`).join('\n'),
    /nested deeper/,
  ],
  ['a key called __proto__', '__proto__: {insecure: true}', /__proto__: is not an option/],
  ['a tag that would make an object', 'data: !!js/function "() => 1"', /data|tag/],
  ['no YAML', '\u0000\u0001{{', /ixion\.yaml/],
  [
    'the token in place of its hash',
    `applications: [{name: a, role: media, tokenHash: ${newToken(systemRandom)}}]`,
    /not the token/,
  ],
  ['no token', 'applications: [{name: a, role: media}]', /tokenHash/],
  [
    'a role that there is not',
    `applications: [{name: a, role: root, tokenHash: '${one}'}]`,
    /role: must be one of/,
  ],
  [
    'no tenants',
    `applications: [{name: a, role: media, tenants: [], tokenHash: '${one}'}]`,
    /tenants/,
  ],
  [
    'one token of two',
    `applications: [{name: a, role: media, tokenHash: '${one}'}, {name: b, role: admin, tokenHash: '${one}'}]`,
    /token of another/,
  ],
  [
    'one name twice',
    `applications: [{name: a, role: media, tokenHash: '${one}'}, {name: a, role: admin, tokenHash: '${hash()}'}]`,
    /is there twice/,
  ],
  ['a filter that there is not', 'log-filter: {default-filter-type: show}', /must be copy, hide/],
];

t.test('configuration files', async (t) => {
  for (const [name, text, fault] of files) {
    t.throws(
      () => parseConfiguration(text, 'ixion.yaml'),
      { name: 'ConfigurationError', message: fault },
      name,
    );
  }
  const right = `applications: [{name: a, role: admin, tenants: all, tokenHash: '${one}'}]`;
  t.strictSame(parseConfiguration(right, 'ixion.yaml').applications, [
    { name: 'a', role: 'admin', tenants: 'all', tokenHash: one },
  ]);
  const wide = `a: {${Array.from({ length: 500 }, (_, at) => `k${at}: ${at}`).join(', ')}}`;
  t.throws(
    () => parseConfiguration(wide, 'ixion.yaml'),
    { message: /a: is not an option/ },
    'wide is not deep',
  );
});

t.test('what is of this machine only', async (t) => {
  for (const host of ['127.0.0.1', '127.9.9.9', '::1', 'localhost', '::ffff:127.0.0.1'])
    t.ok(isLoopback(host), host);
  for (const host of [
    '0.0.0.0',
    '::',
    '10.0.0.1',
    '127.0.0.1.example.com',
    'example.com',
    '128.0.0.1',
  ]) {
    t.notOk(isLoopback(host), host);
  }
});

t.test('listening beyond loopback', async (t) => {
  const directory = directoryOf(t);
  const start = (options: StartOptions) =>
    startServer({
      data: join(directory, 'data'),
      create: 'init',
      listen: '0.0.0.0:0',
      withAdmin: false,
      partitions: 1,
      ...options,
    });
  await t.rejects(start({}), {
    kind: 'configuration',
    message: /beyond loopback without TLS .* and credentials/,
  });
  await t.rejects(start({ applications }), { message: /without TLS \(/ });
  await t.rejects(start({ applications, requireCredentials: false }), {
    message: /and credentials/,
  });
  await t.rejects(start({ listen: '127.0.0.1:0', withAdmin: true, admin: '0.0.0.0:0' }), {
    message: /admin: 0\.0\.0\.0 is beyond loopback/,
  });
  await t.rejects(start({ listen: '127.0.0.1:0', requireCredentials: true }), {
    message: /no application/,
  });
  await t.rejects(start({ listen: '127.0.0.1:0', 'tls.certificate': 'x' }), {
    message: /both tls\.certificate and tls\.key/,
  });
  const missing = { 'tls.certificate': '/nowhere', 'tls.key': '/nowhere' };
  await t.rejects(start({ listen: '127.0.0.1:0', ...missing }), {
    message: /nowhere cannot be read/,
  });
  const warnings: string[] = [];
  const quiet = (): void => undefined;
  const warn = (_fields: object, message: string): void => void warnings.push(message);
  const log = { debug: quiet, info: quiet, warn, error: warn };
  const open = await start({ insecure: true, log });
  t.teardown(() => open.stop());
  t.match(warnings, [/^insecure: listen 0\.0\.0\.0 is beyond loopback/]);
  t.match((await open.status()).security, { insecure: [/beyond loopback/], tls: false });
});

t.test('the command refuses it with 78 and says what to do', async (t) => {
  const data = join(directoryOf(t), 'data');
  const { code, stderr } = await ixionToEnd([
    'start',
    '--init',
    '--data',
    data,
    '--listen',
    '0.0.0.0:0',
  ]);
  t.equal(code, 78);
  t.match(stderr, /beyond loopback[^]*--insecure/);
});

t.test('the admin listener', async (t) => {
  const { admin, server } = await startSecured(t);
  const json = { 'content-type': 'application/json' };
  const token = tokenOf('operator');
  const post = { method: 'POST', body: '{}', headers: json };
  const yaml = { 'content-type': 'application/yaml' };
  const asks: readonly (readonly [string, AdminAsk, number])[] = [
    ['/status', {}, 401],
    ['/version', {}, 401],
    ['/shutdown', post, 401],
    ['/reload', post, 401],
    ['/shutdown', { ...post, token: tokenOf('agent') }, 403],
    ['/status', { token: 'ixion_wrong' }, 401],
    ['/status', { headers: { authorization: `Basic ${token}` } }, 401],
    ['/status', { headers: { authorization: `Bearer ${token} x` } }, 401],
    ['/config/export', {}, 401],
    ['/config/history', {}, 401],
    ['/config/apply', post, 401],
    ['/config/rollback?version=1', post, 401],
    ['/config/apply', { ...post, token, headers: yaml }, 403],
    ['/config/apply?dryRun=true', { ...post, token, headers: yaml }, 403],
    ['/config/rollback?version=0', { ...post, token }, 403],
    ['/store-stats', {}, 401],
    ['/backup', { ...post, body: '{"directory": "/tmp/x"}' }, 401],
    ['/livez/../status', {}, 401],
    ['/livez?/status', {}, 200],
    ['/livez?verbose', {}, 200],
    ['/readyz?a=b', {}, 200],
    ['/status', { headers: { authorization: `bearer  ${token}` } }, 200],
    ['/status', { token, headers: { host: 'LOCALHOST.:7489' } }, 200],
    ['//status', {}, 401],
    ['/status', { token, headers: { origin: 'http://evil.example' } }, 403],
    ['/status', { token, headers: { host: 'evil.example' } }, 403],
    ['/shutdown', { ...post, token, headers: { 'content-type': 'text/plain' } }, 415],
    ['/shutdown', { ...post, token, headers: { 'content-type': 'application/jsonp' } }, 415],
    [
      '/shutdown',
      { ...post, token, headers: { 'content-type': `${jsonType};charset=latin1` } },
      415,
    ],
    ['/shutdown', { ...post, token, body: '{"drainMs": -1}' }, 400],
    ['/shutdown', { ...post, token, body: `{"__proto__": {"drainMs": 1}}` }, 400],
    ['/shutdown', { ...post, token, body: `{"a": "${'x'.repeat(10_000)}"}` }, 413],
    ['/../../etc/passwd', { token }, 404],
    ['/shutdown', { token }, 404],
  ];
  const results = await Promise.all(asks.map(([path, ask]) => admin(path, ask)));
  for (const [index, [path, , status]] of asks.entries()) {
    t.equal(results[index]!.status, status, `${path} ${index}: ${results[index]!.text}`);
  }
  t.equal((await admin('/livez')).status, 200, 'a probe has no token');
  t.equal((await admin('/status', { token })).status, 200);
  t.equal(server.state, 'ready');
});

t.test('media types are taken as they are written', async (t) => {
  const { admin } = await startSecured(t, { readAgain: undefined });
  const ask = (path: string, type: string, body: string) =>
    admin(path, {
      method: 'POST',
      token: tokenOf('admin'),
      body,
      headers: { 'content-type': type },
    });
  for (const type of [
    'application/json; charset=utf-8',
    'Application/JSON;Charset="UTF-8"',
    'application/json ; v=1; charset=us-ascii',
  ]) {
    const { status, text } = await ask('/reload', type, '{}');
    t.equal(status, 409, `${type}: ${text}`);
    t.match(text, /no configuration file/, 'the request itself was looked at');
  }
  for (const type of ['application/yaml; charset=utf-8', 'TEXT/YAML', 'application/x-yaml']) {
    const { status, text } = await ask(
      '/config/apply?dryRun=true&merge=true',
      type,
      'queues: []\n',
    );
    t.match({ status, text }, { status: 200, text: /"changes":\[\]/ }, type);
  }
});

t.test('objects that are written to hurt', async (t) => {
  const { admin, server } = await startSecured(t);
  const bombs = [
    '['.repeat(20_000) + ']'.repeat(20_000),
    `queues: ${'['.repeat(20_000)}${']'.repeat(20_000)}`,
    '- '.repeat(50_000),
    Array.from({ length: 1_000 }, (_, level) => `${spaces(level)}a:`).join('\n'),
    'a: &a [x,x,x,x]\nb: &b [*a,*a]\nc: [*b,*b]',
    '__proto__: {x: 1}',
  ];
  const headers = { 'content-type': 'application/yaml' };
  for (const body of bombs) {
    const ask = { method: 'POST', token: tokenOf('admin'), headers, body };
    const { text } = await admin('/config/apply', ask);
    t.match(text, /"refused"|"error"/, body.slice(0, 20));
  }
  t.equal((await admin('/status', { token: tokenOf('admin') })).status, 200);
  t.equal(server.state, 'ready');
});

t.test('peers that are slow on purpose', async (t) => {
  const { connect, front } = await startHarness(t, {
    registrationTimeoutMs: 100,
    frameTimeoutMs: 100,
  });
  const silent = await connect();
  const dripping = await connect();
  const half = await connect();
  await half.register(1);
  half.socket.write(Uint8Array.of(0, 0, 1, 0, 0, 100));
  const drip = setInterval(() => dripping.socket.write(Uint8Array.of(0)), 20);
  t.teardown(() => clearInterval(drip));
  await Promise.all([silent.end(), dripping.end(), half.end()]);
  await eventually(() => front.counts().connections === 0);
  t.equal((await (await connect()).register(1)).message, 125);
});

t.test('an application may have two tokens while one is replaced', async (t) => {
  const next = newToken(systemRandom);
  const media = {
    ...application('media', 'media'),
    tokenHash: [hashOfToken(tokenOf('media')), hashOfToken(next)],
  };
  const secured = await startSecured(t, { applications: [media] });
  for (const Credentials of [tokenOf('media'), next]) {
    const client = await secured.client('media', { Credentials });
    t.equal((await client.ask(175, 2)).message, 175);
  }
});
