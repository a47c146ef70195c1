/**
 * Back to the version of before, as the page of upgrades writes it: what came since
 * the backup is kept.
 */
import { join } from 'node:path';
import t from 'tap';
import { connect } from '../../lib/client/index.js';
import { formatEndpoint } from '../../lib/config/endpoint.js';
import { startServer } from '../../lib/index.js';
import { directoryOf } from '../fixture/directory.js';
import { runHere } from './support.js';

t.test('an export goes into the restored backup', async (t) => {
  const directory = directoryOf(t);
  const startIn = async (name: string, create: 'demo' | 'if-missing') => {
    const server = await startServer({
      data: join(directory, name),
      create,
      listen: '127.0.0.1:0',
      admin: '127.0.0.1:0',
      partitions: 2,
      threads: 1,
    });
    t.teardown(() => server.stop());
    return server;
  };
  const run = async (...words: [string, ...string[]]): Promise<string> => {
    const { code, out, error } = await runHere(...words);
    t.equal(code, 0, `${words.join(' ')}: ${error}`);
    return out;
  };
  const server = await startIn('data', 'demo');
  const [at, admin] = [formatEndpoint(server.address), formatEndpoint(server.adminAddress!)];
  const client = await connect({ server: at, clientName: 'm', clientType: 'MediaServer' });
  const submission = { queue: 'demo.menu', mediaType: 'email', interactionType: 'Inbound' };
  const { interactionId: ended } = await client.submit(submission);
  await client.submit({ ...submission, interactionId: 'BEFORE' });
  const backup = join(directory, 'backup');
  await run('store', 'backup', backup, '--admin', admin);
  await client.stop(ended);
  const { interactionId: made } = await client.submit({ ...submission, userData: { a: 1 } });
  await client.submit({ ...submission, interactionId: 'SINCE', priority: 7 });
  await client.changeProperties('BEFORE', { priority: 9 });
  await client.close();
  const file = join(directory, 'since.jsonl');
  await run('export', file, '--server', at);
  await server.stop();

  await run('store', 'restore', backup, '--data', join(directory, 'old'));
  const old = await startIn('old', 'if-missing');
  const oldAt = formatEndpoint(old.address);
  const told = JSON.parse(await run('import', file, '--server', oldAt, '--json')) as object;
  t.match(told, { imported: 2, duplicates: 1, faults: 0 });
  const show = async (id: string): Promise<object> =>
    JSON.parse(await run('interaction', 'show', id, '--server', oldAt, '--json')) as object;
  t.match(await show(made), { UserData: { a: 1 }, SubmittedBy: 'm' });
  t.match(await show('SINCE'), { Priority: 7 });
  t.match(await show('BEFORE'), { Priority: 0 }, 'as it was at the backup');
  t.match(await show(ended), { InteractionStateName: 'queued' }, 'there again');
});
