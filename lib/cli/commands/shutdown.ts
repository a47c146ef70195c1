/** `ixion shutdown`: stops a running server in order and waits until it is gone. */
import { setTimeout as sleep } from 'node:timers/promises';
import { IxionError } from '../../errors.js';
import { type AdminFlags, askAdmin } from '../admin-client.js';
import { ExitError, type HandlersOf } from '../command.js';
import { exitCodes } from '../exit-codes.js';
import type { shutdown as shutdownTable } from '../table/shutdown.js';

const pollMs = 50;
/** What a stop may take beyond its drain before something is wrong. */
const marginMs = 30_000;
/** The longest drain that a server takes. */
const drainMsMax = 3_600_000;

export const handlers: HandlersOf<typeof shutdownTable> = {
  async ''({ flags }, { output }) {
    const { drain: drainMs } = flags;
    const body = drainMs === undefined ? {} : { drainMs };
    const { pid } = (await askAdmin(flags, '/shutdown', body)) as { pid: number };
    await untilGone(flags, pid, performance.now() + (drainMs ?? drainMsMax) + marginMs);
    output.text(flags.json ? `${JSON.stringify({ stopped: true, pid })}\n` : 'ixion stopped\n');
    return exitCodes.ok;
  },
};

/** The admin listener is the last to go; a successor at the same address is another process. */
async function untilGone(flags: AdminFlags, pid: number, deadline: number): Promise<void> {
  while (performance.now() < deadline) {
    const life = await askAdmin(flags, '/livez').catch((error: unknown) => {
      if (error instanceof IxionError) return undefined;
      throw error;
    });
    if ((life as { pid?: number } | undefined)?.pid !== pid) return;
    await sleep(pollMs);
  }
  throw new ExitError(exitCodes.tryAgain, `the server (process ${pid}) has not stopped yet.`);
}
