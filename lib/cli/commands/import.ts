/** `ixion import`: hands the interactions of a file in to a running server. */
import { type ImportProgress, importFile, openPool } from '../../transfer/index.js';
import { exitCodes, type ExitCode } from '../exit-codes.js';
import type { Output } from '../output.js';
import { createProgram, runProgram } from '../program.js';
import { Progress, showBytes } from '../progress.js';
import { fileError, formatOf, formatOption, type FormatFlag } from '../transfer-options.js';
import { jsonOption, serverOptions, type ServerFlags, withClient } from '../with-client.js';

type Flags = ServerFlags & FormatFlag;

/** Faults that are shown; the rest is counted. */
const faultsShown = 20;

export async function run(argv: readonly string[], output: Output): Promise<ExitCode> {
  let code: ExitCode = exitCodes.ok;
  const program = createProgram(
    'ixion import',
    'Hands in the interactions of a file, as "ixion export" writes it. The same command goes on where one that was cut short ended; what is there already is left alone.',
    output,
  )
    .argument('<file>', 'what to read; a name that ends with .csv means CSV')
    .addOption(formatOption())
    .addHelpText('after', '\nExit code 65: some records are wrong; the others were taken.')
    .action(async (file: string, flags: Flags) => {
      const { faults } = await read(file, flags, output);
      if (faults > 0) code = exitCodes.data;
    });
  await runProgram(jsonOption(serverOptions(program)), argv);
  return code;
}

async function read(file: string, flags: Flags, output: Output): Promise<ImportProgress> {
  const progress = new Progress(output, showBytes, flags.json === true);
  const pool = openPool();
  let shown = 0;
  let report: ImportProgress | undefined;
  try {
    await withClient(
      flags,
      'MediaServer',
      output,
      async (client, signal) => {
        report = await importFile({
          client,
          pool,
          file,
          format: formatOf(file, flags),
          signal,
          onProgress: ({ bytes, totalBytes, imported, duplicates }) =>
            progress.update(bytes, totalBytes, `, ${imported + duplicates} interactions`),
          onFault: ({ line, what }) => {
            if (++shown <= faultsShown) output.error(`${file}:${line}: ${what}`);
          },
        });
      },
      true,
    );
  } catch (error) {
    throw fileError(error);
  } finally {
    await pool.close();
  }
  const { imported, duplicates, faults } = report!;
  output.text(
    flags.json === true
      ? `${JSON.stringify({ file, imported, duplicates, faults })}\n`
      : `${file}: ${imported} imported, ${duplicates} were there, ${faults} wrong\n`,
  );
  return report!;
}
