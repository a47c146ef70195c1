/** Limits on attempts, what a reload takes away, and what logs and the audit log say. */
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import type { Clock } from '../../lib/clock.js';
import type { FileContent } from '../../lib/config/configuration.js';
import { errorTable } from '../../lib/errors.js';
import { RouteKind } from '../../lib/protocol/message.js';
import { messageByName } from '../../lib/protocol/registry.js';
import { Attempts, networkOf } from '../../lib/security/attempts.js';
import { filtered, filterOf, logFiltersOf } from '../../lib/security/log-filter.js';
import { hashOfToken, matchesToken, sessionKeyOf } from '../../lib/security/token.js';
import { errorOf, eventually } from '../net/harness.js';
import { application, applications, startSecured, submission, tokenOf } from './secured-server.js';

function manualClock(): Clock & { pass(ms: number): void } {
  let nowMs = 0;
  return {
    nowMs: () => nowMs,
    monotonicMs: () => nowMs,
    setTimer: () => ({ cancel: () => undefined }),
    pass: (ms) => void (nowMs += ms),
  };
}

t.test('attempts: free ones, doubled waits, a bound, and forgiveness', async (t) => {
  const clock = manualClock();
  const attempts = new Attempts(clock);
  const fail = (times: number): void => {
    for (let count = 0; count < times; count++) attempts.failed('10.0.0.1');
  };
  fail(20);
  t.equal(attempts.closedMs('10.0.0.1'), 0, 'twenty are free');
  fail(1);
  t.equal(attempts.closedMs('10.0.0.1'), 1_000);
  t.equal(attempts.closedMs('10.9.9.9'), 0, 'others did nothing');
  fail(3);
  t.equal(attempts.closedMs('10.0.0.1'), 8_000);
  fail(20);
  t.equal(attempts.closedMs('10.0.0.1'), 60_000, 'at most a minute');
  t.equal(attempts.closedMs('::ffff:10.0.0.1'), 60_000, 'the same address in IPv6');
  clock.pass(60_000);
  t.equal(attempts.closedMs('10.0.0.1'), 0);
  clock.pass(600_000);
  fail(20);
  t.equal(attempts.closedMs('10.0.0.1'), 0, 'forgiven after ten minutes');
});

t.test('an IPv6 host counts by its network', async (t) => {
  t.equal(networkOf('2001:db8:1:2::1'), networkOf('2001:db8:1:2:ffff:ffff:ffff:ffff'));
  t.not(networkOf('2001:db8:1:2::1'), networkOf('2001:db8:1:3::1'));
  t.equal(networkOf('::1'), networkOf('::2'));
  t.equal(networkOf('::ffff:127.0.0.1'), '127.0.0.1');
  t.equal(networkOf('fe80::1%eth0'), networkOf('fe80::2'));
});

t.test('tokens', async (t) => {
  const token = tokenOf('media');
  t.match(token, /^ixion_[\w-]{43}$/);
  t.ok(matchesToken(token, [hashOfToken('old'), hashOfToken(token)]), 'one of several');
  t.notOk(matchesToken(token, []));
  t.notOk(matchesToken(hashOfToken(token), [hashOfToken(token)]), 'the hash is no token');
  t.not(sessionKeyOf('a', new Uint8Array(16)), sessionKeyOf('b', new Uint8Array(16)));
});

t.test(
  'the right token enters through a closed door, from where it never came before',
  async (t) => {
    const secured = await startSecured(t);
    const wrong = { ClientName: 'agent', Credentials: 'x' };
    const guess = async (): Promise<number> =>
      errorOf(await (await secured.socket()).register(2, wrong));
    // Each failure beyond the free ones closes the door for longer: it is closed at some time.
    for (let codes: number[] = []; !codes.includes(errorTable.TooManyAttempts.code);) {
      codes = await Promise.all([
        ...Array.from({ length: 8 }, guess),
        secured.client('agent').then(() => 0),
        secured.client('media').then(() => 0),
      ]);
    }
    for (let status = 0; status !== 429;) {
      const asks = ['ixion_wrong', tokenOf('operator'), tokenOf('admin')].map((token) =>
        secured.admin('/status', { token }),
      );
      const [refused, ...taken] = await Promise.all(asks);
      for (const one of taken) t.equal(one.status, 200, 'so does that of an operator');
      status = refused!.status;
    }
  },
);

const ended = messageByName('EventForcedDisconnect').number;

t.test('a reload ends the sessions of an application that lost something', async (t) => {
  let now = applications;
  const values = { listen: '127.0.0.1:0', admin: '127.0.0.1:0' };
  const readAgain = async (): Promise<FileContent> => ({
    values,
    businessProcesses: [],
    applications: now,
  });
  const secured = await startSecured(t, { readAgain });
  const [media, agent, router] = await Promise.all(
    ['media', 'agent', 'router'].map((name) => secured.client(name)),
  );
  now = applications
    .filter(({ name }) => name !== 'media')
    .map((one) => (one.name === 'agent' ? application('agent', 'agent', [2]) : one));
  await secured.server.reload({ who: 'signal HUP' });
  for (const client of [media!, agent!]) {
    await client.until(() => client.received.some(({ message }) => message === ended));
    t.equal(errorOf(await client.ask(175, 9)), errorTable.NotRegistered.code);
  }
  t.equal((await router!.ask(175, 9)).message, 175, 'others stay');
  await t.rejects(secured.client('media'), { message: /1070/ });
  now = [];
  await secured.server.reload();
  t.equal(errorOf(await router!.ask(175, 10)), errorTable.NotRegistered.code, 'all ways changed');
});

t.test('no token and no attached data in any log; the audit log says who did what', async (t) => {
  const logFilter = { 'log-filter-data': { Subject: 'copy', Card: 'hide-first,4' } };
  const secured = await startSecured(t, { logLevel: 'debug', logFilter });
  const wrong = 'ixion_a-token-that-is-wrong';
  await (await secured.socket()).register(2, { ClientName: 'media', Credentials: wrong });
  const media = await secured.client('media', { SessionKey: new Uint8Array(16).fill(0x41) });
  const UserData = { Subject: 'My bill', Card: '12345678', Diagnosis: 'measles' };
  const body = { ...submission, UserData, Extension: { secret: 'hunter2' } };
  await media.ask(101, 3, body, { kind: RouteKind.queue, key: 'in' });
  const operator = await secured.client('operator');
  await operator.ask(1004, 4, { Options: { 'collect-request-counters': 'true' } });
  await secured.admin('/status', { token: wrong });
  await eventually(() => secured.log.some((line) => line.includes('RequestSubmit')));
  await secured.server.stop();
  const log = secured.log.join('\n');
  const file = join(secured.data, 'audit.jsonl');
  const audit = readFileSync(file, 'utf8');
  for (const secret of [
    wrong,
    tokenOf('media'),
    tokenOf('operator'),
    'measles',
    '12345678',
    'hunter2',
    'AAAAAAAA',
    '4141',
  ]) {
    t.notOk(log.includes(secret), `the log has no ${secret}`);
    t.notOk(audit.includes(secret), `the audit log has no ${secret}`);
  }
  t.ok(log.includes('"Subject":"My bill"'), 'what was asked for');
  t.ok(log.includes('"Card":"****5678"'));
  const entries = audit
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { event: string });
  t.strictSame(
    entries.map(({ event }) => event),
    ['server started', 'credentials refused', 'options changed', 'credentials refused'],
  );
  t.match(entries[2], {
    who: 'operator',
    role: 'operator',
    time: /^\d{4}-/,
    options: { 'collect-request-counters': 'true' },
  });
  t.equal(statSync(file).mode & 0o077, 0, 'for its owner only');
});

t.test('the audit log is appended to, also by the next run', async (t) => {
  const secured = await startSecured(t);
  await secured.server.stop();
  const before = readFileSync(join(secured.data, 'audit.jsonl'), 'utf8');
  const again = await startSecured(t, { data: secured.data, create: undefined });
  const options = { token: tokenOf('operator'), method: 'POST', body: '{}' };
  const headers = { 'content-type': 'application/json' };
  t.equal((await again.admin('/shutdown', { ...options, headers })).status, 202);
  await again.server.ended;
  const after = readFileSync(join(secured.data, 'audit.jsonl'), 'utf8');
  t.ok(after.startsWith(before));
  t.match(JSON.parse(after.trim().split('\n').at(-1)!), {
    event: 'shutdown asked for',
    who: 'operator',
  });
});

t.test('log filters, all types', async (t) => {
  const show = (type: string) => filterOf(type)('abcdef');
  t.equal(show('copy'), 'abcdef');
  t.equal(show('hide'), '*****');
  t.equal(filterOf('hide')('a'), '*****', 'the length does not show');
  t.equal(show('skip'), undefined);
  t.equal(show('hide-first,2'), '**cdef');
  t.equal(show('hide-last,2'), 'abcd**');
  t.equal(show('unhide-first,2'), 'ab****');
  t.equal(show('unhide-last,2'), '****ef');
  t.equal(show('hide-last,99'), '******');
  t.throws(() => filterOf('show'), { message: /is not a type of log filter/ });
  t.strictSame(filtered({ a: 1, b: 2, c: 3 }, logFiltersOf(undefined, { b: 'copy', c: 'skip' })), {
    a: '*****',
    b: 2,
  });
});
