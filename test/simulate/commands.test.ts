import { type ChildProcess, spawn } from 'node:child_process';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { freePort } from '../../bench/support/free-port.js';
import { launcher } from '../../lib/cli/node-flags.js';
import { type ChildServer, startChildServer } from '../../lib/cli/child-server.js';
import { systemRandom } from '../../lib/clock.js';
import { hashOfToken, newToken } from '../../lib/security/token.js';
import { connect } from '../../lib/client/index.js';
import { generateDay, writeRecords } from '../../lib/simulate/index.js';
import { journeyOf } from '../../lib/simulate/journey.js';
import { directoryOf } from '../fixture/directory.js';
import { trapFile, trapTotals } from './days.js';

// The test runner's hooks are not for the servers that are started here.
delete process.env['NODE_OPTIONS'];
const never = new AbortController().signal;

/** Runs the command to its end. */
async function ixion(argv: readonly string[], environment: NodeJS.ProcessEnv = {}) {
  const child: ChildProcess = spawn(process.execPath, [launcher, ...argv], {
    env: { PATH: process.env['PATH'], ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [out, error] = ['', ''];
  child.stdout?.on('data', (chunk) => (out += String(chunk)));
  child.stderr?.on('data', (chunk) => (error += String(chunk)));
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
  return { code, out, error, last: out.trimEnd().split('\n').at(-1) ?? '' };
}

t.test('demo: a day, its table, nothing left behind', async (t) => {
  const temporary = directoryOf(t);
  const environment = { TMPDIR: temporary };
  const text = await ixion(['demo', '--contacts', '60', '--speed', '50000'], environment);
  t.equal(text.code, 0, text.error);
  t.match(text.out, /^submitted +60$/m);
  t.match(text.out, /^left +0$/m);
  t.match(text.out, /the server has the same totals/);
  t.same(readdirSync(temporary), []);
  const json = await ixion(['demo', '--contacts', '30', '--speed', '50000', '--json'], environment);
  t.equal(json.code, 0, json.error);
  t.match(JSON.parse(json.last), { submitted: 30, left: 0, problems: [] });
});

t.test('simulate: a file against a running server, in both modes', async (t) => {
  const directory = directoryOf(t, { 'day.csv': trapFile });
  const file = join(directory, 'day.csv');
  const server = await startChildServer(['--demo', '--data', join(directory, 'data')], never);
  t.teardown(() => server.stop());
  const common = [file, '--server', server.listen, '--speed', '2000', '--json'];
  const follow = await ixion(['simulate', ...common]);
  t.equal(follow.code, 0, follow.error);
  t.match(JSON.parse(follow.last), { mode: 'follow', ...trapTotals, problems: [] });
  const order = await ixion(['simulate', ...common, '--mode', 'order']);
  t.equal(order.code, 0, order.error);
  t.match(JSON.parse(order.last), { mode: 'order', submitted: 13, abandonedBefore: 2, left: 0 });
  const media = await connect({
    server: server.listen,
    clientName: 'other',
    clientType: 'MediaServer',
  });
  await media.submit({ queue: 'demo.TT', mediaType: 'chat', interactionType: 'Inbound' });
  await media.close();
  const again = await ixion(['simulate', ...common, '--mode', 'order']);
  t.equal(again.code, 65, 'what others have left there would be pulled');
  t.match(again.error, /demo\.TT \(1\)/);
});

t.test('simulate: several days, their results in files, a missing queue', async (t) => {
  const directory = directoryOf(t);
  const at = (name: string): string => join(directory, name);
  const written = await ixion([
    'simulate',
    'generate',
    at('days.csv'),
    '--days',
    '2',
    '--date',
    '2026-02-28',
    '--contacts',
    '40',
    '--seed',
    '3',
  ]);
  t.match(written, { code: 0, out: /days\.csv: 80 contacts/ });
  const repeated = await ixion(['simulate', 'generate', at('days.csv')]);
  t.match(repeated, { code: 65, error: /already exists .EEXIST.\. Name another/ });
  t.equal(
    (await ixion(['simulate', 'generate', '-', '--contacts', '5'])).out.split('\n').length,
    7,
  );
  const server = await startChildServer(['--demo', '--data', at('data')], never);
  t.teardown(() => server.stop());
  const to = ['--server', server.listen, '--speed', '20000'];
  const files = ['--csv', at('i.csv'), '--html', at('day.html'), '--log', at('contacts.csv')];
  const both = await ixion(['simulate', at('days.csv'), ...to, ...files, '--interval', '1h']);
  t.equal(both.code, 0, both.error);
  t.match(both.out, /^submitted +80$/m);
  const intervals = readFileSync(at('i.csv'), 'utf8').trimEnd().split('\n');
  const header = intervals[0]?.split(',') ?? [];
  const cells = intervals.slice(1).map((line) => line.split(','));
  t.ok(cells.every((line) => line.length === header.length));
  const dates = new Set(cells.map(([date]) => date));
  t.same([...dates].slice(0, 2), ['2026-02-28', '2026-03-01']);
  const submitted = cells.reduce((all, line) => all + Number(line[header.indexOf('submitted')]), 0);
  t.equal(submitted, 80);
  const log = readFileSync(at('contacts.csv'), 'utf8').trimEnd().split('\n');
  t.equal(log.length, 81, 'a line for each contact');
  t.match(log[1], /^\d+,2026-02-28,2026-02-28\/GN/);
  const page = readFileSync(at('day.html'), 'utf8');
  t.match(page, /<svg/);
  t.notMatch(page, /NaN|undefined|https?:/);
  t.equal(statSync(at('day.html')).mode & 0o777, 0o600);
  const one = ['--date', '2026-03-01', '--json'];
  const second = await ixion(['simulate', at('days.csv'), ...to, ...one]);
  t.match(JSON.parse(second.last), { submitted: 40, left: 0, problems: [] });
  const other = await ixion(['simulate', at('days.csv'), ...to, '--process', 'nope']);
  t.match(other, { code: 65, error: /no queue nope\.menu\nline 2: type / });
});

t.test('simulate: Ctrl-C says what is left, or with --clean leaves nothing', async (t) => {
  const directory = directoryOf(t, { 'day.csv': trapFile });
  const server = await startChildServer(['--demo', '--data', join(directory, 'data')], never);
  t.teardown(() => server.stop());
  const command = ['simulate', join(directory, 'day.csv'), '--server', server.listen];
  const client = await connect({
    server: server.listen,
    clientName: 'watcher',
    clientType: 'MediaServer',
  });
  t.teardown(() => client.close());
  const totals = async () => {
    const all = await client.queueStatistics();
    return {
      there: all.reduce((sum, { waiting, processing }) => sum + waiting + processing, 0),
      cancelled: all.reduce((sum, { stopped }) => sum + (stopped['Cancelled'] ?? 0), 0),
    };
  };
  for (const clean of [true, false]) {
    const child = spawn(
      process.execPath,
      [launcher, ...command, '--speed', '50', ...(clean ? ['--clean'] : [])],
      { env: { PATH: process.env['PATH'] }, stdio: ['ignore', 'ignore', 'pipe'] },
    );
    let error = '';
    child.stderr.on('data', (chunk) => (error += String(chunk)));
    const ended = new Promise((resolve) => child.on('close', resolve));
    while ((await totals()).there === 0) await new Promise((resolve) => setTimeout(resolve, 20));
    child.kill('SIGINT');
    t.equal(await ended, 130);
    const { there, cancelled } = await totals();
    t.match(error, clean ? /stopped as Cancelled/ : /left on the server; with --clean/);
    if (clean) t.equal(there, 0);
    else t.ok(there > 0);
    t.ok(cancelled > 0);
  }
});

t.test('simulate: a server that asks for credentials', async (t) => {
  const token = newToken(systemRandom);
  const configuration = [
    'applications:',
    ...['admin', 'media'].flatMap((role) => [
      `  - name: the-${role}`,
      `    role: ${role}`,
      `    tokenHash: '${hashOfToken(role === 'admin' ? token : 'other')}'`,
    ]),
  ];
  const directory = directoryOf(t, {
    'day.csv': trapFile,
    'ixion.yaml': `${configuration.join('\n')}\n`,
  });
  const [file, config] = [join(directory, 'day.csv'), join(directory, 'ixion.yaml')];
  const data = ['--demo', '--data', join(directory, 'data'), '--config', config];
  const server = await startChildServer(data, never);
  t.teardown(() => server.stop());
  const command = ['simulate', file, '--server', server.listen, '--speed', '2000', '--json'];
  const environment = { IXION_APPLICATION: 'the-admin', IXION_TOKEN: token };
  const day = await ixion(command, environment);
  t.equal(day.code, 0, day.error);
  t.match(JSON.parse(day.last), { mode: 'follow', ...trapTotals, problems: [] });
  const without = await ixion(command);
  t.match(without.error, /1070/);
  t.not(without.code, 0);
  const nameless = await ixion(command, { IXION_TOKEN: token });
  t.match(nameless, { code: 64, error: /needs its application/ });
  const wrong = await ixion(command, { IXION_APPLICATION: 'the-media', IXION_TOKEN: 'other' });
  t.match(wrong.error, /1071/, 'a media server is no router');
});

t.test('a server killed three times in the middle of the day: the same totals', async (t) => {
  const records = generateDay({ seed: 11, contacts: 200 });
  const directory = directoryOf(t, { 'day.csv': writeRecords(records) });
  const file = join(directory, 'day.csv');
  const kinds = records.map((record) => journeyOf(record).kind);
  const count = (kind: string): number => kinds.filter((each) => each === kind).length;
  const data = join(directory, 'data');
  const listen = `127.0.0.1:${await freePort()}`;
  const start = () => startChildServer(['--demo', '--data', data, '--listen', listen], never);
  let server: ChildServer = await start();
  t.teardown(() => server.stop());
  const running = ixion(['simulate', file, '--server', listen, '--speed', '10000', '--json']);
  for (let kill = 0; kill < 3; kill++) {
    await new Promise((resolve) => setTimeout(resolve, 700));
    process.kill(server.pid, 'SIGKILL');
    await server.ended;
    server = await start();
  }
  const { code, last, error } = await running;
  t.equal(code, 0, error);
  t.match(JSON.parse(last), {
    submitted: 200,
    served: count('served'),
    abandonedFromQueue: count('abandonedFromQueue'),
    abandonedBefore: count('abandonedBefore'),
    phantom: count('phantom'),
    left: 0,
    problems: [],
  });
});

t.test('wrong command lines and files', async (t) => {
  const directory = directoryOf(t, { 'bad.csv': trapFile.replace('9:01:40', '9:01:99') });
  const cases: [string[], number, RegExp][] = [
    [['simulate'], 64, /FILE is missing/],
    [['simulate', 'a', 'b'], 64, /is one argument too many/],
    [['simulate', 'a', '--speed', '0'], 64, /--speed: 0 is out of range/],
    [['simulate', 'a', '--mode', 'x'], 64, /none of follow, order/],
    [['simulate', 'a', '--break', '10'], 65, /cannot be read/],
    [['simulate', join(directory, 'bad.csv')], 65, /bad\.csv:\nline 4: q_exit: "9:01:99"/],
    [['demo', '--contacts', '0'], 64, /--contacts: 0 is out of range/],
    [['demo', 'x'], 64, /is one argument too many/],
  ];
  const results = await Promise.all(cases.map(([argv]) => ixion(argv)));
  for (const [index, [argv, code, message]] of cases.entries()) {
    t.equal(results[index]?.code, code, argv.join(' '));
    t.match(results[index]?.error, message);
  }
  t.equal((await ixion(['simulate', '--help'])).code, 0);
});
