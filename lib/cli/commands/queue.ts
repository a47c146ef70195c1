/** `ixion queue list`: the durable totals of the queues. */
import type { ExitCode } from '../exit-codes.js';
import type { Output } from '../output.js';
import { tableLines, toJson } from '../print.js';
import { createProgram, runProgram } from '../program.js';
import { jsonOption, serverOptions, withClient, type ServerFlags } from '../with-client.js';

const head = [
  'Queue',
  'Partition',
  'Waiting',
  'Processing',
  'Submitted',
  'Entered',
  'Left',
  'Stopped',
];

/** @throws {UsageError | IxionError} */
export function run(argv: readonly string[], output: Output): Promise<ExitCode> {
  const program = createProgram('ixion queue', 'Shows queues.', output);
  jsonOption(serverOptions(program.command('list')))
    .description('Print how many interactions wait in each queue, are worked, and went through it.')
    .argument('[queue...]', 'only these')
    .addHelpText(
      'after',
      '\nExamples:\n  $ ixion queue list\n  $ ixion queue list inbox archive --json',
    )
    .action((names: string[], flags: ServerFlags) =>
      withClient(flags, 'ReportingEngine', output, async (client, signal) => {
        const totals = await client.queueStatistics(names.length > 0 ? names : undefined, {
          signal,
        });
        if (flags.json === true) return void (await output.line(toJson(totals)));
        const rows = totals.map((queue) => [
          queue.queue,
          queue.partition,
          queue.waiting,
          queue.processing,
          queue.submitted,
          queue.entered,
          queue.left,
          Object.entries(queue.stopped)
            .map(([reason, count]) => `${reason} ${count}`)
            .join(', '),
        ]);
        for (const line of tableLines(head, rows)) await output.line(line);
      }),
    );
  return runProgram(program, argv);
}
