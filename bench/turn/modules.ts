/**
 * How a build is shaped: the one place that knows what is found where in this revision and in older
 * ones. A module is found by what it declares, since files move more often than names do.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import type * as Answers from '../../lib/host/answers.js';
import type * as Clock from '../../lib/clock.js';
import type * as Frame from '../../lib/protocol/frame.js';
import type * as Layered from '../../lib/store/layered.js';
import type * as Partition from '../../lib/partition/partition.js';
import type * as QueueList from '../../lib/partition/rows/queue-list.js';
import type * as Requests from '../../lib/host/decode.js';
import type * as Time from '../../lib/partition/ledger/partition-time.js';

/** What a side is driven by. */
export interface BuildModules {
  readonly Answers: (typeof Answers)['Answers'];
  readonly LayeredStore: (typeof Layered)['LayeredStore'];
  readonly Partition: (typeof Partition)['Partition'];
  readonly PartitionTime: (typeof Time)['PartitionTime'];
  readonly decodeOperation: (typeof Requests)['decodeOperation'];
  /** Builds before data format 4 keep no digests. */
  readonly digestOfRequest: (typeof Requests)['digestOfRequest'] | undefined;
  readonly packQueues: (typeof QueueList)['packQueues'];
  readonly readHeader: (typeof Frame)['readHeader'];
  readonly systemClock: (typeof Clock)['systemClock'];
}

const needed = [
  'Answers',
  'LayeredStore',
  'Partition',
  'PartitionTime',
  'decodeOperation',
  'packQueues',
  'readHeader',
  'systemClock',
] as const satisfies (keyof BuildModules)[];
const optional = ['digestOfRequest'] as const satisfies (keyof BuildModules)[];

/**
 * Loads what the bench drives, from `dist/lib` of a build.
 * @param root the top folder of the build
 * @throws {Error} that names what this build does not declare, or declares twice
 */
export async function loadModules(root: string): Promise<BuildModules> {
  const built = join(root, 'dist', 'lib');
  const files = filesBelow(built)
    .filter((path) => hasSource(root, relative(built, path)))
    .map((path) => ({ path, text: readFileSync(path, 'utf8') }));
  const load = async (name: string, isNeeded: boolean): Promise<unknown> => {
    const declares = new RegExp(`^export (?:class|const|function) ${name}\\b`, 'm');
    const found = files.filter(({ text }) => declares.test(text));
    if (found.length === 0 && !isNeeded) return undefined;
    if (found.length !== 1) {
      const how = found.length === 0 ? 'does not declare' : 'declares more than once';
      throw new Error(`turn: this bench cannot drive ${root}: it ${how} ${name}`);
    }
    const module = (await import(pathToFileURL(found[0]!.path).href)) as Record<string, unknown>;
    return module[name];
  };
  const entries: [string, unknown][] = [];
  for (const name of needed) entries.push([name, await load(name, true)]);
  for (const name of optional) entries.push([name, await load(name, false)]);
  return Object.fromEntries(entries) as unknown as BuildModules;
}

/**
 * A compiler leaves what it made of a file that has moved since. A copy of a build has no sources.
 */
const hasSource = (root: string, file: string): boolean =>
  !existsSync(join(root, 'lib')) || existsSync(join(root, 'lib', file.replace(/\.js$/, '.ts')));

const filesBelow = (directory: string): string[] =>
  readdirSync(directory, { withFileTypes: true }).flatMap((entry) => {
    const path = join(directory, entry.name);
    if (entry.isDirectory()) return filesBelow(path);
    return entry.name.endsWith('.js') ? [path] : [];
  });
