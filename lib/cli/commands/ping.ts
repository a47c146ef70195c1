/** `ixion ping`: a sign of life, and the counters that are on. */
import { systemClock } from '../../clock.js';
import type { ExitCode } from '../exit-codes.js';
import type { Output } from '../output.js';
import { recordLines, toJson } from '../print.js';
import { createProgram, runProgram } from '../program.js';
import { jsonOption, serverOptions, withClient, type ServerFlags } from '../with-client.js';

/** @throws {UsageError | IxionError} */
export function run(argv: readonly string[], output: Output): Promise<ExitCode> {
  const program = createProgram(
    'ixion ping',
    'Asks a server for a sign of life, and for its counters as far as they are on.',
    output,
  );
  jsonOption(serverOptions(program))
    .addHelpText(
      'after',
      '\nExamples:\n  $ ixion ping\n  $ ixion ping --server 10.0.0.7:7488 --json',
    )
    .action((flags: ServerFlags) =>
      withClient(flags, 'ReportingEngine', output, async (client, signal) => {
        const startMs = systemClock.monotonicMs();
        const pong = await client.ping({ signal });
        const roundTripMs = Number((systemClock.monotonicMs() - startMs).toFixed(3));
        const shown = { roundTripMs, ...pong };
        const lines = flags.json === true ? [toJson(shown)] : recordLines(shown);
        for (const line of lines) await output.line(line);
      }),
    );
  return runProgram(program, argv);
}
