/** `ixion export`: writes the interactions of a running server to a file. */
import { exportFile, openPool } from '../../transfer/index.js';
import type { HandlersOf } from '../command.js';
import { exitCodes } from '../exit-codes.js';
import { Progress } from '../progress.js';
import type { exportTable } from '../table/transfer.js';
import { fileError, formatOf, goesOn, showCount } from '../transfer-options.js';
import { withClient } from '../with-client.js';

export const handlers: HandlersOf<typeof exportTable> = {
  async ''({ arguments: { file }, flags }, context) {
    const { output } = context;
    const progress = new Progress(output, showCount, flags.json);
    const pool = openPool();
    const use = {
      clientType: 'ReportingEngine',
      reconnect: true,
      needsNoReader: true,
      whenInterrupted: goesOn,
    } as const;
    try {
      await withClient(flags, use, context, async (client, signal) => {
        const written = await exportFile({
          client,
          pool,
          file,
          format: formatOf(file, flags.format),
          queue: flags.queue,
          signal,
          onProgress: (done, expected) => progress.update(done, Math.max(done, expected)),
        });
        output.text(
          flags.json
            ? `${JSON.stringify({ file, interactions: written })}\n`
            : `${file}: ${written} interactions\n`,
        );
      });
    } catch (error) {
      throw fileError(error);
    } finally {
      await pool.close();
    }
    return exitCodes.ok;
  },
};
