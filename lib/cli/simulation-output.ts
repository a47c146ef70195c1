/** How `ixion simulate` and `ixion demo` show a running day and its result. */
import type { WriteStream } from 'node:tty';
import {
  type DayProgress,
  type DayReport,
  dayTable,
  durationText,
  type EventDigest,
  type SimulationMode,
} from '../simulate/index.js';
import { exitCodes, type ExitCode } from './exit-codes.js';
import type { Output } from './output.js';

const problemsShown = 20;
const linesShown = 5;

export interface ReportOptions {
  readonly mode: SimulationMode;
  /** Agents were invited. */
  readonly invite?: boolean | undefined;
  readonly json: boolean;
  /** Undefined: on a virtual clock. */
  readonly speed: number | undefined;
  /** Of a virtual day. */
  readonly virtual?: { readonly seed: number; readonly events: readonly EventDigest[] } | undefined;
}

/**
 * Prints the table, or with `json` one object as a line; problems to stderr.
 * Code 0 if there are no problems, else 65.
 */
export async function printReport(
  { summary, problems, warnings }: DayReport,
  options: ReportOptions,
  output: Output,
): Promise<ExitCode> {
  const { mode, speed, virtual } = options;
  const invite = options.invite === true ? true : undefined;
  if (options.json) {
    const { waitWithin2sShare, ...rest } = summary;
    // In mode `order` contacts are not meant to wait as recorded.
    const comparison = mode === 'follow' ? { waitWithin2sShare } : { comparable: false };
    const figures = { mode, invite, speed, ...rest, ...comparison, virtual, problems, warnings };
    await output.line(JSON.stringify(figures));
  } else {
    await output.line(dayTable(summary, mode, speed));
    if (virtual !== undefined) await output.line(`\n${digestLines(virtual)}`);
  }
  for (const { what, lines } of options.json ? [] : warnings) {
    const shown = lines.slice(0, linesShown).join(', ');
    const more = lines.length > linesShown ? `, and ${lines.length - linesShown} more` : '';
    output.error(`ixion: warning: ${lines.length} rows: ${what}: line ${shown}${more}`);
  }
  if (problems.length === 0) {
    if (!options.json) await output.line('\nThe counts add up and the server has the same totals.');
    return exitCodes.ok;
  }
  output.error(`ixion: the day does not add up, ${problems.length} problems:`);
  for (const problem of problems.slice(0, problemsShown)) output.error(`  ${problem}`);
  return exitCodes.data;
}

/** What two runs are compared by. */
function digestLines({ seed, events }: NonNullable<ReportOptions['virtual']>): string {
  return [
    `Events by partition, with the SHA-256 of all of them (seed ${seed}):`,
    ...events.map((each) => `  ${each.partition}  ${each.sha256}  ${each.events} events`),
  ].join('\n');
}

/** One line at the bottom of a terminal; nothing elsewhere. */
export function progressLine(stream: WriteStream): {
  show(progress: DayProgress): void;
  clear(): void;
} {
  if (!stream.isTTY) return { show: () => undefined, clear: () => undefined };
  return {
    show: ({ timeSeconds, contacts, submitted, ended, waiting }) => {
      const counts = `${submitted} of ${contacts} submitted, ${waiting} waiting, ${ended} ended`;
      stream.write(`\r\u001B[K${durationText(timeSeconds)}  ${counts}`);
    },
    clear: () => void stream.write('\r\u001B[K'),
  };
}
