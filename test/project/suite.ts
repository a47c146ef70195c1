/**
 * `npm test`: runs every file of tests and the check, three processes at a time. Files that ask
 * nothing of their process share one, folder by folder: to start one, and to load the runner and
 * what is tested, takes a second for each.
 *
 * `node dist/test/project/suite.js actor daemon/start` runs those of a folder, or some files,
 * alone; without any, a short form is run as well on the Node that IXION_OTHER_NODE names.
 */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Writable } from 'node:stream';
import t from 'tap';

const tests = join(import.meta.dirname, '..');
const built = join(tests, '..');
const runner = join(import.meta.dirname, 'together.js');
const bundledThreads = join(tests, 'fixture', 'bundled-threads.js');
/**
 * The runner has Node load its hooks for coverage, a second of each process and of all it starts.
 */
const bare = ['-u', 'NODE_OPTIONS'];
/** One more than the processors of CI: many files wait for a disk, or for a process that starts. */
const jobs = Number(process.env['TEST_JOBS'] ?? 3);
const filesPerProcess = 8;
/** A folder with fewer shares a process with others like it. */
const fewFiles = 4;
const msPerFile = 120_000;

/** Folders whose files take long each, or have one limit for all that their process does. */
const aloneFolders = new Set(['bench', 'parts', 'simulation']);

/** What takes longest of all begins first; it builds, and waits for a registry. */
const longest = ['parts/package', 'parts/against'];
const msOfLongest = 5 * msPerFile;

/** What differs between versions of Node: threads, sockets, the native store, the daemon's life. */
const shortForm: readonly string[] = [
  'actor',
  'store',
  'server',
  'daemon/operate',
  'daemon/signals',
  'daemon/start',
  'start/launch',
];

/** Files that measure their own process, or change it. */
const aloneFiles = /globalThis|memoryUsage|uncaughtException/;

/** What a file says to the root of its process concerns that file only. */
const speaksToRoot = /^t\.(setTimeout|jobs|teardown|before|after)/m;

/** Lines that say that something inside a process passed. */
const isPassed = /^ +(ok \d|# Subtest: |\d+\.\.\d+$|# time=)|^(# Subtest: .*| *)$/;

const isOneOf = (name: string, wanted: readonly string[]): boolean =>
  wanted.some((one) => name === one || name.startsWith(`${one}/`));

/** Files of tests as `folder/name`, by folder. */
function filesOf(isWanted: (name: string) => boolean): Map<string, string[]> {
  const folders = new Map<string, string[]>();
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

/** Whether the bundles are made of the modules as they are: who compiled alone has older ones. */
function areBundlesCurrent(): boolean {
  const bundle = statSync(join(built, 'start', 'partition.js'), { throwIfNoEntry: false });
  const modules = ['lib', 'workers'].flatMap((folder) =>
    readdirSync(join(built, folder), { recursive: true, encoding: 'utf8' })
      .filter((path) => path.endsWith('.js'))
      .map((path) => statSync(join(built, folder, path))),
  );
  return bundle !== undefined && modules.every(({ mtimeMs }) => mtimeMs <= bundle.mtimeMs);
}

/** Runs files in one process; `node`: of another version. */
function run(title: string, names: readonly string[], node?: string): void {
  const files = names.map((name) => join(tests, `${name}.test.js`));
  const isLongest = names.some((name) => longest.includes(name));
  const timeout = isLongest ? msOfLongest : msPerFile * Math.min(names.length, 3);
  // The runner in the other process has a limit of its own.
  const env: NodeJS.ProcessEnv = { ...process.env, TAP_TIMEOUT: String(timeout / 1_000) };
  // To the command it would be a setting that it does not know.
  if (!isLongest) delete env['IXION_OTHER_NODE'];
  if (node !== undefined) env['PATH'] = `${dirname(node)}:${env['PATH']}`;
  const [name = ''] = title.split(':');
  const command = [node ?? process.execPath, ...flags, runner, name, ...files];
  void t.spawn('env', [...bare, ...command], { buffered: true, timeout, env }, title);
}

const last = (name: string): string => name.slice(name.indexOf('/') + 1);

/** Runs what may share a process first: that takes longer than one file, and ends the last. */
function runAll(folders: ReadonlyMap<string, readonly string[]>, node?: string): void {
  const mark = node === undefined ? '' : 'other-node-';
  const together = new Map<string, string[]>();
  for (const [folder, names] of folders) {
    const some = names.filter((name) => !isAlone(name));
    const title = some.length < fewFiles ? 'few' : folder;
    together.set(title, [...(together.get(title) ?? []), ...some]);
  }
  for (const [title, names] of together) {
    for (const [at, share] of sharesOf(names).entries()) {
      run(`${mark}${title}-${at + 1}: ${share.map(last).join(' ')}`, share, node);
    }
  }
  for (const name of [...folders.values()].flat()) {
    if (isAlone(name) && !longest.includes(name)) run(`${mark}${name}`, [name], node);
  }
}

const flags = ['--enable-source-maps'];
if (areBundlesCurrent()) flags.push('--import', bundledThreads);
const wanted = process.argv.slice(2);
const otherNode = wanted.length === 0 ? process.env['IXION_OTHER_NODE'] : undefined;
// What needs outside parts is run only if it is asked for.
const folders = filesOf((name) =>
  wanted.length === 0 ? !name.startsWith('parts/') : isOneOf(name, wanted),
);
const found = [...folders.values()].flat();
const missing = wanted.filter((one) => !found.some((name) => isOneOf(name, [one])));
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
for (const name of longest) if (found.includes(name)) run(name, [name]);
if (wanted.length === 0) {
  const check = join(import.meta.dirname, 'check.js');
  const options = { buffered: true, timeout: 3 * msPerFile };
  void t.spawn('env', [...bare, process.execPath, check], options, 'check');
}
runAll(folders);
if (otherNode !== undefined)
  runAll(
    filesOf((name) => isOneOf(name, shortForm)),
    otherNode,
  );
