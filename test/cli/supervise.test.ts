/** Acts of a supervisor on many: of `ixion interaction` and of `ixion agent`. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { formatEndpoint } from '../../lib/config/endpoint.js';
import { connect, type ClientType } from '../../lib/client/index.js';
import { person, startAgents } from '../agents/support.js';
import { directoryOf } from '../fixture/directory.js';
import { applications, tokenOf } from '../security/secured-server.js';
import { runHere } from './support.js';

t.test('a supervisor acts on many from the command line', async (t) => {
  const directory = directoryOf(t);
  const server = await startAgents(t, { applications, data: join(directory, 'data') });
  const address = formatEndpoint(server.address);
  const run = (line: string, ...more: readonly string[]) => {
    const [name = '', ...rest] = line.split(' ');
    const access = ['--application', 'supervisor', '--token', tokenOf('supervisor')];
    return runHere(name, ...rest, ...more, '--server', address, ...access);
  };
  const client = async (clientName: string, clientType: ClientType) => {
    const credentials = tokenOf(clientName);
    const made = await connect({ server: address, clientName, clientType, credentials });
    t.teardown(() => made.close());
    return made;
  };
  const media = await client('media', 'MediaServer');
  const desk = await client('agent', 'AgentApplication');
  const { id: agent, place } = person();
  await desk.login({ agentId: agent, media: { email: false } });
  const email = { queue: 'in', mediaType: 'email', interactionType: 'Inbound' } as const;
  const ids = [];
  for (let count = 0; count < 3; count += 1) ids.push((await media.submit(email)).interactionId);
  const list = join(directory, 'list.txt');
  writeFileSync(list, `${ids[1]}\r\n\n  ${ids[2]}  \nnothing\n`);

  const assign = ['interaction assign', ids[0]!, '--ids', list, '--agent', agent] as const;
  t.match(await run(...assign, '--reason', 'Expert', '--preview'), {
    code: 1,
    out: /^Interaction +Queue +State +Holder +Exceeds\n(.+ in +queued.*\n){3}3 would be done, 1 refused\n$/,
    error: /^nothing: .*nothing/,
  });
  t.equal((await media.getProperties(ids[0]!)).InteractionState, 0, 'nothing was changed');
  t.match(await run(...assign, '--reason', 'Expert'), {
    code: 1,
    out: /^act \d+: 3 done, 1 refused\n$/,
  });
  t.match(await media.getProperties(ids[2]!), { InteractionState: 3, AssignedTo: agent });
  t.match(await run('interaction pull-back', ids[0]!, '--reason', 'Break'), {
    code: 0,
    out: /^act \d+: 1 done, 0 refused\n$/,
    error: '',
  });
  t.match(await run('interaction requeue', ids[1]!, '--queue', 'in', '--reason', 'Wrong'), {
    code: 0,
  });
  t.match(await media.getProperties(ids[1]!), { InteractionState: 0, Queue: 'in' });
  const transfer = ['interaction transfer', ids[0]!, ids[1]!, '--reason', 'Expert'] as const;
  t.match(await run(...transfer, '--place', place, '--preview'), {
    out: /2 would be done, 0 refused\n$/,
  });
  t.match(await run(...transfer, '--place', place), { code: 0 });
  t.match(await media.getProperties(ids[1]!), { InteractionState: 3, AssignedTo: agent });
  t.match(await run(...transfer, '--queue', 'in'), { code: 0 });
  t.match(await media.getProperties(ids[1]!), { InteractionState: 0, Queue: 'in' });
  const more = ['interaction assign', ids[0]!, '--agent', agent, '--reason', 'Expert'] as const;
  t.match(await run(...more, '--preview'), { out: /the capacity\n1 would be done/ });

  const ended = await run('interaction stop-many', ...ids, '--reason', 'Spam');
  t.match(ended, { code: 0, out: /^act (\d+): 3 done/ });
  const [, operation] = /act (\d+)/.exec(ended.out)!;
  const back = ['interaction restore --operation', operation!, '--reason', 'Mistake'] as const;
  t.match(await run(...back, '--preview'), { code: 0, out: /3 would be done, 0 refused/ });
  await t.rejects(media.getProperties(ids[0]!), {
    message: /no interaction is called/,
  });
  t.match(await run(...back), { code: 0, out: /3 done, 0 refused/ });
  t.match(await media.getProperties(ids[0]!), { InteractionState: 0, Queue: 'in' });
  t.match(await run(...back), { code: 1, error: /nothing is kept of the act/ });
  await run(`interaction stop ${ids[0]!}`);
  t.match(await run(`interaction restore ${ids[0]!}`, '--reason', 'Mistake'), { code: 0 });

  const usage = [
    ['interaction restore --reason X', /needs identifiers or --operation/],
    ['interaction pull-back --reason X', /there are none: name some, or give --ids FILE/],
    ['interaction assign one --reason X', /needs --agent or --place/],
    ['interaction pull-back one', /--reason/],
    ['interaction transfer one --reason X', /needs --agent, --place or --queue/],
    ['interaction transfer one --agent a --queue b --reason X', /--queue/],
    ['interaction transfre one --reason X', /Did you mean "transfer"/],
    ['agent logout --reason X', /there are none: name some, or give --agents FILE/],
    ['agent not-ready ann', /--reason/],
    ['agent logout ann --medium chat --reason X', /--medium/],
    ['agent lgout ann --reason X', /Did you mean "logout"/],
  ] as const;
  for (const [line, error] of usage) t.match(await run(line), { code: 64, error }, line);
  const gone = ['--ids', join(list, 'gone'), '--reason', 'X'];
  t.match(await run('interaction pull-back', ...gone), { code: 65, error: /cannot be read/ });
});

t.test('a supervisor forces the state of agents from the command line', async (t) => {
  const directory = directoryOf(t);
  const server = await startAgents(t, { applications, data: join(directory, 'data') });
  const address = formatEndpoint(server.address);
  const run = (line: string, ...more: readonly string[]) => {
    const [name = '', ...rest] = line.split(' ');
    const access = ['--application', 'supervisor', '--token', tokenOf('supervisor')];
    return runHere(name, ...rest, ...more, '--server', address, ...access);
  };
  const desk = await connect({
    server: address,
    clientName: 'agent',
    clientType: 'AgentApplication',
    credentials: tokenOf('agent'),
  });
  t.teardown(() => desk.close());
  const { id } = person();
  const agent = await desk.login({ agentId: id, media: { chat: true, email: true } });
  const states = () => agent.current?.media.map(({ state }) => state);
  /** The agent's own client is told beside the answer. */
  const become = async (...wanted: readonly string[]): Promise<void> => {
    while (String(states()) !== String(wanted)) await new Promise((next) => setTimeout(next, 2));
  };
  await become('ready', 'ready');
  const list = join(directory, 'shift.txt');
  writeFileSync(list, `${id}\n${id.replace('agent', 'agnet')}\nnobody\n`);
  const drill = ['--agents', list, '--reason', 'Drill'] as const;
  t.match(await run('agent not-ready', ...drill, '--preview'), {
    code: 1,
    out: /^Agent +Media\n.* chat ready, email ready\n1 would be done, 2 refused\n$/,
    error: new RegExp(`Did you mean ${id}\\?\\nnobody: [^?]*\\n$`),
  });
  t.strictSame(states(), ['ready', 'ready']);
  t.match(await run('agent not-ready', ...drill, '--medium', 'chat', '--after-current'), {
    code: 1,
    out: /^act \d+: 1 done, 2 refused\n$/,
  });
  await become('not-ready', 'ready');
  t.match(await run('agent ready', id, '--reason', 'Over'), { code: 0 });
  await become('ready', 'ready');
  const near = ['one', '--agent', `${id}x`, '--reason', 'X'];
  t.match(await run('interaction assign', ...near), {
    code: 1,
    error: new RegExp(`Did you mean "${id}"`),
  });
  t.match(await run('agent ready', id, '--medium', 'chta', '--reason', 'X'), {
    code: 1,
    error: /does not have the medium "chta". Did you mean chat\?\n$/,
  });
  t.match(await run('agent logout', id, '--reason', 'Closing'), { code: 0 });
  while (agent.isLoggedIn) await new Promise((next) => setTimeout(next, 2));
});
