/** `ixion import`: hands the interactions of a file or a stream in to a running server. */
import {
  type ImportProgress,
  importFile,
  openPool,
  openSource,
  type Source,
  type TransferPool,
} from '../../transfer/index.js';
import type { Context, HandlersOf } from '../command.js';
import { exitCodes } from '../exit-codes.js';
import { Progress, showBytes } from '../progress.js';
import type { importTable } from '../table/transfer.js';
import type { FlagsOf } from '../table/types.js';
import { beginsAnew, fileError, formatOf, goesOn } from '../transfer-options.js';
import { withClient } from '../with-client.js';

type Flags = FlagsOf<(typeof importTable.verbs)['']>;

/** Faults that are shown; the rest is counted. */
const faultsShown = 20;

export const handlers: HandlersOf<typeof importTable> = {
  async ''({ arguments: { file }, flags }, context) {
    // Before signals are caught: to open a pipe waits for who writes to it.
    const source = await openSource(file).catch((error: unknown) => {
      throw fileError(error, file, 'read');
    });
    const pool = openPool();
    try {
      const { faults } = await read({ file, source, pool }, flags, context);
      return faults > 0 ? exitCodes.data : exitCodes.ok;
    } catch (error) {
      throw fileError(error, file, 'read');
    } finally {
      await source.close().catch(() => undefined);
      await pool.close();
    }
  },
};

interface Input {
  readonly file: string;
  readonly source: Source;
  readonly pool: TransferPool;
}

async function read(input: Input, flags: Flags, context: Context): Promise<ImportProgress> {
  const { file, source } = input;
  const { output } = context;
  const progress = new Progress(output, showBytes, flags.json);
  const whenInterrupted = source.file === undefined ? beginsAnew : goesOn;
  const use = {
    clientType: 'MediaServer',
    reconnect: true,
    needsNoReader: true,
    whenInterrupted,
  } as const;
  let shown = 0;
  let report: ImportProgress | undefined;
  await withClient(flags, use, context, async (client, signal) => {
    report = await importFile({
      ...input,
      client,
      format: formatOf(file, flags.format),
      signal,
      onProgress: ({ bytes, totalBytes, imported, duplicates }) =>
        progress.update(bytes, totalBytes, `, ${imported + duplicates} interactions`),
      onFault: ({ line, what }) => {
        if (++shown <= faultsShown) output.error(`${file}:${line}: ${what}`);
        else if (shown === faultsShown + 1) output.error(`${file}: further ones are counted`);
      },
      onUnkept: ({ message }) =>
        output.error(`how far it is cannot be kept beside ${file}: ${message}`),
    });
  });
  if (report === undefined) return nothing;
  const { imported, duplicates, faults } = report;
  output.text(
    flags.json
      ? `${JSON.stringify({ file, imported, duplicates, faults })}\n`
      : `${file}: ${imported} imported, ${duplicates} were there, ${faults} wrong\n`,
  );
  return report;
}

/** Nobody reads what would be said. */
const nothing: ImportProgress = {
  bytes: 0,
  totalBytes: undefined,
  imported: 0,
  duplicates: 0,
  faults: 0,
};
