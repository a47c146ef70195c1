/** `ixion export`: writes the interactions of a running server to a file or a stream. */
import type { Client } from '../../client/index.js';
import { readUtf8 } from '../../text/index.js';
import {
  exportFile,
  exportStream,
  openDevice,
  openPool,
  type StreamExportOptions,
  type Target,
  targetOf,
  type TransferPool,
} from '../../transfer/index.js';
import type { Context, HandlersOf } from '../command.js';
import { exitCodes } from '../exit-codes.js';
import type { Output } from '../output.js';
import { Progress } from '../progress.js';
import type { exportTable } from '../table/transfer.js';
import type { FlagsOf } from '../table/types.js';
import { fileError, formatOf, goesOn, showCount } from '../transfer-options.js';
import { withClient } from '../with-client.js';

type Flags = FlagsOf<(typeof exportTable.verbs)['']>;

export const handlers: HandlersOf<typeof exportTable> = {
  async ''({ arguments: { file }, flags }, context) {
    const { output } = context;
    const pool = openPool();
    try {
      const target = await targetOf(file);
      const written = await write(target, pool, file, flags, context);
      const said = flags.json
        ? JSON.stringify({ file, interactions: written })
        : `${file}: ${written} interactions`;
      // What goes to stdout is the export alone.
      if (target.kind === 'stdout') output.error(said);
      else output.text(`${said}\n`);
    } catch (error) {
      throw fileError(error, file, 'written');
    } finally {
      await pool.close();
    }
    return exitCodes.ok;
  },
};

async function write(
  target: Target,
  pool: TransferPool,
  file: string,
  flags: Flags,
  context: Context,
): Promise<number> {
  const { output } = context;
  const progress = new Progress(output, showCount, flags.json);
  const whenInterrupted = target.kind === 'file' ? goesOn : 'What was written is not whole.';
  const use = {
    clientType: 'ReportingEngine',
    reconnect: true,
    // But a reader of the export itself.
    needsNoReader: target.kind !== 'stdout',
    whenInterrupted,
  } as const;
  const { queue, format } = flags;
  const what = {
    pool,
    queue,
    format: formatOf(file, format),
    onProgress: (done: number, expected: number) => progress.update(done, Math.max(done, expected)),
  };
  let written = 0;
  const run = (act: (client: Client, signal: AbortSignal) => Promise<number>): Promise<void> =>
    withClient(flags, use, context, async (client, signal) => {
      written = await act(client, signal);
    });
  if (target.kind === 'file') {
    await run((client, signal) => exportFile({ ...what, client, signal, file: target.path }));
  } else if (target.kind === 'stdout') {
    const options = { ...what, write: writerOf(output) };
    await run((client, signal) => exportStream({ ...options, client, signal }));
  } else {
    // Before signals are caught: to open a pipe waits for who reads it.
    const device = await openDevice(target.path);
    try {
      const options = {
        ...what,
        write: (bytes: Uint8Array) => device.appendFile(bytes).then(() => true),
      };
      await run((client, signal) => exportStream({ ...options, client, signal }));
    } finally {
      await device.close();
    }
  }
  return written;
}

/** Writes whole lines to stdout, as fast as it takes them. */
const writerOf = (output: Output): StreamExportOptions['write'] => {
  const withoutLineFeed = (bytes: Uint8Array): string =>
    readUtf8(bytes, 0, bytes.length - 1) as string;
  return async (bytes) => output.line(withoutLineFeed(bytes));
};
