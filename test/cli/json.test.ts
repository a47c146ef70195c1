/** What every verb prints with `--json` is what its shape says, against a real server. */
import t, { type Test } from 'tap';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { z } from 'zod';
import { allCommands, verbsOf } from '../../lib/cli/all-tables.js';
import { errorShape, shapes } from '../../lib/cli/json/index.js';
import { type Client, type ClientType, connect } from '../../lib/client/index.js';
import { formatEndpoint } from '../../lib/config/endpoint.js';
import { startServer } from '../../lib/index.js';
import { apply, person, startAgents } from '../agents/support.js';
import { directoryOf } from '../fixture/directory.js';
import { applications, tokenOf } from '../security/secured-server.js';
import { type Outcome, runHere } from './support.js';

const rows = await allCommands();

t.test('a verb takes --json exactly if its shape is documented', async (t) => {
  const withJson = verbsOf(rows).filter(({ verb }) => verb.json !== undefined);
  t.same(withJson.map(({ path }) => path).toSorted(), Object.keys(shapes).toSorted());
});

/** Verbs whose output was compared. */
const compared = new Set<string>();

/** Each line, or the one value, fits the shape of the verb; returns the last one. */
function fits(t: Test, path: string, { out, error }: Outcome): unknown {
  compared.add(path);
  const lines = out.trim().split('\n');
  t.not(out, '', `${path}: ${error}`);
  let last: unknown;
  for (const line of lines) {
    last = JSON.parse(line);
    const { success, error: fault } = (shapes[path] as z.ZodType).safeParse(last);
    t.ok(success, `${path}: ${fault?.message} in ${line.slice(0, 1_000)}`);
  }
  return last;
}

interface Serving {
  readonly directory: string;
  readonly data: string;
  /** Runs a verb with JSON and compares. */
  run(path: string, ...more: readonly string[]): Promise<unknown>;
  /** A client of this name. */
  connectTo(name: string, type?: ClientType): Promise<Client>;
  stop(): Promise<void>;
}

async function serving(t: Test): Promise<Serving> {
  const directory = directoryOf(t);
  const data = join(directory, 'data');
  const server = await startServer({
    data,
    create: 'demo',
    listen: '127.0.0.1:0',
    admin: '127.0.0.1:0',
    threads: 1,
    partitions: 2,
    'settings.collect-request-counters': true,
    'settings.collect-error-counters': true,
  });
  const stop = async (): Promise<void> => void (await server.stop());
  t.teardown(stop);
  const places = {
    server: ['--server', formatEndpoint(server.address)],
    admin: ['--admin', formatEndpoint(server.adminAddress!)],
  };
  const run = async (path: string, ...more: readonly string[]): Promise<unknown> => {
    const { verb } = verbsOf(rows).find((one) => one.path === path)!;
    const at = Object.entries(places).flatMap(([option, words]) =>
      Object.hasOwn(verb.options ?? {}, option) &&
      !(path.startsWith('store') && more.includes('--data'))
        ? words
        : [],
    );
    const [name = '', ...rest] = path.split(' ');
    return fits(t, path, await runHere(name, ...rest, ...more, ...at, '--json'));
  };
  const connectTo: Serving['connectTo'] = (clientName, clientType = 'MediaServer') =>
    connect({ server: formatEndpoint(server.address), clientName, clientType });
  return { directory, data, run, connectTo, stop };
}

t.test('interactions, queues and events', async (t) => {
  const { run, connectTo } = await serving(t);
  const at = '2026-01-31T12:00:00Z';
  const submit =
    `--queue demo.menu --id A1 --received-at ${at} --data seenAt:int=5 --data blob:base64=AQI=` +
    ' --data big:int=1152921504606846976 --external-id E --parent P --objective 60 --subtype S';
  await run('interaction submit', ...submit.split(' '));
  t.match(await run('interaction submit', ...submit.split(' ')), { duplicate: Boolean });
  t.match(await run('interaction show', 'A1'), {
    InteractionState: 0,
    InteractionStateName: 'queued',
    ReceivedAt: '2026-01-31T12:00:00.000Z',
    UserData: { seenAt: 5, big: '1152921504606846976', blob: { base64: 'AQI=' } },
  });
  await run('interaction change', 'A1', '--priority', '3', '--data', 'a=b');
  t.match(await run('interaction hold', 'A1', '--until', '+10m'), {
    done: 'hold',
    interactionId: 'A1',
    holdUntil: /^\d{4}-.*Z$/,
  });
  await run('interaction resume', 'A1');
  t.match(await run('interaction place', 'A1', 'demo.PS'), { queue: 'demo.PS' });
  t.match(await run('interaction pull', 'demo.PS'), { InteractionStateName: 'handled' });
  await run('interaction stop', 'A1', '--reason', 'LookedAt');
  await run('interaction list');
  await run('interaction find', "MediaType = 'email'");
  await run('client list');
  const guest = await connectTo('guest');
  t.match(await run('client disconnect', 'guest'), { disconnected: [{ name: 'guest' }] });
  await t.rejects(guest.ping(), { message: /administrator/ });
  await run('queue list');
  await run('queue reset-reasons', 'demo.PS');
  await run('events', '--follow', '--from-start', '--count', '10');
});

t.test('the server, its objects and its store', async (t) => {
  const { run, directory, data, stop, connectTo } = await serving(t);
  await run('ping');
  t.match(await run('status'), { startedAt: /^\d{4}-.*Z$/ });
  const file = join(directory, 'places.yaml');
  writeFileSync(file, 'places:\n  - { name: a }\nagents:\n  - { name: ann, place: a }\n');
  await run('config check', file);
  await run('config diff', file, '--merge');
  await run('config apply', file, '--merge', '--comment', 'c');
  const desktop = await connectTo('desktop', 'AgentApplication');
  const ann = await desktop.login({ agentId: 'ann' });
  t.match(await run('agent list'), [{ agentId: 'ann' }]);
  t.match(await run('agent status', 'ann'), { loggedInAt: /^\d{4}-.*Z$/ });
  await ann.logout();
  await desktop.close();
  const work = join(directory, 'work.yaml');
  const property = 'customProperties:\n  - {name: size, type: number}\n';
  const hours = '{name: shop, timeZone: Europe/Berlin, hours: ["mon-fri 08:00-18:00 = 20"]}';
  writeFileSync(work, `${property}calendars:\n  - ${hours}\n`);
  await run('config apply', work, '--merge');
  const submit = ['--queue', 'demo.menu', '--id', 'U1', '--data', 'size=large'];
  await run('interaction submit', ...submit);
  t.match(await run('property list'), [{ key: 'size', type: 'number', unfit: Number }]);
  t.match(await run('property unfit', 'size'), [
    { interactionId: 'U1', type: 'text', value: 'large' },
  ]);
  t.match(await run('calendar show', 'shop', '--at', '2026-03-27T12:00:00Z'), {
    timeZone: 'Europe/Berlin',
    wall: '2026-03-27 13:00:00',
    isOpen: true,
    number: 20,
    until: '2026-03-27T17:00:00.000Z',
  });
  t.match(await run('calendar show', 'shop', '--at', '2026-03-27T17:00:00Z'), {
    isOpen: false,
    until: '2026-03-30T06:00:00.000Z',
  });
  await run('interaction stop', 'U1');
  await run('config history');
  await run('config history', '1');
  await run('config rollback', '0', '--dry-run');
  await run('config export');
  await run('config export', join(directory, 'objects.yaml'));
  await run('token create', '--name', 'mail', '--role', 'media');
  const backup = join(directory, 'backup');
  await run('store backup', backup);
  t.match(await run('store restore', backup, '--data', join(directory, 'restored')), {
    takenAt: /^\d{4}-.*Z$/,
  });
  await run('store stats');
  await run('export', join(directory, 'all.jsonl'));
  await run('import', join(directory, 'all.jsonl'));
  await run('shutdown');
  await stop();
  await run('store verify', '--data', data);
  await run('store stats', '--data', data);
  await run('store compact', '--data', data);
  await run('store init', '--data', join(directory, 'new'));
});

t.test('a day', async (t) => {
  const { run, directory } = await serving(t);
  const file = join(directory, 'day.csv');
  const head =
    'vru+line,call_id,type,vru_entry,vru_exit,vru_time,q_start,q_exit,q_time,outcome,ser_start,ser_exit,ser_time,server';
  const row = 'AA0101,1,PS,9:00:00,9:00:10,10,9:00:10,9:00:20,10,AGENT,9:00:20,9:00:50,30,ANN';
  writeFileSync(file, `${head}\n${row}\n`);
  await run('simulate', file, '--speed', '1000');
  fits(t, 'demo', await runHere('demo', '--contacts', '5', '--speed', '100000', '--json'));
});

t.test('what a supervisor does', async (t) => {
  const server = await startAgents(t, { applications });
  const { id: agentId } = person();
  const common = {
    server: formatEndpoint(server.address),
    clientType: 'AgentApplication',
  } as const;
  const token = tokenOf('agent');
  const client = await connect({ ...common, clientName: 'agent', credentials: token });
  t.teardown(() => client.close());
  await client.login({ agentId, media: { email: false } });
  const { interactionId } = await client.submit({
    queue: 'in',
    mediaType: 'email',
    interactionType: 'Inbound',
  });
  const access = ['--application', 'supervisor', '--token', tokenOf('supervisor')];
  const run = async (path: string, ...more: readonly string[]): Promise<unknown> => {
    const [name = '', ...rest] = path.split(' ');
    const words = [...rest, ...more, '--reason', 'Test', '--server', common.server, '--json'];
    return fits(t, path, await runHere(name, ...words, ...access));
  };
  t.match(await run('interaction pull-back', interactionId, 'none'), { done: 1, refused: 1 });
  t.match(await run('interaction assign', interactionId, '--agent', agentId), { done: 1 });
  t.match(await run('interaction requeue', interactionId, '--queue', 'in'), { done: 1 });
  await run('interaction stop-many', interactionId);
  t.match(await run('interaction restore', interactionId), { done: 1 });
  t.match(await run('interaction transfer', interactionId, '--queue', 'in'), { done: 1 });
  t.match(await run('agent ready', agentId, 'nobody'), {
    operation: 7,
    done: 1,
    refused: 1,
    all: [{ agentId, media: { email: false } }, { refused: { name: 'AgentNotLoggedIn' } }],
  });
  t.match(await run('agent not-ready', agentId), { all: [{ media: { email: true } }] });
  t.match(await run('agent logout', agentId, '--preview'), { done: 1, refused: 0 });
  await apply(server, 'workbinTypes:\n  - {name: drafts, owner: agent, queue: in}\n');
  await client.placeInWorkbin(interactionId, { type: 'drafts', agentId });
  const filed = async (path: string, ...more: readonly string[]): Promise<unknown> => {
    const [name = '', ...rest] = path.split(' ');
    const words = [...rest, ...more, '--server', common.server, '--json'];
    return fits(t, path, await runHere(name, ...words, ...access));
  };
  t.match(await filed('workbin list'), [{ type: 'drafts', agentId, interactions: 1 }]);
  t.match(await filed('workbin show', 'drafts', '--agent', agentId), [{ Workbin: 'drafts' }]);
  const email = { queue: 'in', mediaType: 'email', interactionType: 'Inbound' };
  await client.placeInQueue((await client.submit(email)).interactionId, 'in');
  const waiting = "Queue = 'in'";
  t.match(await filed('snapshot show', waiting), { count: 1, interactions: [{ Queue: 'in' }] });
  t.match(await filed('snapshot lock', waiting, '--for', '0s'), { notLocked: 0 });
  t.match(await run('snapshot move', waiting, '--queue', 'in', '--preview'), { count: 1 });
  t.match(await run('snapshot move', waiting, '--queue', 'in'), { done: 1, refusals: [] });
  t.match(await run('snapshot stop', waiting), { done: 1 });
  t.match(await run('snapshot stop', waiting), { operation: undefined, done: 0 });
  const listening = filed('topic listen', 'all', '--count', '1');
  let told: unknown = { receivers: 0 };
  while ((told as { receivers: number }).receivers === 0) {
    told = await filed('topic publish', 'all', '--data', 'n:int=5');
  }
  t.match(await listening, { topic: 'all', by: 'supervisor', message: { n: 5 } });
  const reporting = ['--application', 'reporting', '--token', tokenOf('reporting')];
  const events = (...more: readonly string[]) =>
    runHere('events', '--json', '--server', common.server, ...more, ...reporting);
  fits(t, 'events', await events('--agent', agentId));
  t.match(fits(t, 'events', await events('--type', 'AgentLogin')), { AgentId: agentId });
  t.match(fits(t, 'events', await events('--type', 'PartyAdded')), { PartyId: agentId });
});

t.test('errors of the server', async (t) => {
  const { directory } = await serving(t);
  const server = await startServer({
    data: join(directory, 'other'),
    create: 'demo',
    listen: '127.0.0.1:0',
    withAdmin: false,
    partitions: 1,
  });
  t.teardown(() => server.stop());
  const address = formatEndpoint(server.address);
  const one = await connect({ server: address, clientName: 'a', clientType: 'MediaServer' });
  await one.close();
  const lines = [
    'interaction show gone',
    'interaction submit --queue nowhere',
    'interaction submit --queue demo.menu --id !',
    'queue list nowhere',
    'export /proc/nope/x.jsonl',
    'import /proc/nope/x.jsonl',
  ];
  for (const line of lines) {
    const [name = '', ...rest] = line.split(' ');
    const { code, out, error } = await runHere(name, ...rest, '--server', address, '--json');
    t.equal(out, '', line);
    const told = JSON.parse(error) as { error: { exitCode: number; remedy: string } };
    const { success, error: fault } = errorShape.safeParse(told);
    t.ok(success, `${line}: ${fault?.message}: ${error}`);
    t.equal(told.error.exitCode, code);
    t.match(told.error.remedy, /\.$/, line);
  }
});

t.test('views', async (t) => {
  const { directory, run } = await serving(t);
  const file = join(directory, 'views.yaml');
  const chats = `{ name: chats, queue: demo.menu, condition: "MediaType = 'chat'" }`;
  const others = `{ name: all, queue: demo.menu, order: _age() * Priority }`;
  writeFileSync(file, `views:\n  - ${chats}\n  - ${others}\n`);
  await run('config apply', file, '--merge');
  const submit = ['--queue', 'demo.menu', '--media', 'email'];
  await run('interaction submit', '--id', 'mail', ...submit);
  await run('interaction submit', '--id', 'chat', ...submit.slice(0, 3), 'chat', '--priority', '7');
  t.match(await run('view list', '--by-cost'), [{ queue: 'demo.menu' }, { checks: 0 }]);
  t.match(await run('view explain', 'chats'), { columns: ['MediaType'], waiting: 2 });
  const cannot = /overtake each other/;
  t.match(await run('view explain', 'all'), { answeredBy: 'rows', why: cannot });
  const one = {
    selected: 1,
    isCut: false,
    rows: [{ interactionId: 'chat', values: [7, /^2.*Z$/] }],
  };
  const order = ['Priority DESC', 'ReceivedAt'];
  t.match(await run('view show', 'chats'), { view: 'chats', order, ...one });
  const tried = ['--condition', 'Priority > 5', '--order', 'Priority DESC, ReceivedAt'];
  t.match(await run('view try', 'demo.menu', ...tried), { view: '', ...one });
  t.match(await run('interaction explain', 'mail'), {
    canBePulled: true,
    views: [
      { view: 'all', isSelected: true, position: 1 },
      { view: 'chats', isSelected: false, failed: [{ values: [{ value: 'email' }] }] },
    ],
  });
});

t.test('every verb was compared', async (t) => {
  t.same([...compared].toSorted(), Object.keys(shapes).toSorted());
});
