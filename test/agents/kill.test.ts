/** Logins over a kill of the server: they are rows, and go on or become logouts. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import t, { type Test } from 'tap';
import { directoryOf } from '../fixture/directory.js';
import { errorOf, RawClient } from '../net/harness.js';
import { ask, good, pull, submit, until } from './cast.js';
import { Desktop, person, startAgents } from './support.js';

const program = fileURLToPath(new URL('./server-process.js', import.meta.url));

async function run(t: Test, data: string): Promise<{ child: ChildProcess; port: number }> {
  const child = spawn(process.execPath, [program, data], { stdio: ['ignore', 'pipe', 'inherit'] });
  t.teardown(() => child.kill('SIGKILL'));
  const [line] = (await once(child.stdout!, 'data')) as [Buffer];
  return { child, port: Number(line.toString()) };
}

async function client(t: Test, port: number, body: object): Promise<Desktop> {
  const raw = await RawClient.open(port);
  t.teardown(() => raw.socket.destroy());
  await raw.register(1, { ...body });
  return new Desktop(raw);
}

const desktop = { ClientType: 'AgentApplication', ClientName: 'desktop' };

t.test('who is back after a kill has it all, who is not is logged out', async (t) => {
  const data = join(directoryOf(t), 'data');
  await (await startAgents(t, { data })).stop();
  const [ann, bob] = [person(), person()];
  const before = await run(t, data);
  const [one, other] = [
    await client(t, before.port, desktop),
    await client(t, before.port, desktop),
  ];
  await one.login(ann.id, { MediaList: { email: 1, voice: 1 } });
  await one.ask(147, { MediaTypeName: 'voice', ReasonSystemName: 'Lunch' });
  await one.ask(139);
  await other.login(bob.id, { MediaList: { chat: 1 } });
  before.child.kill('SIGKILL');
  await once(before.child, 'exit');

  const { port } = await run(t, data);
  const stat = await client(t, port, { ClientType: 'ReportingEngine', ClientName: 'stat' });
  await stat.client.ask(170, 2, { FromStart: true });
  const again = await client(t, port, desktop);
  again.told();
  t.equal(errorOf(await again.login(ann.id, { MediaList: { email: 0 } })), 0);
  const [, status] = await again.until(2);
  t.match(status![1], {
    DoNotDisturb: true,
    MediaStateList: { email: 1, voice: 0 },
    Media: [{}, { Name: 'voice', ReasonSystemName: 'Lunch' }],
  });
  const seen = (name: string): number =>
    stat.client.received.filter((frame) => frame.message === (name === 'login' ? 137 : 138)).length;
  await stat.client.until(() => seen('logout') > 0 && seen('login') > 2);
  const told = stat.told().filter(([name]) => name.startsWith('EventAgentLog'));
  t.match(
    told.filter(([, body]) => body['AgentId'] === ann.id),
    [
      ['EventAgentLogin', {}],
      ['EventAgentLogin', { Resumed: true }],
    ],
  );
  t.match(
    told.filter(([, body]) => body['AgentId'] === bob.id),
    [
      ['EventAgentLogin', {}],
      ['EventAgentLogout', { ReasonSystemName: 'ConnectionLost' }],
    ],
  );
});

t.test('what an agent has in hand is still in its hands after a kill', async (t) => {
  const data = join(directoryOf(t), 'data');
  await (await startAgents(t, { data })).stop();
  const ann = person();
  const before = await run(t, data);
  const mail = await client(t, before.port, { ClientType: 'MediaServer', ClientName: 'mail' });
  const one = await client(t, before.port, desktop);
  await one.login(ann.id, { MediaList: { email: 1, voice: 1 } });
  const ids: string[] = [];
  for (const MediaType of ['voice', 'email']) {
    const id = await submit(mail, { MediaType });
    good(await pull(one, id));
    ids.push(id);
  }
  before.child.kill('SIGKILL');
  await once(before.child, 'exit');

  const { port } = await run(t, data);
  const again = await client(t, port, desktop);
  await again.login(ann.id);
  // Partitions tell the desk of it when they are asked, which may be later than the login.
  const after = await client(t, port, { ClientType: 'MediaServer', ClientName: 'mail' });
  const listed = async (): Promise<string> => {
    const { body } = await after.ask(1021, { AgentId: ann.id });
    const [row] = body['Agents'] as { Media: { Current: number }[] }[];
    return row!.Media.map(({ Current }) => Current).join();
  };
  await until(async () => (await listed()) === '1,1');
  for (const InteractionId of ids) good(await ask(again, 102, { InteractionId }));
});

t.test(
  'a kill takes open invitations back, which counts against nobody, and they are offered anew',
  async (t) => {
    const data = join(directoryOf(t), 'data');
    await (await startAgents(t, { data })).stop();
    const ann = person();
    const before = await run(t, data);
    const media = { ClientType: 'MediaServer', ClientName: 'mail' };
    const router = { ClientType: 'RoutingEngine', ClientName: 'urs' };
    const [mail, urs] = [await client(t, before.port, media), await client(t, before.port, router)];
    const one = await client(t, before.port, desktop);
    good(await one.login(ann.id, { MediaList: { voice: 1 } }));
    const InteractionId = await submit(mail, { IsOnline: true });
    good(await urs.ask(107, { InteractionId, AgentId: ann.id }));
    before.child.kill('SIGKILL');
    await once(before.child, 'exit');

    const { port } = await run(t, data);
    const stat = await client(t, port, { ClientType: 'ReportingEngine', ClientName: 'stat' });
    await stat.client.ask(170, 2, { FromStart: true });
    const again = await client(t, port, desktop);
    good(await again.login(ann.id));
    await stat.client.until(() => stat.client.received.some(({ message }) => message === 134));
    const revoked = stat.told().find(([name]) => name === 'EventRevoked');
    t.match(revoked![1], { InteractionId, PartyId: ann.id, ReasonSystemName: 'ServerRestarted' });
    const next = await client(t, port, router);
    const offered = async () => next.ask(107, { InteractionId, AgentId: ann.id });
    // Until all partitions have said what they have, the agent is full.
    let answer = await offered();
    await until(async () => errorOf(answer) === 0 || errorOf((answer = await offered())) === 0);
    t.match(answer.body, { Extension: { TicketId: 2 } }, 'it is ready, and does not rest');
  },
);
