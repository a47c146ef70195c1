/**
 * `ixion config check` says what a start says, before anything is opened, with the
 * place in the file.
 */
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { checkFile } from '../../lib/cli/check-file.js';
import { readConfigurationFile } from '../../lib/config/file.js';
import { overlap, parseEndpoint } from '../../lib/config/endpoint.js';
import { startServer } from '../../lib/server/start.js';
import { hashOfToken, newToken } from '../../lib/security/token.js';
import { systemRandom } from '../../lib/clock.js';
import { ixionToEnd } from '../daemon/daemon.js';
import { directoryOf } from '../fixture/directory.js';
import { server, stranger } from '../security/certificates.js';

const free = 'listen: 127.0.0.1:0\nadmin: 127.0.0.1:0\n';
const token = `tokenHash: '${hashOfToken(newToken(systemRandom))}'`;
const application = `applications: [{name: a, role: admin, ${token}}]\n`;
const queues = (queue: string): string => `businessProcesses: [{name: p, queues: [${queue}]}]\n`;

/** A file, and what is wrong: its place, and words of it. */
const wrong: readonly (readonly [name: string, text: string, place: string, what: RegExp])[] = [
  ['nothing', '', '1:1', /is empty/],
  ['blanks', ' \n\n\t\n', '1:1', /is empty/],
  ['certificate without key', `${free}tls: {certificate: c.pem}\n`, '3:6', /both tls\.certificate/],
  ['key without certificate', `${free}tls: {key: k.pem}\n`, '3:6', /both tls\.certificate/],
  [
    'no such files',
    `${free}tls: {certificate: no.pem, key: no.key}\n`,
    '3:20',
    /no\.pem cannot be read: ENOENT[^]*tls\.key: .*no\.key cannot be read: ENOENT/,
  ],
  [
    'a key of another certificate',
    `${free}tls: {certificate: c.pem, key: other.pem}\n`,
    '3:32',
    /cannot be used together/,
  ],
  [
    'authorities that are none',
    `${free}tls: {certificate: c.pem, key: k.pem, clientCertificateAuthority: k.pem}\n`,
    '3:67',
    /has no certificate/,
  ],
  [
    'certificates of clients wanted, and no authority',
    `${free}tls: {certificate: c.pem, key: k.pem, requireClientCertificate: true}\n`,
    '3:65',
    /needs tls\.clientCertificateAuthority/,
  ],
  ['beyond loopback', 'listen: 0.0.0.0:0\nadmin: 127.0.0.1:0\n', '1:9', /beyond loopback without/],
  ['the same of admin', 'admin: "[::]:0"\n', '1:8', /beyond loopback without/],
  [
    'beyond loopback without TLS only',
    `listen: 0.0.0.0:0\nadmin: 127.0.0.1:0\n${application}`,
    '1:9',
    /without TLS \(/,
  ],
  ['nobody can register', `${free}requireCredentials: true\n`, '3:21', /no application could/],
  ['partition 9 of 4', `${free}${queues('{name: q, partition: 9}')}`, '3:40', /no partition 9/],
  [
    'partition 2 of 2',
    `${free}partitions: 2\n${queues('{name: q, partition: 2}')}`,
    '4:40',
    /no partition 2; .*0 to 1/,
  ],
  [
    'a placement that there is not',
    `${free}${queues('a, {name: q, placement: archiv}')}`,
    '3:43',
    /no placement archiv; name one of archive/,
  ],
  ['a placement beyond the store', `${free}placements: {vip: [1, 7]}\n`, '3:19', /no partition 7/],
  ['one address twice', 'listen: 127.0.0.1:9\nadmin: localhost:9\n', '2:8', /address of listen/],
  [
    'one address of all',
    `insecure: true\nlisten: 0.0.0.0:9\nadmin: 127.0.0.1:9\n`,
    '3:8',
    /address of listen/,
  ],
];

for (const [name, text, place, what] of wrong) {
  t.test(name, async (t) => {
    const directory = directoryOf(t, {
      'ixion.yaml': text,
      'c.pem': server.certificate,
      'k.pem': server.key,
      'other.pem': stranger.key,
    });
    const file = join(directory, 'ixion.yaml');
    const error = await checkFile(file).then(
      () => t.fail('it is not right'),
      (reason: Error) => reason,
    );
    t.match(error, { name: 'ConfigurationError', message: what });
    t.match((error as Error).message, `ixion.yaml:${place} `);
    const data = join(directory, 'data');
    const start = readConfigurationFile(file).then(({ values, ...content }) =>
      startServer({ ...content, ...values, data, create: 'init' }),
    );
    await t.rejects(start, { message: what }, 'a start says the same');
    t.notOk(existsSync(data), 'and leaves nothing');
  });
}

t.test('what is right, and what cannot be known', async (t) => {
  const directory = directoryOf(t);
  const file = join(directory, 'ixion.yaml');
  const check = (text: string) => {
    writeFileSync(file, text);
    return checkFile(file);
  };
  t.match(await check('# all defaults\n'), { processes: 0, queues: 0, notes: [] });
  t.match(await check(`${free}${queues('a, {name: b, partition: 3}')}`), { queues: 2, notes: [] });
  const all = 'insecure: true\nlisten: 0.0.0.0:7488\nadmin: 0.0.0.0:7489\n';
  t.match(await check(all), { notes: [] });
  const data = join(directory, 'data');
  const made = await startServer({
    data,
    create: 'init',
    partitions: 8,
    listen: '127.0.0.1:0',
    withAdmin: false,
  });
  await made.stop();
  const ofStore = (text: string) => check(`data: ./data\n${text}`);
  t.match(
    await ofStore(queues('{name: q, partition: 7}')),
    { notes: [] },
    'the store says how many',
  );
  await t.rejects(ofStore(queues('{name: q, partition: 8}')), { message: /partitions 0 to 7/ });
  await t.rejects(ofStore('partitions: 4\n'), {
    message: /:2:13 partitions: .* has 8, which is fixed/,
  });
  t.match(await ofStore('requireCredentials: true\n'), {
    notes: [/among the configuration objects/],
  });
  writeFileSync(join(data, 'ixion.json'), 'damaged');
  t.match(await ofStore(queues('{name: q, partition: 63}')), {
    notes: [/not looked at: .*damaged/],
  });
});

t.test('the command says so, with its code', async (t) => {
  const directory = directoryOf(t, { 'bad.yaml': 'tls: {key: k}\n', 'good.yaml': free });
  const check = (name: string) =>
    ixionToEnd(['config', 'check', join(directory, name), '--json'], { IXION_ADMIN: '10.0.0.1:1' });
  const bad = await check('bad.yaml');
  t.equal(bad.code, 78);
  t.match(JSON.parse(bad.stdout), { valid: false, faults: [{ path: 'tls.certificate', line: 1 }] });
  t.match(await check('good.yaml'), { code: 0, stdout: /"valid":true/ });
});

t.test('addresses that two listeners cannot have at once', async (t) => {
  const both = (one: string, other: string): boolean =>
    overlap(parseEndpoint(one)!, parseEndpoint(other)!);
  for (const [one, other] of [
    ['127.0.0.1:1', '127.0.0.1:1'],
    ['[::]:1', '10.0.0.1:1'],
    ['0.0.0.0:1', 'name:1'],
    ['LOCALHOST:1', '127.0.0.1:1'],
    ['[::ffff:10.0.0.1]:1', '10.0.0.1:1'],
  ] as const) {
    t.ok(both(one, other), `${one} ${other}`);
    t.ok(both(other, one), `${other} ${one}`);
  }
  t.notOk(both('127.0.0.1:1', '127.0.0.1:2'));
  t.notOk(both('127.0.0.1:1', '127.0.0.2:1'));
  t.notOk(both('0.0.0.0:0', '0.0.0.0:0'), 'the system chooses');
});
