/** Commands with the token of each role: what the role may do works, as security.md writes it. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { connect } from '../../lib/client/index.js';
import { roles, type Role } from '../../lib/security/roles.js';
import { startSecured, tokenOf } from '../security/secured-server.js';
import { directoryOf } from '../fixture/directory.js';
import { type Outcome, runHere } from './support.js';

const workers: readonly Role[] = ['admin', 'supervisor', 'agent', 'media', 'router'];

/** Verbs, and the roles that may use them; `*` stands for an identifier in queue `in`. */
const rows: readonly (readonly [line: string, allowed: readonly Role[]])[] = [
  ['ping', roles],
  ['queue list', roles],
  ['client list', ['admin', 'operator']],
  ['interaction list', ['admin', 'supervisor', 'reporting']],
  ['interaction submit --queue in', workers],
  ['interaction show *', ['admin', 'supervisor', 'agent', 'media', 'router', 'reporting']],
  ['interaction change * --priority 3', workers],
  ['interaction hold *', workers],
  ['interaction resume *', workers],
  ['interaction pull --id *', ['admin', 'supervisor', 'agent', 'router']],
  [
    'events --follow --from-start --count 1',
    ['admin', 'supervisor', 'media', 'router', 'reporting'],
  ],
  ['interaction place * in', workers],
  ['interaction stop *', workers],
];

t.test('each verb for each role', async (t) => {
  const { server } = await startSecured(t);
  const address = `127.0.0.1:${server.address.port}`;
  const media = await connect({
    server: address,
    clientName: 'media',
    clientType: 'MediaServer',
    credentials: tokenOf('media'),
  });
  t.teardown(() => media.close());
  const submission = { queue: 'in', mediaType: 'email', interactionType: 'Inbound' };
  for (const role of roles) {
    const { interactionId } = await media.submit(submission);
    if (role !== 'router') await media.hold(interactionId);
    for (const [line, allowed] of rows) {
      if (line === 'interaction resume *' && !allowed.includes(role)) continue;
      const words = line.replace('*', interactionId).split(' ');
      const access = ['--application', role, '--token', tokenOf(role), '--server', address];
      if (line.startsWith('interaction pull')) words.push('--ignore-hold');
      const { code, error } = await runHere(words[0]!, ...words.slice(1), ...access);
      const label = `${role}: ${line}`;
      if (allowed.includes(role)) t.equal(code, 0, `${label} ${error}`);
      else t.match({ code, error }, { code: 1, error: /\[(1071|1025)\]/ }, label);
    }
  }
});

t.test('what is listed and handed in whole, by each role', async (t) => {
  const directory = directoryOf(t);
  const { server } = await startSecured(t, { data: join(directory, 'data') });
  const address = `127.0.0.1:${server.address.port}`;
  for (const role of roles) {
    const access = ['--application', role, '--token', tokenOf(role), '--server', address];
    const file = join(directory, `${role}.jsonl`);
    const record = { InteractionId: role, Queue: 'in', MediaType: 'email', InteractionType: 'a' };
    writeFileSync(file, `${JSON.stringify(record)}\n`);
    const given = await runHere('import', file, ...access);
    const mayImport = ['admin', 'operator'].includes(role);
    t.match(given, mayImport ? { code: 0 } : { code: 1, error: /1071/ }, `${role} ${given.error}`);
    const taken = await runHere('export', join(directory, `${role}.out`), ...access);
    const mayExport = ['admin', 'reporting'].includes(role);
    t.match(taken, mayExport ? { code: 0 } : { code: 1, error: /1071/ }, `${role} ${taken.error}`);
  }
});

t.test('an agent takes an interaction with one command and ends it with the next', async (t) => {
  const { server } = await startSecured(t);
  const address = `127.0.0.1:${server.address.port}`;
  const as = (role: Role, ...argv: string[]): Promise<Outcome> =>
    runHere(
      'interaction',
      ...argv,
      '--application',
      role,
      '--token',
      tokenOf(role),
      '--server',
      address,
    );
  const submitted = await as('media', 'submit', '--queue', 'in');
  const pulled = await as('agent', 'pull', 'in', '--as', 'ann', '--json');
  t.equal(pulled.code, 0, pulled.error);
  const id = submitted.out.trim();
  t.match(JSON.parse(pulled.out), { InteractionId: id, AssignedTo: 'agent' });
  t.match(await as('agent', 'change', id, '--as', 'ann', '--data', 'a=b'), { code: 0, error: '' });
  t.match(await as('agent', 'stop', id, '--as', 'ann'), { code: 0, error: '' });
});

t.test('a type that is asked for is the one that counts', async (t) => {
  const { server } = await startSecured(t);
  const address = `127.0.0.1:${server.address.port}`;
  const asked = await runHere(
    ...(['ping', '--client-type', 'MediaServer', '--application', 'agent'] as const),
    ...(['--token', tokenOf('agent'), '--server', address] as const),
  );
  t.match(asked, { code: 1, error: /the role agent registers as AgentApplication only/ });
  const admin = await runHere(
    ...(['interaction', 'submit', '--queue', 'in', '--client-type', 'RoutingEngine'] as const),
    ...(['--application', 'admin', '--token', tokenOf('admin'), '--server', address] as const),
  );
  t.equal(admin.code, 0, admin.error);
});
