/**
 * Readers of JavaScript that take what was not meant: a date of `queue 7`, a number of `0x10` or an
 * empty text, base64 with half of it passed over, U+FFFD for bytes that are not UTF-8, a number
 * that JSON rounds. What comes from outside is read by `lib/text` instead. Each exception says why
 * nothing can come from outside there; one that nothing needs any more is a fault too.
 */
import type { Fault, Source } from './source-tree.js';

interface LenientReader {
  readonly name: string;
  readonly pattern: RegExp;
  readonly instead: string;
}

const readers: readonly LenientReader[] = [
  {
    name: 'Date',
    pattern: /\bDate\.parse\b|\bnew Date\((?![\d_]+\))/,
    instead: 'readTime, readDate or writeTime',
  },
  {
    name: 'Number',
    pattern: /\bNumber(?=[(),])|\bparse(Int|Float)\b|(?:[=(,?:&|[]|return)\s*\+[A-Za-z_(]/,
    instead: 'readInteger, readWhole or readDecimal',
  },
  {
    name: 'base64',
    pattern: /\.from\([^()]*, ['"](base64(url)?|hex)['"]\)|\batob\(/,
    instead: 'readBase64',
  },
  {
    name: 'UTF-8',
    pattern:
      /\.toString\((\)|['"](utf-?8|ascii)['"])|\bnew TextDecoder\b|StringDecoder|\.utf8Slice|setEncoding\(|\bread(File|FileSync|Stream)\(.*['"]utf-?8['"]/,
    instead: 'readUtf8',
  },
  { name: 'JSON', pattern: /\bJSON\.parse\b/, instead: 'readJson' },
];

type Names = readonly string[];

/** By file: which readers it may use, and why. */
const exceptions: Readonly<Record<string, readonly [names: Names, why: string]>> = {
  'lib/cli/admin-client.ts': [['JSON'], 'what a server of ours has written'],
  'lib/cli/child-server.ts': [['UTF-8'], 'what a process of ours says, to be shown'],
  'lib/cli/config-change.ts': [['JSON'], 'what a server of ours has written'],
  'lib/cli/config-verbs.ts': [['UTF-8'], 'what a server of ours has written'],
  'lib/client/answered-error.ts': [['Number'], 'an integer of MessagePack'],
  'lib/client/results.ts': [['Number'], 'integers of MessagePack'],
  'lib/client/subscription.ts': [['Number'], 'integers of MessagePack'],
  'lib/timeline.ts': [['base64'], 'rows of the store'],
  'lib/pack/items.ts': [['Date'], 'milliseconds of a timestamp of MessagePack'],
  'lib/pack/reader.ts': [['Number'], 'a bigint whose range is looked at'],
  'lib/pack/text.ts': [['UTF-8'], 'bytes that were looked at before'],
  'lib/pack/writer.ts': [['Number'], 'a bigint; what it loses is looked at'],
  'lib/interaction/owner-bytes.ts': [['base64', 'UTF-8'], 'rows of the store'],
  'lib/interaction/identifier.ts': [['Number'], 'digits that were looked at before'],
  'lib/pack/fields.ts': [['UTF-8'], 'rows of the store'],
  'lib/queue/totals.ts': [['UTF-8'], 'rows of the store'],
  'lib/interaction/record-results.ts': [['UTF-8'], 'rows of the store'],
  'lib/objects/model.ts': [['JSON'], 'rows of the store'],
  'lib/objects/rows.ts': [['UTF-8', 'JSON'], 'rows of the store'],
  'lib/objects/yaml-simple.ts': [['Number', 'JSON'], 'forms that nothing is lost of, by pattern'],
  'lib/security/audit-file.ts': [['Number'], 'a name that is compared with the one made of it'],
  'lib/security/log-filter.ts': [['Number'], 'up to four digits, by pattern'],
  'lib/data/backup-manifest.ts': [['UTF-8', 'JSON'], 'its values are checked one by one'],
  'lib/data/lock.ts': [['UTF-8', 'JSON'], 'a file that nobody else writes'],
  'lib/process/descriptors.ts': [['Number', 'UTF-8'], 'what the kernel has written'],
  'lib/data/verify-partition.ts': [['JSON'], 'what our own process was told'],
  'lib/data/verify.ts': [['JSON'], 'what our own process says'],
  'lib/data/manifest.ts': [['UTF-8', 'JSON'], 'its values are checked one by one'],
  'lib/server/version.ts': [['UTF-8', 'JSON'], 'the package file of this program'],
  'lib/simulate/reader.ts': [['Number'], 'a few digits, by pattern'],
  'lib/store/backup.ts': [['Number'], 'a bigint of the pages of LMDB'],
  'lib/store/format-row.ts': [['UTF-8', 'JSON'], 'rows of the store; its values are checked'],
  'lib/store/keys.ts': [['UTF-8'], 'keys of the store'],
  'lib/store/preflight.ts': [['Number'], 'a bigint of the pages of LMDB'],
};

const product = /^(lib|workers)\//;
const own = /^lib\/text\//;
const comment = /^\s*(\*|\/\*\*?|\/\/)/;

/** Lines that read leniently, and exceptions that nothing needs. */
export function lenientReaderFaults(sources: readonly Source[]): Fault[] {
  const used = new Set<string>();
  const faults = sources
    .filter(({ path }) => product.test(path) && !own.test(path))
    .flatMap(({ path, text }) =>
      text.split('\n').flatMap((content, index) => {
        if (comment.test(content)) return [];
        return readers
          .filter(({ pattern }) => pattern.test(content))
          .filter(({ name }) => {
            const isExcepted = exceptions[path]?.[0].includes(name) === true;
            if (isExcepted) used.add(`${path} ${name}`);
            return !isExcepted;
          })
          .map(({ name, instead }) => ({
            path,
            line: index + 1,
            rule: 'lenient',
            what: `"${content.trim().slice(0, 60)}" (${name}); use ${instead} of lib/text`,
          }));
      }),
    );
  return [...faults, ...staleFaults(sources, used)];
}

function staleFaults(sources: readonly Source[], used: ReadonlySet<string>): Fault[] {
  return sources.flatMap(({ path }) =>
    (exceptions[path]?.[0] ?? [])
      .filter((name) => !used.has(`${path} ${name}`))
      .map((name) => ({
        path,
        line: 1,
        rule: 'lenient',
        what: `the exception for ${name} is not needed any more; remove it`,
      })),
  );
}
