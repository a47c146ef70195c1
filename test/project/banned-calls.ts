/** Calls and marks that the project does without, each with what to use instead. */
import { lenientReaderFaults } from './lenient-readers.js';
import type { Fault, Source } from './source-tree.js';

interface Ban {
  readonly pattern: RegExp;
  readonly instead: string;
  /** Where it counts; default: everywhere. */
  readonly in?: RegExp;
  /** Where it is right. */
  readonly except?: RegExp;
}

const product = /^(lib|workers)\//;

const bans: readonly Ban[] = [
  {
    pattern: /\bconsole\./,
    instead: 'the report of the actor system, or the writers of the command',
    in: product,
  },
  {
    pattern: /\bMath\.random\(|\bDate\.now\(|\bnew Date\(\)/,
    instead: 'a Clock or Random argument',
    in: product,
    except: /^lib\/clock\.ts$/,
  },
  {
    pattern: /\bnew Function\(|(?<![\w.])eval\(/,
    instead: 'code that stands in the source',
    in: product,
  },
  { pattern: /\.terminate\(/, instead: 'asking the thread to stop; terminating one aborts LMDB' },
  {
    pattern: /\bprocess\.exit\(/,
    instead: 'process.exitCode, or a signal to ourselves',
    in: product,
    // Ends a process that failed, with a watchdog beside it.
    except: /^lib\/cli\/(end-process\.ts|prepare\.mjs)$/,
  },
  {
    pattern: /\b(noSync|noMetaSync|mapAsync|useWritemap): true/,
    instead: 'a durable store',
    // Names it as a mistake that a test must notice.
    except: /^test\/mutation\/mutations\.ts$/,
  },
  {
    pattern: /^(?!\s*[*/]).*['"`][^'"`]*(?<!\b[Tt]here )\b(is|are) no (?!longer)/,
    instead: '"is not a ..."',
    in: product,
  },
  { pattern: /@ts-(ignore|nocheck|expect-error)/, instead: 'a type that holds' },
  {
    pattern: /(eslint|oxlint)-disable/,
    instead: 'code that passes, or another rule',
    // Behaviours of every kind in one table: only each of them knows its messages.
    except: /^lib\/actor\/types\.ts$/,
  },
  { pattern: /\b(TODO|FIXME|XXX)\b/, instead: 'an issue' },
  {
    pattern: /\bt\.(skip|todo)\(|\b(skip|todo): (true|['"`])|\b(it|test|t)\.only\(/,
    instead: 'a test that runs',
    in: /^test\//,
  },
  {
    pattern: /\bt(est)?\.testdir\(/,
    instead: 'directoryOf(t), which outlives the teardowns',
    except: /^test\/fixture\/directory\.ts$/,
  },
];

const own = /^test\/project\//;

/**
 * Lines that hold a banned call, lenient readers among them. The rules themselves and their tests
 * have to name them.
 */
export function bannedCallFaults(sources: readonly Source[]): Fault[] {
  const faults = sources
    .filter(({ path }) => !own.test(path))
    .flatMap(({ path, text }) =>
      text.split('\n').flatMap((content, index) =>
        bans
          .filter((ban) => ban.pattern.test(content))
          .filter((ban) => ban.in?.test(path) !== false && ban.except?.test(path) !== true)
          .map((ban) => ({
            path,
            line: index + 1,
            rule: 'banned',
            what: `"${content.trim().slice(0, 60)}"; use ${ban.instead}`,
          })),
      ),
    );
  return [...faults, ...lenientReaderFaults(sources)];
}
