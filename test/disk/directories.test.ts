/** Directories are made level by level, in bounded time, and for their owner only. */
import { mkdirSync, statSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import {
  makeDirectory,
  makeDirectorySync,
  syncDirectory,
  syncDirectorySync,
} from '../../lib/disk/directories.js';
import { directoryOf } from '../fixture/directory.js';

const forms = {
  later: makeDirectory,
  'at once': (path: string) => Promise.resolve().then(() => makeDirectorySync(path)),
};

for (const [name, make] of Object.entries(forms)) {
  t.test(`${name}: what is missing is made, and told`, async (t) => {
    const top = directoryOf(t, { there: {}, file: 'text' });
    const path = join(top, 'there', 'a', 'b');
    t.strictSame(await make(path), [join(top, 'there', 'a'), path]);
    t.strictSame(await make(path), []);
    for (const made of [join(top, 'there', 'a'), path]) {
      t.equal(statSync(made).mode & 0o777, 0o700, made);
    }
    mkdirSync(join(top, 'target'));
    symlinkSync(join(top, 'target'), join(top, 'link'));
    t.strictSame(await make(join(top, 'link', 'c')), [join(top, 'link', 'c')]);
    await syncDirectory(path);
    syncDirectorySync(path);
  });

  t.test(`${name}: what cannot be made is refused at once`, async (t) => {
    const top = directoryOf(t, { file: 'text' });
    symlinkSync(join(top, 'nothing'), join(top, 'link'));
    await t.rejects(make(join(top, 'file')), { code: 'ENOTDIR' });
    await t.rejects(make(join(top, 'file', 'a')), { code: 'ENOTDIR' });
    await t.rejects(make(join(top, 'link')), { code: 'EEXIST', message: /link to nothing/ });
    await t.rejects(make('/proc/nope'), { code: 'ENOENT', message: /\/proc\/nope/ });
    await t.rejects(make('/proc/nope/deeper'), { code: 'ENOENT' });
    await t.rejects(make('/sys/nope'));
  });
}
