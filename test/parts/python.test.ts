/**
 * The script under docs/examples/python, a client that shares no code with ours, walks the protocol
 * page against a daemon. Needs Python 3 and its package msgpack.
 */
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import t from 'tap';
import { python } from '../project/outside-parts.js';
import { startDaemon } from '../daemon/daemon.js';
import { directoryOf } from '../fixture/directory.js';
import { projectRoot } from '../project/source-tree.js';

const examples = join(projectRoot, 'docs', 'examples', 'python');

t.test('every rule of the page has a check, and every check a rule', async (t) => {
  const page = readFileSync(join(projectRoot, 'docs', 'PROTOCOL.md'), 'utf8');
  const script = readFileSync(join(examples, 'conformance.py'), 'utf8');
  const rules = [...page.matchAll(/^\| \*\*(S\d+)\*\*/gm)].map(([, rule]) => rule);
  const checks = [...script.matchAll(/^@rule\("(S\d+)"/gm)].map(([, rule]) => rule);
  t.ok(rules.length >= 20);
  t.strictSame(checks, rules);
});

t.test('all rules hold', async (t) => {
  const data = join(directoryOf(t), 'data');
  const daemon = await startDaemon(['--demo', '--data', data]);
  t.teardown(() => daemon.kill());
  const script = [join(examples, 'conformance.py'), daemon.listen];
  const { stdout } = await promisify(execFile)(python, script);
  t.notMatch(stdout, /^not ok/m);
  t.match(stdout, /rules hold/);
});

t.test('a server that breaks a rule is told so', async (t) => {
  const nobody = [join(examples, 'conformance.py'), '127.0.0.1:1'];
  await t.rejects(promisify(execFile)(python, nobody), { code: 1, stdout: /not ok - S1 / });
});
