/** `ixion shutdown`: stops a running server in order and waits until it is gone. */
import { setTimeout as sleep } from 'node:timers/promises';
import { IxionError } from '../../errors.js';
import { adminAddress, askAdmin } from '../admin-client.js';
import { commonFlags, readArguments, readDuration } from '../arguments.js';
import { ExitError } from '../command.js';
import { type ExitCode, exitCodes } from '../exit-codes.js';
import type { Output } from '../output.js';

const help = `Usage: ixion shutdown [--drain TIME] [--admin HOST:PORT] [--json]

Stops a running server: it takes nothing new, answers what is in flight, closes its store. Returns
when it is gone.

  --drain TIME       longest wait for requests in flight, as 500ms, 30s or 2m (default: the server's
                     option drainMs)
  --admin HOST:PORT  its admin address, by default 127.0.0.1:7489 (IXION_ADMIN)
  --json             one JSON object

IXION_TOKEN is the token of an admin or operator, where applications have credentials; IXION_TLS=1 and
IXION_TLS_CA=FILE are for a server that speaks TLS.`;

const pollMs = 50;
/** What a stop may take beyond its drain before something is wrong. */
const marginMs = 30_000;
/** The longest drain that a server takes. */
const drainMsMax = 3_600_000;

export async function run(argv: readonly string[], output: Output): Promise<ExitCode> {
  const flags = { admin: { type: 'string' }, drain: { type: 'string' } } as const;
  const { values } = readArguments('shutdown', argv, { ...commonFlags, ...flags });
  if (values.help) {
    output.text(`${help}\n`);
    return exitCodes.ok;
  }
  const drainMs = values.drain === undefined ? undefined : readDuration('--drain', values.drain);
  const address = adminAddress(values.admin);
  const body = drainMs === undefined ? {} : { drainMs };
  const { pid } = (await askAdmin(address, '/shutdown', body)) as { pid: number };
  await untilGone(address, pid, performance.now() + (drainMs ?? drainMsMax) + marginMs);
  output.text(values.json ? `${JSON.stringify({ stopped: true, pid })}\n` : 'ixion stopped\n');
  return exitCodes.ok;
}

/** The admin listener is the last to go; a successor at the same address is another process. */
async function untilGone(address: string, pid: number, deadline: number): Promise<void> {
  while (performance.now() < deadline) {
    const life = await askAdmin(address, '/livez').catch((error: unknown) => {
      if (error instanceof IxionError) return undefined;
      throw error;
    });
    if ((life as { pid?: number } | undefined)?.pid !== pid) return;
    await sleep(pollMs);
  }
  throw new ExitError(exitCodes.tryAgain, `the server (process ${pid}) has not stopped yet.`);
}
