/** `ixion import`: hands the interactions of a file in to a running server. */
import { type ImportProgress, importFile, openPool } from '../../transfer/index.js';
import type { Context, HandlersOf } from '../command.js';
import { exitCodes } from '../exit-codes.js';
import { Progress, showBytes } from '../progress.js';
import type { importTable } from '../table/transfer.js';
import type { FlagsOf } from '../table/types.js';
import { fileError, formatOf, goesOn } from '../transfer-options.js';
import { withClient } from '../with-client.js';

type Flags = FlagsOf<(typeof importTable.verbs)['']>;

/** Faults that are shown; the rest is counted. */
const faultsShown = 20;

export const handlers: HandlersOf<typeof importTable> = {
  async ''({ arguments: { file }, flags }, context) {
    const { faults } = await read(file, flags, context);
    return faults > 0 ? exitCodes.data : exitCodes.ok;
  },
};

async function read(file: string, flags: Flags, context: Context): Promise<ImportProgress> {
  const { output } = context;
  const progress = new Progress(output, showBytes, flags.json);
  const pool = openPool();
  const use = {
    clientType: 'MediaServer',
    reconnect: true,
    needsNoReader: true,
    whenInterrupted: goesOn,
  } as const;
  let shown = 0;
  let report: ImportProgress | undefined;
  try {
    await withClient(flags, use, context, async (client, signal) => {
      report = await importFile({
        client,
        pool,
        file,
        format: formatOf(file, flags.format),
        signal,
        onProgress: ({ bytes, totalBytes, imported, duplicates }) =>
          progress.update(bytes, totalBytes, `, ${imported + duplicates} interactions`),
        onFault: ({ line, what }) => {
          if (++shown <= faultsShown) output.error(`${file}:${line}: ${what}`);
        },
      });
    });
  } catch (error) {
    throw fileError(error);
  } finally {
    await pool.close();
  }
  const { imported, duplicates, faults } = report!;
  output.text(
    flags.json
      ? `${JSON.stringify({ file, imported, duplicates, faults })}\n`
      : `${file}: ${imported} imported, ${duplicates} were there, ${faults} wrong\n`,
  );
  return report!;
}
