/** `ixion client list` and `ixion client disconnect` against a real server. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { type Client, connect } from '../../lib/client/index.js';
import { roles, type Role } from '../../lib/security/roles.js';
import { errorOf } from '../net/harness.js';
import { startSecured, tokenOf } from '../security/secured-server.js';
import { type Outcome, runHere } from './support.js';

const allowed: readonly Role[] = ['admin', 'operator'];
const submission = { queue: 'in', mediaType: 'email', interactionType: 'Inbound' };

async function serving(t: Test) {
  const secured = await startSecured(t);
  const address = `127.0.0.1:${secured.server.address.port}`;
  const as = (name: string, ...argv: readonly string[]): Promise<Outcome> =>
    runHere(
      'client',
      ...argv,
      '--application',
      name,
      '--token',
      tokenOf(name),
      '--server',
      address,
    );
  const sdk = async (name: string): Promise<Client> => {
    const connected = await connect({
      server: address,
      clientName: name,
      clientType: name.includes('agent') ? 'AgentApplication' : 'MediaServer',
      credentials: tokenOf(name),
    });
    t.teardown(() => connected.close());
    return connected;
  };
  return { ...secured, as, sdk };
}

interface Row {
  readonly number: number;
  readonly name: string;
  readonly isAsker: boolean;
}

const rowsOf = ({ code, out, error }: Outcome): readonly Row[] => {
  if (code !== 0) throw new Error(error);
  return JSON.parse(out) as Row[];
};
const namesOf = (outcome: Outcome): string[] => rowsOf(outcome).map(({ name }) => name);

t.test('who is registered', async (t) => {
  const { as, sdk } = await serving(t);
  const before = Date.now();
  const agent = await sdk('agent');
  await sdk('media');
  await sdk('blue');
  void agent.pull({ queue: 'out', waitMs: 60_000 }).catch(() => undefined);
  await agent.ping();

  const all = await as('admin', 'list', '--json');
  t.same(namesOf(all), ['agent', 'media', 'blue', 'admin'], 'in the order of registration');
  t.match(rowsOf(all), [
    {
      number: Number,
      type: 'AgentApplication',
      role: 'agent',
      tenantId: 1,
      address: /^127\.0\.0\.1:\d+$/,
      registeredAt: /^\d{4}-.*Z$/,
      inFlight: 1,
      subscriptions: 0,
      isAsker: false,
    },
    { type: 'MediaServer', inFlight: 0 },
    { tenantId: 2 },
    { role: 'admin', isAsker: true },
  ]);
  const at = Date.parse((rowsOf(all)[0] as unknown as { registeredAt: string }).registeredAt);
  t.ok(at >= before - 1 && at <= Date.now());
  t.same(namesOf(await as('admin', 'list', 'media', '--json')), ['media']);
  t.same(namesOf(await as('admin', 'list', 'nobody', '--json')), []);
  t.same(
    namesOf(await as('operator', 'list', '--json')),
    ['agent', 'media', 'operator'],
    'its own',
  );
  const text = await as('admin', 'list');
  t.match(text, { code: 0, error: '' });
  t.match(text.out, /^ *Number +Name +Type +Role +Tenant +Address +Registered +InFlight/);
  t.match(text.out, /\n *\d+ +agent +AgentApplication +agent +1 +127\.0\.0\.1:\d+ +20/);
});

t.test('a client that is disconnected is told, and what it had is back', async (t) => {
  const { as, sdk, data, server } = await serving(t);
  const media = await sdk('media');
  const agent = await sdk('agent');
  const ids: string[] = [];
  for (const interactionId of ['A', 'B', 'C']) {
    await media.submit({ ...submission, interactionId });
    ids.push((await agent.pullById(interactionId)).InteractionId);
  }
  const waiting = agent.pull({ queue: 'out', waitMs: 60_000 });
  const states: string[] = [];
  const status = (async () => {
    for await (const state of agent.status()) states.push(state);
  })();

  const gone = await as('operator', 'disconnect', 'agent');
  t.match(gone, { code: 0, out: /^agent \(\d+\) is disconnected\n$/, error: '' });
  t.same(await waiting, [], 'its pull ended with nothing');
  await status;
  t.equal(states.at(-1), 'closed');
  await t.rejects(agent.ping(), { message: /administrator ended/ });
  for (const id of ids) {
    t.match(await media.getProperties(id), { InteractionState: 0 }, `${id} is back`);
  }
  t.same(namesOf(await as('admin', 'list', '--json')), ['media', 'admin']);
  await server.stop();
  const audit = readFileSync(join(data, 'audit.jsonl'), 'utf8');
  const note = audit.split('\n').find((line) => line.includes('client disconnected'))!;
  t.match(JSON.parse(note), { who: 'operator', role: 'operator', client: 'agent', number: Number });
});

t.test('which of several, and which not', async (t) => {
  const { as, sdk } = await serving(t);
  const [first, second, third] = [await sdk('media'), await sdk('media'), await sdk('media')];
  const numbers = rowsOf(await as('admin', 'list', 'media', '--json')).map(({ number }) => number);
  const several = await as('admin', 'disconnect', 'media');
  t.match(several, { code: 64, out: '', error: /there are 3 clients "media".*--number.*--all/ });
  t.match(several.error, numbers.join(', '));
  const json = await as('admin', 'disconnect', 'media', '--number', `${numbers[1]}`, '--json');
  t.same(JSON.parse(json.out), { disconnected: [{ number: numbers[1], name: 'media' }] });
  await t.rejects(second.ping(), { message: /administrator ended/ });
  await first.ping();
  const all = await as('admin', 'disconnect', 'media', '--all', '--json');
  t.same(JSON.parse(all.out), {
    disconnected: [numbers[0], numbers[2]].map((number) => ({ number, name: 'media' })),
  });
  for (const ended of [first, third]) {
    await t.rejects(ended.ping(), { message: /administrator ended/ });
  }

  await sdk('agent');
  await sdk('blue');
  const wrong: readonly (readonly [line: string, code: number, error: RegExp])[] = [
    ['disconnect agnet', 1, /UnknownClient \[1056\]: no client "agnet".*Did you mean "agent"\?/],
    ['disconnect agent --number 99999', 1, /UnknownClient \[1056\].*ixion client list/],
    ['disconnect admin', 1, /UnknownClient \[1056\]/],
    ['disconnect', 64, /NAME is missing/],
    ['disconnect agent --number x', 64, /--number/],
    ['disconnect agent --number 1 --all', 64, /exclude each other/],
    ['disconect agent', 64, /Did you mean "disconnect"\?/],
  ];
  for (const [line, code, error] of wrong) {
    t.match(await as('admin', ...line.split(' ')), { code, out: '', error }, line);
  }
  t.match(await as('operator', 'disconnect', 'blue'), { code: 1, error: /1056/ }, 'of others');
  const told = await as('admin', 'disconnect', 'agnet', '--json');
  t.match(JSON.parse(told.error), { error: { name: 'UnknownClient', remedy: /agent/ } });
});

t.test('roles, and a client that asks to end itself', async (t) => {
  const { as, sdk, client } = await serving(t);
  await sdk('agent');
  for (const role of roles) {
    const verbs = [await as(role, 'list'), await as(role, 'disconnect', 'nobody')];
    for (const outcome of verbs) {
      if (allowed.includes(role)) t.notMatch(outcome.error, /1071/, role);
      else t.match(outcome, { code: 1, out: '', error: /NotPermitted \[1071\]/ }, role);
    }
  }
  const raw = await client('operator');
  const { body } = await raw.ask(1017, 5, { ClientName: 'operator' });
  const [{ ClientNumber } = {}] = body['Clients'] as { ClientNumber?: number }[];
  const self = await raw.ask(1018, 6, { ClientName: 'operator', ClientNumber });
  t.equal(errorOf(self), 1007);
  t.equal(errorOf(await raw.ask(175, 7)), 0, 'and goes on');
});
