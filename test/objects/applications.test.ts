/** Applications among the configuration objects: who may register, from when, and until when. */
import { Readable } from 'node:stream';
import { join } from 'node:path';
import t from 'tap';
import type { ApplicationDeclaration } from '../../lib/config/configuration.js';
import { errorTable } from '../../lib/errors.js';
import type { Server } from '../../lib/index.js';
import { type Fault, ObjectsRefused } from '../../lib/objects/fault.js';
import { ConfigService } from '../../lib/objects/config-service.js';
import { messageByName } from '../../lib/protocol/registry.js';
import { hashOfToken } from '../../lib/security/token.js';
import { errorOf, type RawClient, type Received } from '../net/harness.js';
import {
  application,
  idOf,
  startSecured,
  submission,
  tokenOf,
  type Secured,
} from '../security/secured-server.js';
import { RouteKind } from '../../lib/protocol/message.js';
import { MemoryConfigStore } from './memory-config-store.js';

// Most of the time passes in refusals, which are slow on purpose.
t.jobs = 4;

const quiet = (): void => undefined;
const options = { who: 'test', comment: '', dryRun: false, merge: true, prune: true };
const chief: readonly ApplicationDeclaration[] = [application('chief', 'admin', 'all')];
const ended = messageByName('EventForcedDisconnect').number;
const { InvalidCredentials, NotPermitted, NotRegistered, UnknownInteraction } = errorTable;

const tenants = 'tenants:\n  - {name: red, id: 1}\n  - {name: blue, id: 2}\n';
const entry = (name: string, ...more: string[]): string =>
  `  - {${[`name: ${name}`, 'type: MediaServer', ...more].join(', ')}}\n`;
const token = (name: string): string => `credentials: ['${hashOfToken(tokenOf(name))}']`;
const applicationsText = (...entries: string[]): string => `applications:\n${entries.join('')}`;

async function apply(server: Server, text: string, more = {}): Promise<void> {
  const file = Readable.from([Buffer.from(text)]);
  const all = { ...options, ...more };
  const result = await server.objects.apply(file, all, { who: 'test' }, quiet);
  if ('refused' in result) throw new ObjectsRefused(result.refused);
}

async function register(
  secured: Secured,
  name: string,
  body: object = {},
): Promise<RawClient & { greeting: Received }> {
  const client = await secured.socket();
  const identity = { ClientName: name, ClientType: 'MediaServer', Credentials: tokenOf(name) };
  const answer = await client.register(1, { ...identity, ...body });
  return Object.assign(client, { greeting: answer });
}

const codeOf = async (secured: Secured, name: string, body: object = {}): Promise<number> =>
  errorOf((await register(secured, name, body)).greeting);

t.test(
  'applications come, change and go while the server runs; a restart knows them',
  async (t) => {
    const secured = await startSecured(t, { applications: chief });
    const { server, data } = secured;
    t.equal(await codeOf(secured, 'mail'), InvalidCredentials.code, 'not there yet');
    const blue = entry('mail', 'tenants: [blue]', token('mail'));
    await apply(server, tenants + applicationsText(blue, entry('other', token('other'))));
    t.equal(
      await codeOf(secured, 'mail', { Credentials: tokenOf('other') }),
      InvalidCredentials.code,
    );
    t.equal(await codeOf(secured, 'mail', { ClientType: 'RoutingEngine' }), NotPermitted.code);
    t.equal(await codeOf(secured, 'mail', { TenantId: 1 }), NotPermitted.code);
    const mail = await register(secured, 'mail');
    const other = await register(secured, 'other');
    const inQueue = { kind: RouteKind.queue, key: 'in' };
    const id = idOf(await mail.ask(101, 2, submission, inQueue));
    const red = idOf(await other.ask(101, 2, { ...submission, TenantId: 1 }, inQueue));
    const read = (client: RawClient, of: string) =>
      client.ask(188, 3, { InteractionId: of }, { kind: RouteKind.id, key: of });
    t.equal(errorOf(await read(other, id)), 0, 'without tenants it sees those of all');
    t.equal(errorOf(await read(mail, red)), UnknownInteraction.code);
    await apply(server, 'tenants:\n  - {name: blue, id: 3}\n');
    await mail.until(() => mail.received.some(({ message }) => message === ended));
    t.equal(errorOf(await mail.ask(175, 9)), NotRegistered.code, 'its tenant is another now');
    t.equal((await other.ask(175, 9)).message, 175, 'others stay');
    const again = await register(secured, 'mail');
    t.equal(errorOf(await read(again, id)), UnknownInteraction.code);
    await apply(server, applicationsText(entry('mail', token('mail'), 'enabled: false')));
    await again.until(() => again.received.some(({ message }) => message === ended));
    t.equal(await codeOf(secured, 'mail'), InvalidCredentials.code, 'switched off');
    await server.stop();
    const next = await startSecured(t, { applications: chief, data, create: undefined });
    t.equal(await codeOf(next, 'mail'), InvalidCredentials.code);
    const kept = await register(next, 'other');
    t.equal(errorOf(kept.greeting), 0);
    const queues =
      'businessProcesses: [{name: mail}]\nqueues:\n  - {name: in, businessProcess: mail}\n';
    await apply(next.server, `${queues}  - {name: out, businessProcess: mail}\n`, { merge: false });
    await kept.until(() => kept.received.some(({ message }) => message === ended));
    t.equal(await codeOf(next, 'other'), InvalidCredentials.code, 'gone from the objects');
    t.equal(await codeOf(next, 'chief'), 0, 'that of the file stays');
    await next.server.objects.rollback(2, options, { who: 'test' }, quiet);
    t.equal(await codeOf(next, 'other'), 0, 'a rollback brings it back');
  },
);

t.test('the first application with a token closes a server, the last one opens it', async (t) => {
  const secured = await startSecured(t, { applications: [] });
  const { server, data } = secured;
  const open = await register(secured, 'anybody', { Credentials: undefined });
  t.equal(errorOf(open.greeting), 0);
  t.equal((await secured.admin('/status')).status, 200);
  await apply(server, applicationsText(entry('mail')));
  t.equal((await open.ask(175, 9)).message, 175, 'without a token nothing changes');
  await apply(server, applicationsText(entry('boss', 'role: admin', token('boss'))));
  await open.until(() => open.received.some(({ message }) => message === ended));
  t.equal(await codeOf(secured, 'anybody', { Credentials: undefined }), InvalidCredentials.code);
  t.equal((await secured.admin('/status')).status, 401);
  t.equal((await secured.admin('/status', { token: tokenOf('boss') })).status, 200);
  await server.stop();
  const closed = await startSecured(t, { applications: [], data, create: undefined });
  t.equal(await codeOf(closed, 'mail', { Credentials: undefined }), InvalidCredentials.code);
  t.equal(await codeOf(closed, 'boss'), 0);
  await closed.server.objects.rollback(1, options, { who: 'test' }, quiet);
  t.equal(await codeOf(closed, 'anybody', { Credentials: undefined }), 0);
});

t.test('credentials may be asked for by the file, and be among the objects only', async (t) => {
  const more = { applications: chief, requireCredentials: true };
  const secured = await startSecured(t, more);
  await apply(secured.server, applicationsText(entry('boss', 'role: admin', token('boss'))));
  await secured.server.stop();
  const { data } = secured;
  const only = { applications: [], requireCredentials: true };
  const next = await startSecured(t, { ...only, data, create: undefined });
  t.equal(await codeOf(next, 'boss'), 0);
  await t.rejects(startSecured(t, { ...only, data: join(data, '..', 'empty') }), {
    message: /no application could register/,
  });
});

t.test('of two with one name that of the file counts', async (t) => {
  const secured = await startSecured(t, { applications: chief });
  await apply(secured.server, applicationsText(entry('mail', 'role: admin', token('mail'))));
  await secured.server.stop();
  const own = { ...application('mail', 'media', [1]), tokenHash: hashOfToken(tokenOf('own')) };
  const { data } = secured;
  const next = await startSecured(t, { applications: [...chief, own], data, create: undefined });
  t.ok(next.log.some((line) => /that of the file counts/.test(line) && line.includes('mail')));
  t.equal(await codeOf(next, 'mail'), InvalidCredentials.code);
  t.equal(await codeOf(next, 'mail', { Credentials: tokenOf('own') }), 0);
  t.equal((await next.admin('/status', { token: tokenOf('mail') })).status, 401);
  await t.rejects(apply(next.server, applicationsText(entry('mail', token('mail')))), {
    message: /applications\.0\.name/,
  });
});

t.test('what applications must not be', async (t) => {
  const store = new MemoryConfigStore();
  const service = new ConfigService(store);
  const faultsOf = async (text: string): Promise<readonly Fault[]> => {
    const change = service.apply(text, { ...options, dryRun: true }, quiet);
    const error: unknown = await change.catch((reason: unknown) => reason);
    return error instanceof ObjectsRefused ? error.faults : [];
  };
  const [taken] = store.declared.applications;
  const cases: [string, string, RegExp][] = [
    [entry("'(file)'"), 'applications.0.name', /configuration file has an application/],
    [
      entry('a', token('a')) + entry('b', token('a')),
      'applications.1.credentials',
      /"a" has the same token/,
    ],
    [entry('a', `credentials: ['${taken!.hashes[0]}']`), 'applications.0.credentials', /\(file\)/],
    [
      entry(
        'a',
        `credentials: [${Array.from({ length: 9 }, (_, at) => `'${hashOfToken(`${at}`)}'`)}]`,
      ),
      'applications.0.credentials',
      /has 9 tokens/,
    ],
  ];
  for (const [text, path, what] of cases) {
    t.match(await faultsOf(applicationsText(text)), [{ path, what }], path);
  }
  const name = (at: number): string => `a${String(at).padStart(200, '0')}`;
  const many = Array.from({ length: 2_500 }, (_, at) => entry(name(at)));
  t.match(await faultsOf(applicationsText(...many)), [{ what: /bytes together/ }]);
  store.declared = { isRequired: false, applications: [] };
  t.strictSame(await faultsOf(applicationsText(entry('a'))), []);
  t.match(await faultsOf(applicationsText(entry('a', token('a')))), [{ what: /role admin/ }]);
  store.declared = { isRequired: true, applications: [] };
  t.match(await faultsOf(applicationsText(entry('a'))), [{ what: /role admin/ }]);
});
