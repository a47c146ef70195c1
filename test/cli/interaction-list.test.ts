/** `ixion interaction list` against a real server: filters, bounds, going on, roles and typos. */
import t, { type Test } from 'tap';
import { connect } from '../../lib/client/index.js';
import { roles, type Role } from '../../lib/security/roles.js';
import { startSecured, tokenOf } from '../security/secured-server.js';
import { type Outcome, runHere } from './support.js';

const allowed: readonly Role[] = ['admin', 'supervisor', 'reporting'];
const submission = { queue: 'in', mediaType: 'email', interactionType: 'Inbound' };

async function serving(t: Test) {
  const { server } = await startSecured(t);
  const address = `127.0.0.1:${server.address.port}`;
  const as = (name: string, ...argv: readonly string[]): Promise<Outcome> =>
    runHere(
      'interaction',
      ...argv,
      '--application',
      name,
      '--token',
      tokenOf(name),
      '--server',
      address,
    );
  const client = async (name: string, clientType: 'MediaServer' | 'AgentApplication') => {
    const connected = await connect({
      server: address,
      clientName: name,
      clientType,
      credentials: tokenOf(name),
    });
    t.teardown(() => connected.close());
    return connected;
  };
  return { as, client };
}

interface Listed {
  readonly interactions: readonly { readonly InteractionId: string }[];
  readonly seen: number;
  readonly next?: string;
}

const listed = ({ code, out, error }: Outcome): Listed => {
  if (code !== 0) throw new Error(error);
  return JSON.parse(out) as Listed;
};
const idsOf = (outcome: Outcome): string[] =>
  listed(outcome)
    .interactions.map(({ InteractionId }) => InteractionId)
    .toSorted();

t.test('each filter, alone and with another', async (t) => {
  const { as, client } = await serving(t);
  const media = await client('media', 'MediaServer');
  const agent = await client('agent', 'AgentApplication');
  const userData = { secret: 'attached' };
  await media.submit({ ...submission, interactionId: 'A', externalId: 'mail-1', userData });
  await media.submit({ ...submission, interactionId: 'B', hold: true });
  await media.submit({ ...submission, interactionId: 'C', queue: 'out', externalId: 'mail-1' });
  await media.submit({ ...submission, interactionId: 'D', queue: 'out' });
  await agent.pullById('D');
  const blue = await client('blue', 'MediaServer');
  await blue.submit({ ...submission, interactionId: 'E', externalId: 'mail-1' });

  const list = (...argv: readonly string[]): Promise<Outcome> =>
    as('reporting', 'list', ...argv, '--json');
  t.same(idsOf(await list()), ['A', 'B', 'C', 'D'], 'of its tenant');
  t.same(idsOf(await as('admin', 'list', '--json')), ['A', 'B', 'C', 'D', 'E'], 'of all');
  t.same(idsOf(await list('--queue', 'in')), ['A', 'B']);
  t.same(idsOf(await list('--state', 'handled')), ['D']);
  t.same(idsOf(await list('--state', 'queued', '--queue', 'out')), ['C']);
  t.same(idsOf(await list('--holder', 'agent')), ['D']);
  t.same(idsOf(await list('--holder', 'nobody')), []);
  t.same(idsOf(await list('--external-id', 'mail-1')), ['A', 'C']);
  t.same(idsOf(await list('--external-id', 'mail-1', '--queue', 'out')), ['C']);
  t.same(idsOf(await list('--on-hold', 'true')), ['B']);
  t.same(idsOf(await list('--on-hold', 'false', '--queue', 'in')), ['A']);
  const json = await list('--holder', 'agent');
  t.match(JSON.parse(json.out), {
    interactions: [{ Queue: 'out', InteractionStateName: 'handled', AssignedTo: 'agent' }],
    seen: 5,
  });
  t.notMatch((await list()).out, /attached|UserData/, 'what is attached is not told');

  const text = await as('reporting', 'list', '--queue', 'out');
  t.match(text, { code: 0, error: '' });
  const [head = '', ...lines] = text.out.trim().split('\n');
  t.match(head, /^Interaction +Queue +State +Hold +Holder +Priority +ExternalId +Placed$/);
  t.match(lines.toSorted(), [/^C +out +queued .* mail-1 /, /^D +out +handled +agent /]);
});

t.test('much is told in parts that go on', async (t) => {
  const { as, client } = await serving(t);
  const media = await client('media', 'MediaServer');
  const made = await Promise.all(
    Array.from({ length: 1_400 }, (_, index) =>
      media.submit({ ...submission, externalId: String(index), interactionId: `I${index}` }),
    ),
  );
  const list = (...argv: readonly string[]): Promise<Outcome> =>
    as('reporting', 'list', '--queue', 'in', ...argv);
  const found: string[] = [];
  let after: string | undefined;
  let parts = 0;
  do {
    const more = after === undefined ? [] : ['--after', after];
    const outcome = await list('--count', '300', '--json', ...more);
    found.push(...idsOf(outcome));
    after = listed(outcome).next;
    parts++;
  } while (after !== undefined);
  t.same(found.toSorted(), made.map(({ interactionId }) => interactionId).toSorted());
  t.ok(parts >= 5, 'at most as many as are wanted at a time');

  const some = await list('--count', '7');
  t.equal(some.out.trim().split('\n').length, 8);
  const goOn = /there are more.*--after (\S+)\n$/.exec(some.error);
  t.ok(goOn, some.error);
  t.equal((await list('--count', '7', '--after', goOn![1]!)).code, 0);

  // Nobody fits: it looks at as many as it may, and no more.
  const short = await list('--external-id', 'none', '--scan', '600', '--json');
  t.match(listed(short), { interactions: [], next: String });
  const { seen } = listed(short);
  t.ok(seen >= 600 && seen <= 600 + 512, `${seen} were looked at`);
  t.match(await list('--external-id', 'none', '--scan', '600'), {
    code: 0,
    error: /looked at \d+ interactions; there are more/,
  });
  const all = listed(await list('--external-id', '1234', '--json'));
  t.match(all, { interactions: [{ InteractionId: 'I1234' }], seen: 1_400, next: undefined });
});

t.test('roles, and what is wrong', async (t) => {
  const { as } = await serving(t);
  for (const role of roles) {
    const outcome = await as(role, 'list');
    if (allowed.includes(role)) t.match(outcome, { code: 0 }, role);
    else t.match(outcome, { code: 1, out: '', error: /NotPermitted \[1071\]/ }, role);
  }
  const wrong: readonly (readonly [line: string, code: number, error: RegExp])[] = [
    ['list --state handeld', 64, /--state: "handeld" is none of .*did you mean "handled"/],
    ['list --on-hold maybe', 64, /--on-hold/],
    ['list --count 0', 64, /--count/],
    ['list --holde agent', 64, /no option --holde\. Did you mean "--holder"\?/],
    ['lits', 64, /Did you mean "list"\?/],
    ['list --queue inn', 1, /UnknownQueue \[1020\]: no queue "inn".*mean "in"\? See "ixion queue/],
    ['submit --queue otu', 1, /no queue "otu".*mean "out"\?/],
    ['pull inn', 1, /UnknownView|no queue "inn"/],
    ['list --after 99:x', 1, /After is not the Next/],
    ['list --after nonsense', 1, /After is not the Next/],
  ];
  for (const [line, code, error] of wrong) {
    t.match(await as('admin', ...line.split(' ')), { code, out: '', error }, line);
  }
  await as('admin', 'submit', '--queue', 'in', '--id', 'A');
  const placed = await as('admin', 'place', 'A', 'oot');
  t.match(placed, { code: 1, error: /UnknownQueue.*"oot".*mean "out"\?/ });
  const json = await as('admin', 'list', '--queue', 'inn', '--json');
  t.match(JSON.parse(json.error), { error: { name: 'UnknownQueue', code: 1020, exitCode: 1 } });
});

t.test(
  'find: by a condition, a contact, a parent; what is wrong is told with its place',
  async (t) => {
    const { as, client } = await serving(t);
    const media = await client('media', 'MediaServer');
    const userData = { ContactId: 'C-1' };
    await media.submit({ ...submission, interactionId: 'A', userData, priority: 7 });
    await media.submit({ ...submission, interactionId: 'B', parentId: 'A', queue: 'out' });
    await media.submit({ ...submission, interactionId: 'C', externalId: 'mail-1' });
    const find = (...argv: readonly string[]): Promise<Outcome> =>
      as('reporting', 'find', ...argv, '--json');
    t.same(idsOf(await find()), ['A', 'B', 'C']);
    t.same(idsOf(await find("Priority > 5 AND Queue = 'in'")), ['A']);
    t.same(idsOf(await find('_empty(ParentId)', '--external-id', 'mail-1')), ['C']);
    t.same(idsOf(await find('--contact', 'C-1')), ['A']);
    t.same(idsOf(await find('--parent', 'A', '--queue', 'out')), ['B']);
    const wrong = await find('Priority == 5');
    t.equal(wrong.out, '');
    t.match(wrong.error, /line 1, column 10/);
    t.not(wrong.code, 0);
    const table = await as('reporting', 'find', 'Priority > 5');
    t.match(table.out, /Interaction .*\nA /);
  },
);
