/** What `npm pack` makes of this checkout, and whether all that it points to is in it. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { linkFaults, readPages } from './link-rules.js';
import { type Fault, projectRoot } from './source-tree.js';

/** A package as it would be published. */
export interface Packed {
  /** Path of the archive. */
  readonly archive: string;
  /** What is in it, from the top, with slashes. */
  readonly files: readonly string[];
}

interface PackReport {
  readonly filename: string;
  readonly files: readonly { readonly path: string }[];
}

/**
 * Packs a checkout that has been built.
 * @param destination an existing directory for the archive
 * @throws {Error} with what npm said, if it fails
 */
export function packProject(destination: string, root = projectRoot): Packed {
  const command = ['pack', '--json', '--ignore-scripts', '--pack-destination', destination];
  const npm = process.env['npm_execpath'];
  const isScript = npm !== undefined && /\.[cm]?js$/.test(npm);
  const [program, ...programArguments] = isScript
    ? [process.execPath, npm, ...command]
    : ['npm', ...command];
  const { status, stdout, stderr } = spawnSync(program, programArguments, {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 16 * 1_048_576,
  });
  if (status !== 0) throw new Error(`npm pack ended with ${status}: ${stderr}`);
  // npm 10 gives a list of packages, npm 11 a map by name.
  const [report] = Object.values(JSON.parse(stdout) as Record<string, PackReport>);
  if (report === undefined) throw new Error(`npm pack made nothing: ${stdout}`);
  return {
    archive: join(destination, report.filename),
    files: report.files.map(({ path }) => path),
  };
}

/** Source maps carry their sources: these are not in the package. */
function mapFaults(files: readonly string[], read: (path: string) => string): Fault[] {
  return files
    .filter((path) => path.endsWith('.map'))
    .filter((path) => {
      const { sources, sourcesContent = [] } = JSON.parse(read(path)) as {
        sources: readonly string[];
        sourcesContent?: readonly (string | null)[];
      };
      return sources.some((_, index) => typeof sourcesContent[index] !== 'string');
    })
    .map((path) => ({
      path,
      line: 1,
      rule: 'package',
      what: 'a source map whose source is not there',
    }));
}

/** Compiled files that must be in the package, and folders that must not. */
function contentFaults(files: readonly string[]): Fault[] {
  const { bin, exports } = JSON.parse(readFileSync(join(projectRoot, 'package.json'), 'utf8')) as {
    bin: Readonly<Record<string, string>>;
    exports: Readonly<Record<string, string | Readonly<Record<string, string>>>>;
  };
  const promised = [...Object.values(bin), ...Object.values(exports)]
    .flatMap((entry) => (typeof entry === 'string' ? [entry] : Object.values(entry)))
    .map((path) => path.replace(/^\.\//, ''));
  const fault = (path: string, what: string): Fault => ({ path, line: 1, rule: 'package', what });
  return [
    ...promised
      .filter((path) => !files.includes(path))
      .map((path) => fault(path, 'promised by package.json, and not in the package')),
    ...files
      .filter((path) => /^dist\/(test|bench)\/|\.cache$/.test(path))
      .map((path) => fault(path, 'nothing that a user needs')),
  ];
}

/** All faults of a package: dead links between its pages, maps without sources, files amiss. */
export function packageFaults({ files }: Packed): Fault[] {
  const present = new Set(files);
  const folders = new Set(
    files.flatMap((path) =>
      path
        .split('/')
        .slice(0, -1)
        .map((_, index, parts) => parts.slice(0, index + 1).join('/')),
    ),
  );
  const pages = readPages().filter(({ path }) => present.has(path));
  const exists = (path: string): boolean =>
    present.has(path) || folders.has(path.replace(/\/$/, ''));
  return [
    ...contentFaults(files),
    ...mapFaults(files, (path) => readFileSync(join(projectRoot, path), 'utf8')),
    ...linkFaults(pages, exists).map((fault) => ({ ...fault, rule: 'package links' })),
  ];
}
