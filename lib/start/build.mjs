/**
 * Makes `dist/start`: the command as few files, so that a start reads few.
 *
 *   ixion.cjs      what is launched (`launch.ts`)
 *   main.cjs       the command line, with what it loads late
 *   server.cjs     the same of `ixion start` alone: a start loads nothing of other commands
 *   partition.cjs  what a thread of partitions launches (`launch-partition.ts`), before server.cjs
 *                  is loaded
 *   partition.js   what that runs, with lmdb
 *   objects.cjs    what the thread of configuration objects runs
 *   verify.cjs     what the process of `store verify` runs
 *
 * None of them is a module, because Node 20 can keep compiled code of scripts only. `partition.js` is
 * a script without a function around it: its constants are those of the thread, and V8 takes
 * them for what they are, as in a module. An actor spends a tenth less on each request than in one
 * function around everything. Nothing is minified: names and the comment before each module tell
 * where an error comes from.
 */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative, sep } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { build, transform } from 'esbuild';

/** What bundles make late, a thread or a process, and what it runs instead of modules. */
const lateBundles = {
  objects: 'workers/objects-thread',
  verify: 'workers/verify-partition',
};

/** Late or never needed by a start; found in node_modules when they are. */
const mainPackages = ['fastify', 'lmdb', 'pino', 'piscina', 'yaml', 'zod'];
const warmUpMs = 15_000;

/** What CommonJS gives a module and a script has not, see `runStartProgram`. */
const programBanner = `"use strict";
const { require, __filename, __dirname } = globalThis.ixionProgramPlace;
const module = { exports: {} };
`;

/** In every bundle: what looks for files beside itself has to go on finding them. */
const banner = `
const placeOfOurs = (path) => require("node:url").pathToFileURL(require("node:path").join(__dirname, path)).href;
const placeOfPackage = (name, by = __filename) => require("node:module").createRequire(by).resolve(name);
const placeOfPackageFile = (name) => require("node:url").pathToFileURL(placeOfPackage(name)).href;
`;

const places = [
  // Ours: where the compiler puts it.
  {
    files: /[\\/](lib|workers)[\\/].*\.ts$/,
    what: 'import.meta.url',
    place: (file, root) => {
      const path = join('..', relative(root, file)).replace(/\.ts$/, '.js');
      return `placeOfOurs(${JSON.stringify(path.split(sep).join('/'))})`;
    },
  },
  {
    files: /[\\/]node_modules[\\/](lmdb|msgpackr)[\\/][^\\/]*\.js$/,
    what: 'import.meta.url',
    place: (file) => `placeOfPackageFile("${packageOf(file)}")`,
  },
  {
    files: /[\\/]node_modules[\\/]msgpackr-extract[\\/]index\.js$/,
    what: '__dirname',
    place: () =>
      'require("node:path").dirname(placeOfPackage("msgpackr-extract", placeOfPackage("msgpackr")))',
  },
  // The search for the native parts needs it where nothing else tells which libc this is.
  {
    files: /[\\/]node_modules[\\/]detect-libc[\\/]lib[\\/]detect-libc\.js$/,
    what: "const childProcess = require('child_process');",
    place: () =>
      'const childProcess = { get exec() { return require("child_process").exec }, get execSync() { return require("child_process").execSync } };',
  },
];

/** Modules name what they make late by its place beside them. */
const toLateBundles = (text) =>
  Object.entries(lateBundles).reduce(
    (changed, [name, module]) =>
      changed.replaceAll(`'../../${module}.js'`, `'../../start/${name}.cjs'`),
    text,
  );

const packageOf = (file) =>
  /(?:^|.*[\\/])node_modules[\\/]((?:@[^\\/]+[\\/])?[^\\/]+)/.exec(file)?.[1];

/** @param root of the checkout */
const keepPlaces = (root) => ({
  name: 'places',
  setup({ onLoad }) {
    for (const { files, what, place } of places) {
      onLoad({ filter: files }, ({ path }) => ({
        contents: toLateBundles(readFileSync(path, 'utf8')).replaceAll(what, place(path, root)),
        loader: path.endsWith('.ts') ? 'ts' : 'js',
      }));
    }
  },
});

/** Leaves the commands out that a process which starts a server does not run. */
const onlyStart = {
  name: 'only start',
  setup({ onResolve }) {
    onResolve({ filter: /^\.\.?\// }, ({ path, importer, kind }) => {
      const isCommand = kind === 'dynamic-import' && /[\\/]commands[\\/]index\.ts$/.test(importer);
      return isCommand && !path.endsWith('/start.js') ? { path, external: true } : undefined;
    });
  },
};

/** Writes the bundles, and the licences of the packages that stand in them. */
export async function buildBundles(root) {
  const outdir = join(root, 'dist', 'start');
  rmSync(outdir, { recursive: true, force: true });
  const options = {
    absWorkingDir: root,
    outdir,
    bundle: true,
    platform: 'node',
    target: 'node20',
    mainFields: ['main', 'module'],
    plugins: [keepPlaces(root)],
    metafile: true,
    logLevel: 'warning',
  };
  const scriptOptions = {
    ...options,
    external: mainPackages,
    format: 'cjs',
    outExtension: { '.js': '.cjs' },
    banner: { js: banner },
    // A bundle runs as a script, which knows no import().
    supported: { 'dynamic-import': false },
  };
  const made = await Promise.all([
    build({
      ...scriptOptions,
      entryPoints: {
        ixion: 'lib/start/launch.ts',
        main: 'lib/cli/main.ts',
        partition: 'lib/start/launch-partition.ts',
      },
    }),
    build({
      ...scriptOptions,
      entryPoints: { server: 'lib/cli/main.ts' },
      plugins: [...options.plugins, onlyStart],
    }),
    build({
      ...scriptOptions,
      external: [],
      entryPoints: Object.fromEntries(
        Object.entries(lateBundles).map(([name, module]) => [name, `${module}.ts`]),
      ),
    }),
    build({
      ...scriptOptions,
      external: [],
      entryPoints: { partition: 'workers/partition-thread.ts' },
      outExtension: {},
      banner: { js: programBanner + banner },
    }),
  ]);
  await keepConstants(join(outdir, 'partition.js'));
  refuseGlobalNames(join(outdir, 'partition.js'));
  const inputs = made.flatMap(({ metafile }) => Object.keys(metafile.inputs));
  const packages = new Set(inputs.map(packageOf).filter((name) => name !== undefined));
  writeFileSync(join(outdir, 'LICENSES.txt'), licencesOf(root, [...packages].toSorted()));
}

/**
 * esbuild makes `var` of every constant at the top of a module, and V8 optimizes less
 * what may change: an actor would spend more on each request. Those that nothing assigns
 * become constants again.
 */
async function keepConstants(file) {
  const text = readFileSync(file, 'utf8');
  const declaration = /^var (?=([\w$]+) = )/gm;
  const { warnings } = await transform(text.replaceAll(declaration, 'const '), {
    logLevel: 'silent',
    logLimit: 0,
  });
  const assigned = new Set(
    warnings
      .filter(({ id }) => id === 'assign-to-constant')
      .map((warning) => /"(.*)" is a constant/.exec(warning.text)[1]),
  );
  writeFileSync(
    file,
    text.replaceAll(declaration, (words, name) => (assigned.has(name) ? words : 'const ')),
  );
}

/** A declaration of a script that has the name of a global would change it for the whole thread. */
function refuseGlobalNames(file) {
  const declared = readFileSync(file, 'utf8').matchAll(
    /^(?:async )?(?:var|function\*?) ([\w$]+)/gm,
  );
  const taken = [...declared]
    .map(([, name]) => name)
    .filter((name) => Object.hasOwn(globalThis, name));
  if (taken.length > 0) throw new Error(`${file} declares what is global: ${taken.join(', ')}`);
}

function licencesOf(root, packages) {
  const texts = packages.map((name) => {
    const folder = join(root, 'node_modules', name);
    const { version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    const file = ['LICENSE', 'LICENSE.md', 'license'].find((at) => existsSync(join(folder, at)));
    const text = file === undefined ? '' : readFileSync(join(folder, file), 'utf8');
    return `${name} ${version} (${license})\n\n${text}`;
  });
  return texts.join(`\n${'-'.repeat(80)}\n`);
}

/**
 * Starts a server and serves a request of each kind that comes first, so that what V8 compiles of
 * the bundles then is kept for the starts of users, who may not be allowed to write there.
 * @returns what went wrong, if it did
 */
export async function warmUp(root) {
  const launcher = join(root, 'dist', 'start', 'ixion.cjs');
  const { codeCacheFile } = await importCompiled(root, 'lib/start/bundle.js');
  const wanted = ['server.cjs', 'partition.js'].map((name) =>
    codeCacheFile(join(dirname(launcher), name)),
  );
  const isKept = () => wanted.every((file) => existsSync(file));
  const directory = mkdtempSync(join(tmpdir(), 'ixion-build-'));
  const flags = [
    '--demo',
    '--data',
    join(directory, 'data'),
    '--listen',
    loopback,
    '--admin',
    loopback,
  ];
  const isOurs = ([name]) => name !== 'NODE_OPTIONS' && !name.startsWith('IXION_');
  const server = spawn(process.execPath, ['--single-threaded-gc', launcher, 'start', ...flags], {
    env: Object.fromEntries(Object.entries(process.env).filter(isOurs)),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const late = AbortSignal.timeout(warmUpMs);
  const ended = new Promise((resolve) => server.once('close', resolve));
  const isOver = () => isKept() || late.aborted || server.exitCode !== null;
  let said = '';
  server.stdout.setEncoding('utf8').on('data', (text) => (said += text));
  server.stderr.setEncoding('utf8').on('data', (text) => (said += text));
  try {
    while (!isOver() && !readyLine.test(said)) await delay(10);
    const address = readyLine.exec(said)?.[1];
    if (address !== undefined) await useOnce(root, address);
    while (!isOver()) await delay(10);
  } catch (error) {
    said += error.message;
  }
  server.kill(late.aborted ? 'SIGKILL' : 'SIGTERM');
  await ended;
  rmSync(directory, { recursive: true, force: true });
  return isKept() ? undefined : said.trim();
}

const loopback = '127.0.0.1:0';
const readyLine = /^ixion ready on (\S+)/m;

const importCompiled = (root, path) => import(pathToFileURL(join(root, 'dist', path)).href);

/** Takes an interaction through the queues of the demo. */
async function useOnce(root, server) {
  const { connect } = await importCompiled(root, 'lib/client/index.js');
  const media = await connect({ server, clientName: 'build', clientType: 'MediaServer' });
  const agent = await connect({ server, clientName: 'build-2', clientType: 'AgentApplication' });
  const queue = 'demo.menu';
  await media.submit({ queue, mediaType: 'email', interactionType: 'Inbound' });
  const [{ InteractionId: id }] = await agent.pull({ queue });
  await agent.placeInQueue(id, queue);
  await agent.pull({ queue });
  await agent.stop(id);
  await Promise.all([media.close(), agent.close()]);
}
