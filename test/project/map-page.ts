/**
 * `docs/internals/map.md`: every file of `lib` and `workers` with the first
 * sentence of its comment.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Fault, projectRoot, readFiles, type Source } from './source-tree.js';

/** A row of the table of rooms in docs/ARCHITECTURE.md. */
interface Room {
  readonly heading: string;
  /** Folders with a slash at the end; none: files of `lib` itself. */
  readonly folders: readonly string[];
  readonly about: string;
}

/**
 * The rooms in the order of the table; the entries of the threads, which it leaves out, at the end.
 */
export function roomsOf(architecture: string): Room[] {
  const rows = [...architecture.matchAll(/^\| (`[^|]*?) +\| (.*?) +\|$/gm)];
  const rooms = rows.map(([, names = '', about = '']): Room => {
    const folders = [...names.matchAll(/`([a-z/-]+\/)`/g)].map(([, name = '']) => `lib/${name}`);
    return folders.length === 0
      ? { heading: 'The ground', folders, about: about.replace('the ground: ', '') }
      : { heading: names, folders, about };
  });
  const about = 'what each thread begins with, and nothing else';
  return [...rooms, { heading: '`workers/`', folders: ['workers/'], about }];
}

/** Where a file belongs: the room with the longest name that holds it. */
function roomOf(rooms: readonly Room[], path: string): Room | undefined {
  const fits = (room: Room): number =>
    room.folders.length === 0
      ? Number(/^lib\/[^/]+$/.test(path))
      : Math.max(...room.folders.map((folder) => (path.startsWith(folder) ? folder.length : 0)));
  const [best] = rooms.toSorted((a, b) => fits(b) - fits(a));
  return best === undefined || fits(best) === 0 ? undefined : best;
}

/** The first sentence of the comment that a file begins with; undefined: it begins with none. */
export function firstSentence(text: string): string | undefined {
  const [, comment] = /^(?:#!.*\n)?\/\*\*([^]*?)\*\//.exec(text) ?? [];
  const [paragraph = ''] = (comment ?? '')
    .replace(/^\s*\* ?/gm, '')
    .trim()
    .split(/\n\s*(?:\n|@)/);
  const words = paragraph.replace(/\s+/g, ' ');
  const [sentence] = /^.*?[^.][.?!](?= |$)/.exec(words) ?? [words];
  return sentence === '' || sentence.startsWith('@') ? undefined : sentence.replace(/:$/, '.');
}

/** What the map is made of. */
const readMapped = (): Source[] => readFiles(['lib', 'workers'], ['.ts', '.mjs']);
const readArchitecture = (): string =>
  readFileSync(join(projectRoot, 'docs/ARCHITECTURE.md'), 'utf8');

/** Files that do not say what they are, and files in a room that the architecture does not have. */
export function mapFaults(sources = readMapped(), architecture = readArchitecture()): Fault[] {
  const rooms = roomsOf(architecture);
  const fault = (path: string, what: string): Fault => ({ path, line: 1, rule: 'map', what });
  return sources.flatMap(({ path, text }) => [
    ...(firstSentence(text) === undefined
      ? [fault(path, 'does not begin with a comment that says what it is')]
      : []),
    ...(roomOf(rooms, path) === undefined
      ? [fault(path, 'its room is not in the table of docs/ARCHITECTURE.md')]
      : []),
  ]);
}

/** The text of the page. */
export function mapPage(sources = readMapped(), architecture = readArchitecture()): string {
  const rooms = roomsOf(architecture);
  const places = new Map(sources.map(({ path }) => [path, roomOf(rooms, path)]));
  return [
    '# Map',
    'Every file of `lib` and `workers`, with the first sentence of its comment, room by room in the ' +
      'order of [the architecture](../ARCHITECTURE.md#the-rooms): a room imports only from rooms ' +
      'above it, as its line in `test/project/import-rules.ts` says. Made by `npm run pages`.',
    ...rooms.flatMap((room) => [
      `## ${room.heading}`,
      `${room.about.slice(0, 1).toUpperCase()}${room.about.slice(1).replace(/\.$/, '')}.`,
      sources
        .filter(({ path }) => places.get(path) === room)
        .map(({ path, text }) => `- \`${path.replace(/^lib\//, '')}\`: ${firstSentence(text)}`)
        .join('\n'),
    ]),
    '',
  ].join('\n\n');
}
