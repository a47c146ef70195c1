/** At the limit of connections, who has said nothing makes room for who says something. */
import { once } from 'node:events';
import { createConnection, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { connect as tlsConnect } from 'node:tls';
import t, { type Test } from 'tap';
import { errorTable } from '../../lib/errors.js';
import { Newcomers } from '../../lib/net/newcomers.js';
import { authority, server } from '../security/certificates.js';
import { errorOf, eventually, type Harness, RawClient, startHarness } from './harness.js';

/** A quarter of the time to register is what each has before it may have to go. */
const limits = { connections: 4, registrationTimeoutMs: 2_000 };

/** Registers, as a program does it that comes again when it is refused. */
async function persist(open: () => Promise<RawClient>): Promise<RawClient> {
  for (;;) {
    const client = await open();
    const answer = await client.register(1).catch(() => undefined);
    if (answer?.message === 125) return client;
    await sleep(20);
  }
}

async function silent(test: Test, { port }: Harness): Promise<Socket> {
  const socket = createConnection({ host: '127.0.0.1', port }).on('error', () => undefined);
  test.teardown(() => socket.destroy());
  await once(socket, 'connect');
  return socket;
}

t.test('each has its time, the oldest goes first, and who has registered never', async (t) => {
  const newcomers = new Newcomers(100);
  const gone: string[] = [];
  const come = (name: string, nowMs: number) => {
    const newcomer = { isNew: true, makeRoom: () => void gone.push(name) };
    newcomers.add(newcomer, nowMs);
    return newcomer;
  };
  const [registered] = [come('registered', 0), come('a', 0), come('b', 50)];
  registered.isNew = false;
  t.notOk(newcomers.makeRoom(99));
  t.ok(newcomers.makeRoom(100));
  t.notOk(newcomers.makeRoom(149));
  t.ok(newcomers.makeRoom(150));
  t.notOk(newcomers.makeRoom(1_000));
  t.strictSame(gone, ['a', 'b']);
});

t.test('connections that say nothing', async (t) => {
  const harness = await startHarness(t, limits);
  const ended: number[] = [];
  for (let at = 0; at < limits.connections; at++) {
    (await silent(t, harness)).once('close', () => ended.push(at)).resume();
  }
  const registered: RawClient[] = [];
  while (registered.length < limits.connections) registered.push(await persist(harness.connect));
  t.strictSame(ended.toSorted(), [0, 1, 2, 3]);
  for (const client of registered) t.notOk(client.closed, 'who has registered stays');
  const late = await harness.connect();
  await late.until(() => late.received.length > 0);
  t.equal(errorOf(late.received[0]!), errorTable.TooManyConnections.code);
  t.ok(harness.front.counts().refused > 0);
  registered[0]!.socket.destroy();
  await persist(harness.connect);
});

t.test('handshakes of TLS that never end', async (t) => {
  const harness = await startHarness(t, limits, { cert: server.certificate, key: server.key });
  let ended = 0;
  for (let count = 0; count < 2 * limits.connections; count++) {
    (await silent(t, harness)).once('close', () => ended++).resume();
  }
  await eventually(() => ended >= limits.connections);
  const { port } = harness;
  const open = async (): Promise<RawClient> => {
    const socket = tlsConnect({ port, host: '127.0.0.1', ca: authority });
    socket.on('error', () => undefined);
    t.teardown(() => socket.destroy());
    const client = new RawClient(socket);
    await once(socket, 'secureConnect').catch(() => undefined);
    return client;
  };
  for (let count = 0; count < limits.connections; count++) await persist(open);
  t.equal(harness.front.counts().sessions, limits.connections);
});
