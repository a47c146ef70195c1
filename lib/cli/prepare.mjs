/**
 * Makes a checkout ready to run: installs from the lock file and builds, each only when that has
 * not been done or is out of date. Plain JavaScript without dependencies, because it runs first.
 *
 * `--force` builds even if nothing changed. `--then FILE ARGUMENT ...` runs a compiled module
 * afterwards, in this process, so that a signal to it reaches the module. `IXION_NO_INSTALL=1`
 * forbids the install.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const sourceFolders = ['lib', 'workers', 'bench', 'test'];
const buildInputs = ['tsconfig.json', 'package.json', 'package-lock.json'];
const nodeModules = `${sep}node_modules${sep}`;
const stampFile = join(root, 'dist', '.prepared');

/** Ends the process with a line that says what is wrong and what to do. */
function refuse(message) {
  process.stderr.write(`ixion: ${message}\n`);
  process.exit(1);
}

function checkNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const isKnown = (major === 20 && minor >= 19) || (major === 22 && minor >= 12) || major > 22;
  if (!isKnown) {
    refuse(`Node ${process.versions.node} cannot run this; install 20.19, 22.12 or newer.`);
  }
}

function readJson(file) {
  return JSON.parse(readFileSync(file, 'utf8'));
}

/**
 * What npm wrote into node_modules about itself is compared with the lock file package by package:
 * modification times say nothing after a checkout. Packages for other platforms may be absent.
 */
function installIsCurrent() {
  const installedFile = join(root, 'node_modules', '.package-lock.json');
  if (!existsSync(installedFile)) return false;
  const installed = readJson(installedFile).packages;
  for (const [path, wanted] of Object.entries(readJson(join(root, 'package-lock.json')).packages)) {
    if (path === '') continue;
    const found = installed[path];
    if (found === undefined && (wanted.optional === true || wanted.devOptional === true)) continue;
    if (found?.version !== wanted.version || found?.integrity !== wanted.integrity) return false;
  }
  return true;
}

function run(command, commandArguments, what) {
  const { status, error } = spawnSync(command, commandArguments, { cwd: root, stdio: 'inherit' });
  if (status !== 0) refuse(`${what} failed${error === undefined ? '' : `: ${error.message}`}.`);
}

function install() {
  const modules = join(root, 'node_modules');
  if (process.env['IXION_NO_INSTALL'] === '1') {
    refuse(
      'node_modules is not what package-lock.json asks for, and IXION_NO_INSTALL=1 forbids to ' +
        'install it. Run "npm ci", or unset IXION_NO_INSTALL.',
    );
  }
  if (lstatSync(modules, { throwIfNoEntry: false })?.isSymbolicLink() === true) {
    refuse(
      'node_modules is a link and not what package-lock.json asks for; installing would change ' +
        'another checkout. Run "npm ci" there, or remove the link.',
    );
  }
  process.stderr.write('ixion: installing from package-lock.json\n');
  const npm = process.env['npm_execpath'];
  const flags = ['ci', '--include=dev', '--no-audit', '--no-fund'];
  if (npm !== undefined && /\.[cm]?js$/.test(npm)) run(process.execPath, [npm, ...flags], 'npm ci');
  else run('npm', flags, 'npm ci');
}

/** Every file of ours below `folder`, as absolute paths. */
function filesBelow(folder) {
  if (!existsSync(folder)) return [];
  return (
    readdirSync(folder, { withFileTypes: true, recursive: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
      // A bench has packages of its own.
      .filter((file) => !relative(folder, file).includes(nodeModules))
  );
}

/** Changes whenever a source is added, removed, written or replaced. */
function sourceFingerprint() {
  const hash = createHash('sha256');
  const files = sourceFolders.flatMap((folder) => filesBelow(join(root, folder)));
  for (const file of [...files, ...buildInputs.map((name) => join(root, name))].toSorted()) {
    const { size, mtimeMs } = statSync(file);
    hash.update(`${relative(root, file)} ${size} ${mtimeMs}\n`);
  }
  return hash.digest('hex');
}

/** Removes compiled files whose source is gone; a test that was deleted must not go on passing. */
function removeOrphans() {
  for (const file of sourceFolders.flatMap((folder) => filesBelow(join(root, 'dist', folder)))) {
    const source = join(root, relative(join(root, 'dist'), file));
    if (!existsSync(source.replace(/(\.d\.ts|\.js|\.js\.map)$/, '.ts'))) rmSync(file);
  }
}

async function build() {
  const fingerprint = sourceFingerprint();
  const forced = process.argv.includes('--force');
  if (!forced && existsSync(stampFile) && readFileSync(stampFile, 'utf8') === fingerprint) return;
  process.stderr.write('ixion: building\n');
  // Without its note of what it emitted, the compiler emits everything again.
  if (forced) rmSync(join(root, 'dist', '.tsbuildinfo'), { force: true });
  run(
    process.execPath,
    [
      join(root, 'node_modules', 'typescript-native', 'bin', 'tsc'),
      '-p',
      join(root, 'tsconfig.json'),
    ],
    'the build',
  );
  removeOrphans();
  // Only now is it sure that esbuild is installed.
  const { buildBundles, warmUp } = await import('../start/build.mjs');
  await buildBundles(root);
  const problem = await warmUp(root);
  if (problem !== undefined)
    process.stderr.write(`ixion: the first start will be slow; ${problem}\n`);
  mkdirSync(dirname(stampFile), { recursive: true });
  writeFileSync(stampFile, fingerprint);
}

checkNode();
if (!installIsCurrent()) install();
await build();

const [option, file, ...rest] = process.argv.slice(2);
if (option === '--then' && file !== undefined) {
  const path = join(root, file);
  process.argv = [process.execPath, path, ...rest];
  // What the module measures begins here, not with the build.
  performance.mark('ixion-start');
  await import(pathToFileURL(path).href);
}
