/** A command that reaches something else than it wants says what is there, and what to do. */
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer as createHttpServer } from 'node:http';
import { createServer, type AddressInfo, type Server as TcpServer } from 'node:net';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { directoryOf } from '../fixture/directory.js';
import { authority, client, server, stranger } from '../security/certificates.js';
import { startSecured, tokenOf } from '../security/secured-server.js';
import { type Outcome, runHere } from './support.js';

/** Files of certificates, by name. */
function certificates(t: Test): Record<'ca' | 'strange' | 'own' | 'ownKey', string> & {
  readonly options: Record<
    'data' | 'tls.certificate' | 'tls.key' | 'tls.clientCertificateAuthority',
    string
  >;
  readonly directory: string;
} {
  const directory = directoryOf(t);
  const path = (name: string, text: string): string => {
    const file = join(directory, name);
    writeFileSync(file, text);
    return file;
  };
  const ca = path('ca.pem', authority);
  return {
    directory,
    ca,
    strange: path('strange.pem', stranger.certificate),
    own: path('own.pem', client.certificate),
    ownKey: path('own.key', client.key),
    options: {
      data: join(directory, 'data'),
      'tls.certificate': path('server.pem', server.certificate),
      'tls.key': path('server.key', server.key),
      'tls.clientCertificateAuthority': ca,
    },
  };
}

async function portOf(t: Test, listening: TcpServer): Promise<string> {
  listening.listen(0, '127.0.0.1');
  t.teardown(() => listening.close());
  await once(listening, 'listening');
  return `127.0.0.1:${(listening.address() as AddressInfo).port}`;
}

/** What a command says, without what it adds for programs. */
interface Trouble {
  readonly message: RegExp;
  readonly remedy: RegExp;
}

/** Both for people and for programs. */
async function saysBoth(
  t: Test,
  name: string,
  run: (...more: string[]) => Promise<Outcome>,
  { message, remedy }: Trouble,
): Promise<void> {
  const told = await run();
  t.match(told, { code: 69, out: '', error: message }, name);
  t.match(told.error, remedy, name);
  t.equal(told.error.trim().split('\n').length, 1, `${name}: one line`);
  const { error } = JSON.parse((await run('--json')).error) as { error: Record<string, unknown> };
  t.match(error, { name: 'NoConnection', exitCode: 69, message, remedy }, `${name}, as JSON`);
}

const access = ['--application', 'operator', '--token', tokenOf('operator')];
const ping =
  (server: string, ...flags: readonly string[]) =>
  (...more: readonly string[]): Promise<Outcome> =>
    runHere('ping', '--server', server, ...access, ...flags, ...more);
const status =
  (admin: string, ...flags: readonly string[]) =>
  (...more: readonly string[]): Promise<Outcome> =>
    runHere('status', '--admin', admin, '--token', tokenOf('operator'), ...flags, ...more);

t.test('a server that speaks TLS, and one that does not', async (t) => {
  const { ca, strange, options, directory } = certificates(t);
  const secure = (await startSecured(t, { ...options, listen: '127.0.0.2:0' })).server;
  const plain = (await startSecured(t, { data: join(directory, 'plain') })).server;
  const at = ({ host, port }: { host: string; port: number }): string => `${host}:${port}`;
  const secureAt = at(secure.address);
  const withTls = { message: /speaks TLS/, remedy: /--tls/ };
  await saysBoth(t, 'plain to TLS', ping(secureAt), withTls);
  await saysBoth(t, 'the same, admin', status(at(secure.adminAddress!)), withTls);
  const withoutTls = { message: /without TLS/, remedy: /[Ll]eave out --tls/ };
  await saysBoth(t, 'TLS to plain', ping(at(plain.address), '--tls-ca', ca), withoutTls);
  await saysBoth(t, 'the same, admin', status(at(plain.adminAddress!), '--tls'), withoutTls);
  const untrusted = { message: /certificate/, remedy: /--tls-ca/ };
  await saysBoth(t, 'untrusted', ping(secureAt, '--tls'), untrusted);
  await saysBoth(t, 'of another', ping(secureAt, '--tls-ca', strange), untrusted);
  await saysBoth(t, 'untrusted, admin', status(at(secure.adminAddress!), '--tls'), untrusted);
  const misnamed = { message: /127\.0\.0\.2.*localhost/, remedy: /name/ };
  await saysBoth(t, 'another name', ping(secureAt, '--tls-ca', ca), misnamed);
});

t.test('a server that wants a certificate', async (t) => {
  const { ca, own, ownKey, options } = certificates(t);
  const { server } = await startSecured(t, { ...options, 'tls.requireClientCertificate': true });
  const address = `127.0.0.1:${server.address.port}`;
  const admin = `127.0.0.1:${server.adminAddress!.port}`;
  const trouble = { message: /certificate/, remedy: /--client-certificate.*--client-key/ };
  await saysBoth(t, 'none', ping(address, '--tls-ca', ca), trouble);
  await saysBoth(t, 'none, admin', status(admin, '--tls-ca', ca), trouble);
  const good = ['--tls-ca', ca, '--client-certificate', own, '--client-key', ownKey];
  t.match(await ping(address, ...good)(), { code: 0 });
  t.match(await status(admin, ...good)(), { code: 0 });
});

t.test('the other address of a server, and other servers', async (t) => {
  const { server } = await startSecured(t);
  const address = `127.0.0.1:${server.address.port}`;
  const admin = `127.0.0.1:${server.adminAddress!.port}`;
  const isAdmin = { message: /HTTP/, remedy: /admin.*7489.*7488|7488/ };
  await saysBoth(t, 'the admin address as server', ping(admin), isAdmin);
  const isServer = { message: /for clients/, remedy: /7489/ };
  await saysBoth(t, 'the address for clients as admin', status(address), isServer);
  const web = createHttpServer((_, response) => response.end('<html>'));
  const webAt = await portOf(t, web);
  await saysBoth(t, 'a web server as server', ping(webAt), isAdmin);
  await saysBoth(t, 'the same as admin', status(webAt), {
    message: /not.*Ixion/,
    remedy: /7489/,
  });
  const greeting = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.end('SSH-2.0-OpenSSH_9.6\r\n');
  });
  const other = { message: /not.*Ixion/, remedy: /address/ };
  await saysBoth(t, 'something else', ping(await portOf(t, greeting)), other);
});

t.test('nobody there', async (t) => {
  const closed = createServer();
  const address = await portOf(t, closed);
  closed.close();
  const nobody = { message: /nothing listens/, remedy: /ixion start/ };
  await saysBoth(t, 'no listener', ping(address), nobody);
  await saysBoth(t, 'no listener, admin', status(address), nobody);
  const unknown = { message: /no host.*no-such-host\.invalid/, remedy: /name/ };
  await saysBoth(t, 'no host', ping('no-such-host.invalid:7488'), unknown);
  await saysBoth(t, 'no host, admin', status('no-such-host.invalid:7489'), unknown);
  const silent = await portOf(t, createServer());
  await saysBoth(t, 'one that says nothing', ping(silent, '--timeout', '300ms'), {
    message: /no answer in time|does not answer/,
    remedy: /address/,
  });
});

t.test('what keeps trying says it, too', async (t) => {
  const { options } = certificates(t);
  const { server } = await startSecured(t, options);
  const address = `127.0.0.1:${server.address.port}`;
  const flags = ['--server', address, '--timeout', '500ms', ...access];
  t.match(await runHere('events', '--follow', ...flags), { code: 69, error: /speaks TLS.*--tls/ });
});
