/** `ixion start`: what it refuses, what it says, how it ends. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { connect as connectSocket } from 'node:net';
import { join } from 'node:path';
import { once } from 'node:events';
import t from 'tap';
import { connect } from '../../lib/client/index.js';
import { directoryOf } from '../fixture/directory.js';
import { ixionToEnd, startDaemon } from './daemon.js';

const client = (server: string) =>
  connect({ server, clientName: 'test', clientType: 'MediaServer', reconnect: false });

/** Nothing here may meet a server that runs beside the tests. */
const anyPorts = ['--listen', '127.0.0.1:0', '--admin', '127.0.0.1:0'];

t.test('a mistyped path is refused with its remedy and changes nothing', async (t) => {
  const data = join(directoryOf(t), 'dtaa');
  const { code, stderr, stdout } = await ixionToEnd(['start', '--data', data]);
  t.equal(code, 78);
  t.match(stderr, /^ixion: .*dtaa does not exist: there is no store\. Check the path; .*--init/);
  t.equal(stderr.trim().split('\n').length, 1);
  t.notMatch(stdout, /ready/);
  t.notOk(existsSync(data));
});

t.test('wrong command lines are refused', async (t) => {
  const lines: readonly (readonly [line: string, what: RegExp])[] = [
    ['start now', /"now" is one argument too many/],
    ['start --dta x', /--dta/],
    ['start --init --demo', /--init and --demo exclude each other/],
    ['status x', /"x" is one argument too many/],
    ['shutdown --drain soon', /--drain: "soon" is not a length of time/],
    ['config check', /FILE is missing/],
    ['store verify x', /"x" is one argument too many/],
    ['store burn', /"store burn" is unknown/],
  ];
  const ends = await Promise.all(lines.map(([line]) => ixionToEnd(line.split(' '))));
  for (const [index, [line, what]] of lines.entries()) {
    t.match(ends[index], { code: 64, stderr: what, stdout: '' }, line);
  }
});

t.test('wrong settings are refused with their place', async (t) => {
  const directory = directoryOf(t, { 'ixion.yaml': 'listen: nowhere\n' });
  const file = join(directory, 'ixion.yaml');
  const [fromFile, fromFlag, fromEnvironment, fromTruth] = await Promise.all([
    ixionToEnd(['start', '--config', file]),
    ixionToEnd(['start', '--admin', 'x']),
    ixionToEnd(['start'], { IXION_PARTITIONS: 'many' }),
    ixionToEnd(['start'], { IXION_INSECURE: 'yes' }),
  ]);
  t.match(fromFile, { code: 78, stderr: /ixion\.yaml:1:9 listen: must be HOST:PORT/ });
  t.match(fromFlag, { code: 78, stderr: /command line admin: "x" does not fit admin/ });
  t.match(fromTruth, { code: 78, stderr: /IXION_INSECURE: "yes" .*give true or false/i });
  t.match(fromEnvironment, { code: 78, stderr: /environment IXION_PARTITIONS: "many"/ });
});

t.test('a new store is made, served, closed on TERM and opened again', async (t) => {
  const data = join(directoryOf(t), 'data');
  const first = await startDaemon(['--data', data, '--demo'], { IXION_DRAIN: '1' });
  t.teardown(() => first.kill());
  await first.says(/the variable IXION_DRAIN means nothing\. Did you mean \\?"IXION_DRAIN_MS/);
  t.match(first.stdout(), /4 partitions on \d+ threads?, 7 queues/);
  t.match(
    first.stdout(),
    /phases load [\d.]+ ms, data .* threads .* partitions .* queues .* listen/,
  );
  const submitter = await client(first.listen);
  const { interactionId } = await submitter.submit({
    queue: 'demo.menu',
    mediaType: 'voice',
    interactionType: 'Inbound',
  });
  await submitter.close();
  first.child.kill('SIGTERM');
  t.match(await first.ended, { code: 0, signal: null, stdout: /ixion stopped\n$/ });

  const second = await startDaemon(['--data', data]);
  t.teardown(() => second.kill());
  const reader = await client(second.listen);
  t.match(await reader.getProperties(interactionId), { Queue: 'demo.menu' });
  await reader.close();
  second.child.kill('SIGINT');
  t.match(await second.ended, { code: 0, signal: null });
});

t.test('a second daemon on a directory, or on an address, is refused', async (t) => {
  const directory = directoryOf(t);
  const data = join(directory, 'data');
  const daemon = await startDaemon(['--data', data, '--init']);
  t.teardown(() => daemon.kill());
  const other = (name: string): string[] => ['start', '--init', '--data', join(directory, name)];
  const [again, admin, listen, verify] = await Promise.all([
    ixionToEnd(['start', '--data', data, ...anyPorts]),
    ixionToEnd([...other('a'), '--listen', '127.0.0.1:0', '--admin', daemon.admin]),
    ixionToEnd([...other('b'), '--listen', daemon.listen, '--admin', '127.0.0.1:0']),
    ixionToEnd(['store', 'verify', '--data', data]),
  ]);
  t.match(again, { code: 75, stderr: /^ixion: .*data is in use by process \d+\. Stop that one/ });
  t.match(admin, {
    code: 75,
    stderr: /is in use\. Stop what listens there, or give another --admin/,
  });
  t.match(listen, { code: 75, stderr: /is in use\. Stop what listens there.* another --listen/ });
  t.match(verify, { code: 75, stderr: /is in use by process/ });
});

t.test('after a kill the store opens again and is sound', async (t) => {
  const data = join(directoryOf(t), 'data');
  const first = await startDaemon(['--data', data, '--demo']);
  await first.kill();
  const second = await startDaemon(['--data', data]);
  t.teardown(() => second.kill());
  second.child.kill('SIGTERM');
  t.match(await second.ended, { code: 0 });
  const verified = await ixionToEnd(['store', 'verify', '--data', data, '--json']);
  t.equal(verified.code, 0);
  const found = JSON.parse(verified.stdout) as { faults: number; partitions: unknown[] };
  t.equal(found.faults, 0);
  t.equal(found.partitions.length, 4);
});

t.test('a damaged partition is found by verify', async (t) => {
  const data = join(directoryOf(t), 'data');
  const daemon = await startDaemon(['--data', data, '--init']);
  daemon.child.kill('SIGTERM');
  await daemon.ended;
  writeFileSync(join(data, 'p02', 'data.mdb'), 'nothing');
  const verified = await ixionToEnd(['store', 'verify', '--data', data]);
  t.match(verified, {
    code: 65,
    stdout: /partition 1: .*sound\npartition 2: .*[1-9]\d* faults?\n/,
  });
  const started = await ixionToEnd(['start', '--data', data, ...anyPorts]);
  t.equal(started.code, 65);
});

t.test(
  'pages that were overwritten are a fault, and the other partitions are verified',
  async (t) => {
    const data = join(directoryOf(t), 'data');
    const daemon = await startDaemon(['--data', data, '--demo']);
    t.teardown(() => daemon.kill());
    const media = await client(daemon.listen);
    const contact = { queue: 'demo.menu', mediaType: 'email', interactionType: 'Inbound' };
    const userData = { text: 'x'.repeat(1_000) };
    for (let round = 0; round < 20; round += 1) {
      const submits = Array.from({ length: 20 }, () => media.submit({ ...contact, userData }));
      await Promise.all(submits);
    }
    await media.close();
    daemon.child.kill('SIGTERM');
    await daemon.ended;
    const file = join(data, 'p02', 'data.mdb');
    const pages = readFileSync(file);
    pages.fill(0, 4 * 8_192, pages.length / 2);
    writeFileSync(file, pages);
    t.match(await ixionToEnd(['store', 'verify', '--data', data]), {
      code: 65,
      stdout:
        /partition 2: .* faults?\n[^]*\npartition 3: .*sound\n[^]*the store has .*Restore the store/,
    });
  },
);

t.test('a second signal stops now', async (t) => {
  const daemon = await startDaemon(['--data', join(directoryOf(t), 'data'), '--init']);
  t.teardown(() => daemon.kill());
  daemon.child.kill('SIGSTOP');
  daemon.child.kill('SIGTERM');
  daemon.child.kill('SIGINT');
  daemon.child.kill('SIGCONT');
  const { code, signal } = await daemon.ended;
  t.equal(code, null);
  t.ok(signal === 'SIGTERM' || signal === 'SIGINT');
});

t.test('what is neither client nor operator does not keep a stop waiting', async (t) => {
  const daemon = await startDaemon(['--data', join(directoryOf(t), 'data'), '--init']);
  t.teardown(() => daemon.kill());
  const sockets = [daemon.listen, daemon.admin].map((address) => {
    const [host = '', port] = address.split(':');
    return connectSocket(Number(port), host).on('error', () => undefined);
  });
  await Promise.all(sockets.map((socket) => once(socket, 'connect')));
  daemon.child.kill('SIGTERM');
  t.match(await daemon.ended, { code: 0 });
});
