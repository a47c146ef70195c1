/** `ixion interaction assign`, `pull-back` and `requeue`, and `ixion agent force`: acts on many. */
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
  const { id: agent } = person();
  await desk.login({ agentId: agent, media: { email: false } });
  const email = { queue: 'in', mediaType: 'email', interactionType: 'Inbound' } as const;
  const ids = [];
  for (let count = 0; count < 3; count += 1) ids.push((await media.submit(email)).interactionId);
  const list = join(directory, 'list.txt');
  writeFileSync(list, `${ids[1]}\r\n\n  ${ids[2]}  \nnothing\n`);

  const assign = ['interaction assign', ids[0]!, '--ids', list, '--agent', agent] as const;
  t.match(await run(...assign, '--reason', 'Expert', '--preview'), {
    code: 1,
    out: /^Interaction +Queue +State +Holder\n(.+ in +queued\n){3}3 would be done, 1 refused\n$/,
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
  t.match(await run('agent force not-ready', agent, '--reason', 'Drill', '--preview'), {
    code: 0,
    out: /^Agent +Media\n.* email not-ready\n1 would be done, 0 refused\n$/,
  });

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
    ['agent force asleep ann --reason X', /asleep/],
  ] as const;
  for (const [line, error] of usage) t.match(await run(line), { code: 64, error }, line);
  const gone = ['--ids', join(list, 'gone'), '--reason', 'X'];
  t.match(await run('interaction pull-back', ...gone), { code: 65, error: /cannot be read/ });
});
