/**
 * `npm run check`: everything about the sources that can be judged without running them. Their
 * types are judged by the build before it.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { mutationFaults } from '../mutation/all.js';
import { bannedCallFaults } from './banned-calls.js';
import { blockingCallFaults, lateLoadFaults } from './blocking-calls.js';
import { circleFaults } from './circle-rules.js';
import { commentFaults } from './comment-rules.js';
import { pageFaults } from './generated-pages.js';
import { importFaults } from './import-rules.js';
import { layoutFaults, trackedPaths } from './layout-rules.js';
import { ledgerFaults } from './ledger-rules.js';
import { linkFaults, readPages } from './link-rules.js';
import { lockFaults, readLock } from './lock-rules.js';
import { packageFaults, packProject } from './package-rules.js';
import { sizeFaults } from './size-rules.js';
import { type Fault, faultLine, projectRoot, readSources } from './source-tree.js';
import { startPathFaults } from './start-path.js';

const sources = readSources();
let passed = 0;
let failed = 0;

function report(name: string, faults: readonly string[]): void {
  if (faults.length === 0) passed += 1;
  else failed += 1;
  process.stdout.write(`${faults.length === 0 ? 'ok' : 'not ok'} - ${name}\n`);
  for (const fault of faults) process.stdout.write(`# ${fault}\n`);
}

/** Runs a tool of node_modules; it prints its own complaints. */
function tool(name: string, path: string, toolArguments: readonly string[]): void {
  const command = [join(projectRoot, 'node_modules', path), ...toolArguments];
  const { status } = spawnSync(process.execPath, command, { cwd: projectRoot, stdio: 'inherit' });
  report(name, status === 0 ? [] : [`${name} ended with ${status}`]);
}

function rule(name: string, faults: readonly Fault[]): void {
  report(name, faults.map(faultLine));
}

tool('lint', 'oxlint/bin/oxlint', ['--quiet']);
const code = ['--ignore-path', '.gitignore', '**/*.{ts,mjs,cjs}'];
tool('format of code', 'oxfmt/bin/oxfmt', ['--check', ...code]);
tool('format of pages', 'prettier/bin/prettier.cjs', ['--check', '--log-level', 'warn', '.']);
rule('imports between folders', importFaults(sources));
rule('circles of files', circleFaults(sources));
rule('the ledger writes alone', ledgerFaults(sources));
rule('sizes', sizeFaults(sources));
rule('width of comments', commentFaults(sources));
rule('banned calls', bannedCallFaults(sources));
const socketThread = 'the thread of the sockets';
rule(`${socketThread}: blocking calls`, blockingCallFaults(sources));
rule(`${socketThread}: late loads`, lateLoadFaults(sources));
rule('lock file', [
  ...lockFaults(readLock()),
  ...lockFaults(readLock(join(projectRoot, 'bench', 'peers'))),
]);
rule('start path', startPathFaults(sources));
report('mutations', mutationFaults(projectRoot));
rule('generated pages', await pageFaults());
rule('links between pages', linkFaults(readPages()));
// A copy without its history (an archive) has no list of its files.
if (existsSync(join(projectRoot, '.git'))) rule('top level', layoutFaults(trackedPaths()));

const destination = mkdtempSync(join(tmpdir(), 'ixion-package-'));
const packed = packProject(destination);
rule('package', packageFaults(packed));
tool('publint', 'publint/src/cli.js', ['run', packed.archive, '--strict']);
// CommonJS loads our modules as they are (Node 20.19 and 22.12 do); type resolution of "node10",
// which knows no exports, is not served.
const types = ['--profile', 'node16', '--ignore-rules', 'cjs-resolves-to-esm', '--quiet'];
tool('types of the package', '@arethetypeswrong/cli/dist/index.js', [packed.archive, ...types]);
rmSync(destination, { recursive: true });

process.stdout.write(`1..${passed + failed}\n`);
process.stdout.write(`# { total: ${passed + failed}, pass: ${passed}, fail: ${failed} }\n`);
if (failed > 0) process.exitCode = 1;
