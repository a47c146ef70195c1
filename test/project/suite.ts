/**
 * `npm test`: runs every file of tests and the check, three processes at a time. Files that ask
 * nothing of their process share one, folder by folder: to start one, and to load the runner and
 * what is tested, takes a second for each.
 *
 * `node dist/test/project/suite.js actor daemon/start` runs those of a folder, or
 * some files, alone.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import t from 'tap';

const tests = join(import.meta.dirname, '..');
const together = join(import.meta.dirname, 'together.js');
/**
 * The runner has Node load its hooks for coverage, a second of each process and of all it starts.
 */
const bare = ['-u', 'NODE_OPTIONS'];
/** One more than the processors of CI: many files wait for a disk, or for a process that starts. */
const jobs = 3;
const filesPerProcess = 8;
const msPerFile = 120_000;

/** Folders whose files take long, or look at a machine that nobody else uses just then. */
const aloneFolders = new Set([
  'agents',
  'backup',
  'bench',
  'crash',
  'daemon',
  'parts',
  'simulation',
]);

/** What takes longest of all begins first. */
const longest = ['parts/package', 'parts/against'];

/** Files that measure their own process, or change it. */
const aloneFiles = /globalThis|memoryUsage|uncaughtException/;

/** What a file says to the root of its process concerns that file only. */
const speaksToRoot = /^t\.(setTimeout|jobs|teardown|before|after)/m;

/** Lines that say that something inside a process passed. */
const isPassed = /^ +(ok \d|# Subtest: |\d+\.\.\d+$|# time=)|^(# Subtest: .*| *)$/;

/** Files of tests as `folder/name`, by folder; what needs outside parts only if it is asked for. */
function filesOf(wanted: readonly string[]): Map<string, string[]> {
  const folders = new Map<string, string[]>();
  const isWanted = (name: string): boolean =>
    wanted.length === 0
      ? !name.startsWith('parts/')
      : wanted.some((one) => name === one || name.startsWith(`${one}/`));
  for (const path of readdirSync(tests, { recursive: true, encoding: 'utf8' }).toSorted()) {
    const name = path.replace(/\.test\.js$/, '');
    if (name === path || !isWanted(name)) continue;
    const folder = name.split('/')[0]!;
    folders.set(folder, [...(folders.get(folder) ?? []), name]);
  }
  return folders;
}

function isAlone(name: string): boolean {
  if (aloneFolders.has(name.split('/')[0]!)) return true;
  const text = readFileSync(join(tests, `${name}.test.js`), 'utf8');
  return speaksToRoot.test(text) || aloneFiles.test(text);
}

/** Shares of about the same number of files. */
function sharesOf(names: readonly string[]): string[][] {
  const count = Math.ceil(names.length / filesPerProcess);
  return Array.from({ length: count }, (_, share) => names.filter((_, at) => at % count === share));
}

function run(title: string, names: readonly string[]): void {
  const files = names.map((name) => join(tests, `${name}.test.js`));
  const timeout = msPerFile * Math.min(names.length, 3);
  // The runner in the other process has a limit of its own.
  const env = { ...process.env, TAP_TIMEOUT: String(timeout / 1_000) };
  const options = { buffered: true, timeout, env };
  const [name = ''] = title.split(':');
  const command = [process.execPath, '--enable-source-maps', together, name, ...files];
  void t.spawn('env', [...bare, ...command], options, title);
}

const last = (name: string): string => name.slice(name.indexOf('/') + 1);

const wanted = process.argv.slice(2);
const folders = filesOf(wanted);
const missing = wanted.filter(
  (one) => ![...folders.values()].flat().some((name) => name === one || name.startsWith(`${one}/`)),
);
if (missing.length > 0) throw new Error(`no tests are called ${missing.join(', ')}`);

let rest = '';
/** Shows what failed. */
const failures = new Writable({
  decodeStrings: false,
  write(text: string, _, done) {
    const lines = `${rest}${text}`.split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) if (!isPassed.test(line)) process.stdout.write(`${line}\n`);
    done();
  },
});
t.register();
t.pipe(failures);
t.setTimeout(0);
t.jobs = jobs;
// What takes long goes first: at the end, all processes have something to do.
if (wanted.length === 0) {
  const check = join(import.meta.dirname, 'check.js');
  void t.spawn(
    'env',
    [...bare, process.execPath, check],
    { buffered: true, timeout: 3 * msPerFile },
    'check',
  );
}
const all = [...folders];
const alone = all.flatMap(([, names]) => names).filter(isAlone);
for (const name of longest) if (alone.includes(name)) run(name, [name]);
for (const name of alone) if (!longest.includes(name)) run(name, [name]);
for (const [folder, names] of all) {
  const shares = sharesOf(names.filter((name) => !isAlone(name)));
  for (const [at, share] of shares.entries()) {
    run(`${folder}-${at + 1}: ${share.map(last).join(' ')}`, share);
  }
}
