/**
 * The ledger of a partition is the only writer of its interactions
 * (`lib/partition/ledger/ledger.ts`).
 */
import { type Fault, type Source } from './source-tree.js';

interface LedgerRule {
  readonly text: RegExp;
  /** Sources that may do it. */
  readonly allowed: RegExp;
  readonly what: string;
}

const room = /^lib\/partition\/ledger\//;
/** A turn puts deadlines for the ledger, since it knows the first one. */
const roomAndTurn = /^lib\/partition\/(ledger\/|turn\.ts$)/;
const rules: readonly LedgerRule[] = [
  {
    text: /\.(put|delete)\(\s*Table\.(interaction|state|order|totals|party|deadline)\b/g,
    allowed: roomAndTurn,
    what: 'writes a row of an interaction, which only the ledger does',
  },
  {
    text: /\b(queues|Queues)\.(enter|leave|stopped|abandoned|totals)\(/g,
    allowed: room,
    what: 'counts or lists an interaction, which only the ledger does',
  },
  {
    text: /from '[^']*\/writers\.js'/g,
    allowed: /^lib\/partition\/ledger\/ledger\.ts$/,
    what: 'imports the writers of rows, which only ledger.ts does',
  },
  {
    text: /\binteractionEvent\(|\.events\.push\(/g,
    allowed: room,
    what: 'tells an event, which only the ledger does',
  },
];

/** Faults of the sources of partitions against it. */
export function ledgerFaults(sources: readonly Source[]): Fault[] {
  return sources
    .filter(({ path }) => path.startsWith('lib/partition/'))
    .flatMap(({ path, text }) =>
      rules
        .filter(({ allowed }) => !allowed.test(path))
        .flatMap(({ text: pattern, what }) =>
          [...text.matchAll(pattern)].map(({ index }): Fault => {
            const line = text.slice(0, index).split('\n').length;
            return { path, line, rule: 'ledger', what };
          }),
        ),
    );
}
