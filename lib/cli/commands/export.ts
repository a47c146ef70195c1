/** `ixion export`: writes the interactions of a running server to a file. */
import { exportFile, openPool } from '../../transfer/index.js';
import type { ExitCode } from '../exit-codes.js';
import type { Output } from '../output.js';
import { createProgram, runProgram } from '../program.js';
import { Progress } from '../progress.js';
import {
  fileError,
  formatOf,
  formatOption,
  type FormatFlag,
  showCount,
} from '../transfer-options.js';
import { jsonOption, serverOptions, type ServerFlags, withClient } from '../with-client.js';

type Flags = ServerFlags & FormatFlag & { readonly queue?: string };

export async function run(argv: readonly string[], output: Output): Promise<ExitCode> {
  const program = createProgram(
    'ixion export',
    'Writes the interactions of a running server to a file, whatever their state. The same command goes on where one that was cut short ended.',
    output,
  )
    .argument('<file>', 'what to write; a name that ends with .csv means CSV')
    .option('--queue <name>', 'only those of this queue')
    .addOption(formatOption())
    .action((file: string, flags: Flags) => write(file, flags, output));
  return runProgram(jsonOption(serverOptions(program)), argv);
}

async function write(file: string, flags: Flags, output: Output): Promise<void> {
  const progress = new Progress(output, showCount, flags.json === true);
  const pool = openPool();
  try {
    await withClient(
      flags,
      'ReportingEngine',
      output,
      async (client, signal) => {
        const written = await exportFile({
          client,
          pool,
          file,
          format: formatOf(file, flags),
          queue: flags.queue,
          signal,
          onProgress: (done, expected) => progress.update(done, Math.max(done, expected)),
        });
        output.text(
          flags.json === true
            ? `${JSON.stringify({ file, interactions: written })}\n`
            : `${file}: ${written} interactions\n`,
        );
      },
      true,
    );
  } catch (error) {
    throw fileError(error);
  } finally {
    await pool.close();
  }
}
