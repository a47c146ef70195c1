/** What the server and its commands write is for its owner only, whatever the umask. */
import { readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { connect } from '../../lib/client/index.js';
import { launcher } from '../../lib/cli/node-flags.js';
import { directoryOf } from '../fixture/directory.js';
import { ixion, type Command } from './daemon.js';

/** As the umask of most systems has it: everybody reads. */
const umask = ['/bin/sh', '-c', 'umask 022; exec "$@"', 'sh'];
const loosely = (...words: string[]): Command => ixion(words, {}, umask, launcher);

/** All below a directory, with what others than the owner may do. */
function openToOthers(directory: string): string[] {
  return readdirSync(directory, { withFileTypes: true, recursive: true }).flatMap((entry) => {
    const path = join(entry.parentPath, entry.name);
    const mode = statSync(path).mode & 0o777;
    return (mode & 0o077) === 0 ? [] : [`${path.slice(directory.length)} ${mode.toString(8)}`];
  });
}

t.test('data, journals, backups, exports and all else have mode 0600 and 0700', async (t) => {
  const top = directoryOf(t, { out: {} });
  const out = join(top, 'out');
  const inside = (...names: string[]): string => join(out, ...names);
  const ports = ['--listen', '127.0.0.1:0', '--admin', '127.0.0.1:0'];
  const daemon = loosely('start', ...ports, '--data', inside('deep', 'data'), '--demo');
  t.teardown(() => daemon.child.kill('SIGKILL'));
  const [, server = ''] = await daemon.says(/ixion ready on (\S+) in/);
  const [, admin = ''] = await daemon.says(/admin on (\S+)\n/);
  const client = await connect({ server, clientName: 'test', clientType: 'MediaServer' });
  const contact = { queue: 'demo.menu', mediaType: 'email', interactionType: 'Inbound' };
  for (let index = 0; index < 20; index += 1) {
    await client.submit({ ...contact, interactionId: `i.${index}` });
  }
  await client.close();
  const commands = [
    ['store', 'backup', inside('backups', 'today'), '--admin', admin],
    ['export', inside('all.jsonl'), '--server', server],
    ['config', 'export', inside('objects.yaml'), '--admin', admin],
    ['store', 'restore', inside('backups', 'today'), '--data', inside('restored', 'data')],
    ['store', 'compact', '--data', inside('restored', 'data')],
  ];
  for (const words of commands) {
    const { code, stderr } = await loosely(...words).ended;
    t.equal(code, 0, `${words.slice(0, 2).join(' ')} ${stderr}`);
  }
  // Wrong rows: how far the import came stays beside the file.
  writeFileSync(inside('wrong.jsonl'), '{"Queue":"none"}\n'.repeat(3), { mode: 0o600 });
  await loosely('import', inside('wrong.jsonl'), '--server', server).ended;
  t.ok(statSync(inside('deep', 'data', 'p00', 'journal')).isFile(), 'there is a journal');
  t.strictSame(openToOthers(out), []);
  daemon.child.kill('SIGTERM');
  t.match(await daemon.ended, { code: 0 });
  t.strictSame(openToOthers(out), []);
});
