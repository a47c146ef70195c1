/**
 * The services of a real server: what the status says of them, and that all have
 * stopped in the end.
 */
import { join } from 'node:path';
import t from 'tap';
import { status as statusSchema } from '../../lib/cli/json/server.js';
import { withTimes } from '../../lib/cli/present.js';
import { errorTable } from '../../lib/errors.js';
import { startServer } from '../../lib/index.js';
import { directoryOf } from '../fixture/directory.js';

const names = [
  'admin-listener',
  'audit',
  'clock-watch',
  'configuration-feed',
  'backup',
  'objects',
  'views',
  'agents',
];

t.test('each is in the status under its name, with what it says of itself', async (t) => {
  const data = join(directoryOf(t), 'data');
  const addresses = { listen: '127.0.0.1:0', admin: '127.0.0.1:0' };
  const server = await startServer({ ...addresses, data, create: 'init', partitions: 2 });
  t.teardown(() => server.stop());
  let { services } = await server.status();
  t.strictSame(Object.keys(services), names);
  // The last ones are loaded once clients are served.
  while (services['agents']?.state !== 'running') ({ services } = await server.status());
  for (const name of names) t.match(services[name], { state: 'running', error: undefined }, name);
  t.match(services, {
    audit: { details: { isFailing: false, dropped: 0 } },
    'configuration-feed': { details: { version: 0, behind: [] } },
    backup: { details: { state: 'none' } },
    objects: { details: { thread: 'none' } },
  });
  const { host, port } = server.adminAddress!;
  const answered = (await (await fetch(`http://${host}:${port}/status`)).json()) as object;
  const shown: unknown = JSON.parse(JSON.stringify(withTimes(answered, 'startedAt' as never)));
  t.ok(statusSchema.safeParse(shown).success, 'as its schema says');
  t.match(answered, { services: { 'admin-listener': { details: { isLoaded: true } } } });
  await server.objects.history(1);
  t.match((await server.status()).services, { objects: { details: { thread: 'running' } } });
  await server.stop();
  const after = (await server.status()).services;
  for (const name of names) t.match(after[name], { state: 'stopped' }, name);
  const late = server.store.backup(join(data, '..', 'late'), { who: 'test' });
  await t.rejects(
    late,
    { code: errorTable.ShuttingDown.code },
    'no backup of a server that has stopped',
  );
});
