/**
 * `ixion snapshot`, `ixion topic` and `ixion agent list --watch` against a real server: what they
 * do, print, and how they end.
 */
import t, { type Test } from 'tap';
import type { Interruption } from '../../lib/cli/command.js';
import type { Output } from '../../lib/cli/output.js';
import { runCommandLine } from '../../lib/cli/run.js';
import type { Client, ClientType } from '../../lib/client/index.js';
import { clientTypesOfRole } from '../../lib/security/permissions.js';
import type { Role } from '../../lib/security/roles.js';
import { apply, person, startAgents } from '../agents/support.js';
import { addressOf, connectReal } from '../client/real-server.js';
import { applications, tokenOf } from '../security/secured-server.js';
import { businessProcesses } from '../snapshots/support.js';
import { type Outcome, runHere } from './support.js';
import { submitted } from '../client/submitted.js';

const server = await startAgents(t, { applications, businessProcesses });
const address = addressOf(server);
const accessOf = (role: Role) => [
  '--server',
  address,
  '--application',
  role,
  '--token',
  tokenOf(role),
];
const run = (words: readonly string[], as: Role = 'supervisor'): Promise<Outcome> =>
  runHere(words[0]!, ...words.slice(1), ...accessOf(as));

function dial(t: Test, clientName: Role): Promise<Client> {
  const [clientType] = clientTypesOfRole[clientName] as readonly [ClientType];
  return connectReal(t, address, { clientName, clientType, credentials: tokenOf(clientName) });
}

/** A command that goes on until it is interrupted, and its lines as they come. */
interface Going {
  line(): Promise<string>;
  interrupt(): void;
  readonly code: Promise<number>;
}

function going(words: readonly string[], as: Role = 'supervisor'): Going {
  const lines: string[] = [];
  let wake = (): void => undefined;
  const end = new AbortController();
  const interruption: Interruption = {
    claim: () => end.signal,
    by: () => (end.signal.aborted ? 'SIGINT' : undefined),
    check: () => undefined,
  };
  const output: Output = {
    terminal: false,
    gone: new AbortController().signal,
    text: () => undefined,
    error: () => undefined,
    line(text) {
      lines.push(text);
      wake();
      return true;
    },
  };
  return {
    async line() {
      while (lines.length === 0) await new Promise<void>((resolve) => (wake = resolve));
      return lines.shift()!;
    },
    interrupt: () => end.abort(),
    code: runCommandLine([...words, ...accessOf(as)], { output, interruption }),
  };
}

const of = (externalId: string): string => `ExternalId = '${externalId}'`;

t.test('show prints what a condition means, in its order', async (t) => {
  const mail = await dial(t, 'media');
  const ids = await submitted(mail, 'show', 4);
  const { out, error, code } = await run(['snapshot', 'show', of('show'), '--order', 'Priority']);
  const lines = out.trim().split('\n');
  t.match(lines[0], /^Interaction +Queue +State/);
  t.strictSame(
    lines.slice(1).map((line) => line.split(' ')[0]),
    ids,
  );
  t.match({ code, error }, { code: 0, error: '' });
  const few = await run(['snapshot', 'show', of('show'), '--most', '2']);
  t.match(few, { code: 0, error: /the first 2 of 4; the option --most/ });
  t.match(few.out, new RegExp(`${ids[3]} .*\n${ids[2]} `), 'what is urgent first');
  await (await dial(t, 'agent')).pullById(ids[0]!);
  t.notMatch((await run(['snapshot', 'show', of('show')])).out, ids[0]);
  t.match((await run(['snapshot', 'show', of('show'), '--any-state'])).out, ids[0]);
  t.match(await run(['snapshot', 'show', 'Priority = = 1']), { code: 1, error: /column 12/ });
  t.match(await run(['snapshot', 'show', '--tenant', '2']), { code: 1, error: /tenant 2/ });
});

t.test('lock keeps others away until it is interrupted, or for a time', async (t) => {
  const [mail, ann] = [await dial(t, 'media'), await dial(t, 'agent')];
  const ids = await submitted(mail, 'lock', 2);
  const locking = going(['snapshot', 'lock', of('lock'), '--json']);
  t.match(JSON.parse(await locking.line()), { count: 2, interactions: [{ IsLocked: 1 }, {}] });
  const refused = await ann.pullById(ids[0]!).catch((error: unknown) => error);
  t.match(refused, { errorName: 'InteractionLocked' });
  const second = await run(['snapshot', 'lock', of('lock'), '--for', '0s']);
  t.match(second, { code: 0, error: /2 could not be locked/ });
  locking.interrupt();
  t.equal(await locking.code, 0);
  await ann.pullById(ids[0]!);
  t.match(await run(['snapshot', 'lock', of('lock'), '--for', '1ms']), { code: 0, out: ids[1] });
  await ann.pullById(ids[1]!);
});

t.test('move and stop are acts of a supervisor on all of it', async (t) => {
  const mail = await dial(t, 'media');
  const ids = await submitted(mail, 'act', 3);
  const move = ['snapshot', 'move', of('act'), '--queue', 'there', '--reason', 'Test'];
  t.match(await run([...move, '--preview']), { code: 0, out: ids[0] });
  t.equal((await mail.getProperties(ids[0]!)).Queue, 'here', 'only looked at');
  t.match(await run(move), { code: 0, out: /^act \d+: 3 done, 0 refused\n$/, error: '' });
  t.equal((await mail.getProperties(ids[0]!)).Queue, 'there');
  const wrong = await run(['snapshot', 'move', of('act'), '--queue', 'ther', '--reason', 'Test']);
  t.match(wrong, { code: 1, error: /Did you mean .*there/ });
  const { out } = await run(['snapshot', 'stop', of('act'), '--reason', 'Test', '--json']);
  const stopped = JSON.parse(out) as { operation: number };
  t.match(stopped, { count: 3, total: 3, done: 3, refused: 0, refusals: [] });
  const again = ['snapshot', 'stop', of('act'), '--reason', 'Test'];
  t.match(await run(again), { code: 0, out: '0 done, 0 refused\n' }, 'nothing is left');
  const restore = ['interaction', 'restore', '--operation', `${stopped.operation}`];
  t.match(await run([...restore, '--reason', 'Test']), { code: 0, out: /3 done/ });
  t.match(await run(again, 'agent'), { code: 1, error: /NotPermitted/ });
  t.match(await run(['snapshot', 'stop', '--reason', 'Test']), { code: 64, error: /CONDITION/ });
});

t.test('a tenant that there is not is told, one without work is not', async (t) => {
  const credentials = tokenOf('blue');
  const identity = { clientName: 'blue', clientType: 'MediaServer', credentials } as const;
  const blue = await connectReal(t, address, { ...identity, tenantId: 2 });
  const email = { queue: 'here', mediaType: 'email', interactionType: 'Inbound' };
  const { interactionId } = await blue.submit(email);
  await apply(server, 'tenants:\n  - {name: green, id: 7}\n');
  for (const verb of [
    ['interaction', 'find'],
    ['interaction', 'list'],
    ['snapshot', 'show'],
  ]) {
    const of = (tenant: string) => run([...verb, '--tenant', tenant], 'admin');
    t.match(await of('99'), {
      code: 1,
      out: '',
      error: /UnknownTenant \[1135\]: there is no tenant 99/,
    });
    const found = await of('2');
    t.match(found, { code: 0, out: interactionId, error: '' }, `${verb.join(' ')}, with work`);
    t.equal(found.out.trim().split('\n').length, 2, 'and no other');
    t.match(await of('7'), { code: 0, error: '' }, 'without any');
  }
});

t.test('topics: what is published is printed', async (t) => {
  const listening = going(['topic', 'listen', 'all', 'few', '--count', '2'], 'agent');
  const tell = (...more: readonly string[]) => run(['topic', 'publish', ...more, '--json']);
  const receivers = async (...more: readonly string[]): Promise<unknown> =>
    (JSON.parse((await tell(...more)).out) as { receivers: number }).receivers;
  while ((await receivers('all', '--data', 'text=back again', '--data', 'n:int=5')) === 0);
  t.match(await listening.line(), /^\d{4}-\S+ all supervisor text=back again n=5$/);
  t.match(await run(['topic', 'publish', 'few']), { code: 0, out: 'told to 1\n' });
  t.match(await listening.line(), / few supervisor$/);
  t.equal(await listening.code, 0, 'it ends after so many');
  t.match(await run(['topic', 'publish', 'few']), { code: 0, out: 'told to 0\n' });
  t.match(await run(['topic', 'listen']), { code: 64, error: /topic/ });
  t.match(await run(['topic', 'listen', 'all'], 'reporting'), { code: 1, error: /NotPermitted/ });
  const endless = going(['topic', 'listen', 'all'], 'agent');
  while ((await receivers('all')) === 0);
  endless.interrupt();
  t.equal(await endless.code, 0);
});

t.test('agent list --watch prints whenever something has changed', async (t) => {
  const ann = await dial(t, 'agent');
  const words = ['agent', 'list', '--watch', '--interval', '100ms', '--json'];
  const watching = going(words, 'reporting');
  const next = async () =>
    JSON.parse(await watching.line()) as { at: string; agents: { agentId: string }[] };
  const before = await next();
  t.match(before.at, /^\d{4}-.*Z$/);
  const { id: agentId } = person();
  const agent = await ann.login({ agentId, media: { email: true } });
  t.match((await next()).agents, [{ agentId }]);
  await agent.logout();
  t.strictSame((await next()).agents, before.agents);
  watching.interrupt();
  t.equal(await watching.code, 0);
});
