/** TLS on both listeners: what is accepted, what is refused, and certificates that change. */
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createConnection } from 'node:net';
import { request } from 'node:https';
import { join } from 'node:path';
import { connect as tlsConnect, type ConnectionOptions, type TLSSocket } from 'node:tls';
import t from 'tap';
import { connect } from '../../lib/client/index.js';
import { directoryOf } from '../fixture/directory.js';
import { authority, client, renewed, server, stranger } from './certificates.js';
import { startSecured, tokenOf } from './secured-server.js';

interface Files {
  readonly options: {
    data: string;
    'tls.certificate': string;
    'tls.key': string;
    'tls.clientCertificateAuthority': string;
  };
}

function files(directory: string, pair = server): Files {
  const path = (name: string, text: string): string => {
    const file = join(directory, name);
    writeFileSync(file, text);
    return file;
  };
  return {
    options: {
      data: join(directory, 'data'),
      'tls.certificate': path('server.pem', pair.certificate),
      'tls.key': path('server.key', pair.key),
      'tls.clientCertificateAuthority': path('ca.pem', authority),
    },
  };
}

/** How a handshake goes: the version and the server's name, or the error's code. */
async function shake(port: number, options: ConnectionOptions = {}): Promise<string> {
  const socket: TLSSocket = tlsConnect({ port, host: '127.0.0.1', ca: authority, ...options });
  try {
    await once(socket, 'secureConnect');
    // With TLS 1.3 a refusal of the client's certificate comes after the client's handshake.
    const refused = once(socket, 'close').then(() => 'closed');
    const quiet = new Promise<string>((resolve) => setTimeout(() => resolve('open'), 150));
    const ended = await Promise.race([refused, quiet]);
    const name = String(socket.getPeerCertificate()?.subject?.CN ?? '');
    return ended === 'closed' ? 'closed' : `${socket.getProtocol()} ${name}`;
  } catch (error) {
    return String((error as NodeJS.ErrnoException).code);
  } finally {
    socket.on('error', () => undefined).destroy();
  }
}

const sdk = (port: number, tls: Parameters<typeof connect>[0]['tls'], host = '127.0.0.1') =>
  connect({
    server: `${host}:${port}`,
    clientName: 'media',
    clientType: 'MediaServer',
    credentials: tokenOf('media'),
    reconnect: false,
    tls,
  });

t.test('versions, trust and plain text', async (t) => {
  const { options } = files(directoryOf(t));
  const secured = await startSecured(t, options);
  const { port } = secured.server.address;
  t.equal(await shake(port), 'TLSv1.3 server');
  t.equal(await shake(port, { maxVersion: 'TLSv1.2' }), 'TLSv1.2 server');
  const old = {
    minVersion: 'TLSv1',
    maxVersion: 'TLSv1.1',
    ciphers: 'DEFAULT@SECLEVEL=0',
  } as const;
  t.match(await shake(port, old), /PROTOCOL|HANDSHAKE|ECONNRESET|INTERNAL|VERSION/, 'downgrade');
  t.match(await shake(port, { ca: stranger.certificate }), /UNABLE_TO|SELF_SIGNED/);

  const own = await sdk(port, { certificateAuthority: authority });
  t.type((await own.ping()).serverTime, 'number');
  await own.close();
  await t.rejects(
    sdk(port, true),
    { message: /unable to verify|self.signed/ },
    'the system does not trust it',
  );
  const wrongName = { certificateAuthority: authority, serverName: 'bank.example' };
  await t.rejects(sdk(port, wrongName), { message: /altnames/ });
  await t.rejects(sdk(port, undefined), { message: /connection|frame|length/i }, 'plain text');

  const idle = createConnection({ port, host: '127.0.0.1' }).on('error', () => undefined);
  t.teardown(() => idle.destroy());
  await once(idle, 'connect');
  t.equal(secured.server.state, 'ready', 'a handshake that never comes holds nobody up');
  t.equal(await shake(port), 'TLSv1.3 server');
});

t.test(
  'client certificates: optional ones must be good, required ones must be there',
  async (t) => {
    const { options } = files(directoryOf(t));
    const optional = await startSecured(t, options);
    const good = { cert: client.certificate, key: client.key };
    const bad = { cert: stranger.certificate, key: stranger.key };
    const { port } = optional.server.address;
    t.equal(await shake(port), 'TLSv1.3 server');
    t.equal(await shake(port, good), 'TLSv1.3 server');
    t.match(await shake(port, bad), /closed|ECONNRESET/);
    await optional.server.stop();
  },
);

t.test('required client certificates', async (t) => {
  const { options } = files(directoryOf(t));
  const required = await startSecured(t, { ...options, 'tls.requireClientCertificate': true });
  const { port } = required.server.address;
  t.match(await shake(port), /closed|CERTIFICATE_REQUIRED|ECONNRESET/);
  const good = { certificateAuthority: authority, ...client };
  const own = await sdk(port, good, 'localhost');
  await own.close();
});

t.test('the admin listener speaks TLS too, and both take new certificates on reload', async (t) => {
  const directory = directoryOf(t);
  const { options } = files(directory);
  const { applications } = await import('./secured-server.js');
  const values = { ...options, listen: '127.0.0.1:0', admin: '127.0.0.1:0' };
  const readAgain = async () => ({ values, businessProcesses: [], applications });
  const secured = await startSecured(t, { ...values, readAgain });
  const { server: running } = secured;
  const status = (): Promise<number> =>
    new Promise((resolve, reject) => {
      const headers = { authorization: `Bearer ${tokenOf('operator')}` };
      const { port } = running.adminAddress!;
      const asked = request(
        { port, host: '127.0.0.1', path: '/status', ca: authority, headers, agent: false },
        (response) => resolve(response.resume().statusCode ?? 0),
      );
      asked.on('error', reject).end();
    });
  t.equal(await status(), 200);
  await t.rejects(secured.admin('/status', { token: tokenOf('operator') }), 'plain HTTP');
  const before = await sdk(running.address.port, { certificateAuthority: authority });
  files(directory, renewed);
  await running.reload();
  t.equal(await shake(running.address.port), 'TLSv1.3 renewed');
  t.equal(await shake(running.adminAddress!.port), 'TLSv1.3 renewed');
  t.type((await before.ping()).serverTime, 'number', 'connections that are there stay');
  await before.close();
  writeFileSync(options['tls.key'], 'no key');
  await t.rejects(running.reload(), { message: /certificate and key cannot be used together/ });
  t.equal(await shake(running.address.port), 'TLSv1.3 renewed', 'a wrong key changes nothing');
});
