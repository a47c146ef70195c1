/**
 * The command `ixion`: runs one command line and exits with its code. What calls it is
 * `lib/start/launch.ts`.
 */
import { ExitError } from './command.js';
import { exitCodes } from './exit-codes.js';
import { noInterruption, takeSignals } from './interruption.js';
import { createOutput, type Output, standardOutput } from './output.js';
import { reportError } from './report-error.js';
import { runCommandLine } from './run.js';
import { unknownVariables } from './variables.js';
import type { EarlyThreads } from '../start/early-threads.js';

/**
 * Runs one command line, without the names of Node and the script.
 * @param threads for a server that the command may start in this process
 */
export async function main(argv: readonly string[], threads?: EarlyThreads): Promise<void> {
  const output = createOutput(standardOutput(), process.stderr);
  const json = wantsJson(argv);
  const isServer = argv[0] === 'start';
  if (!isServer) warn(output, json);
  // A server stops in order, and takes its signals itself.
  const interruption = isServer
    ? noInterruption
    : takeSignals((error) => void reportError(error, output, json));
  try {
    process.exitCode = await runCommandLine(argv, { output, threads, interruption });
  } catch (error) {
    process.exitCode = reportError(error, output, json);
  } finally {
    const failure = await output.failure();
    if (failure !== undefined) {
      const what = `stdout cannot be written: ${failure.message}; what was printed is not whole`;
      const code = reportError(new ExitError(exitCodes.commitFailure, what), output, json);
      if (process.exitCode === exitCodes.ok) process.exitCode = code;
    }
    // Nothing may end the process while a thread loads its native parts.
    await threads?.dismiss();
  }
}

/** Also of a command line that is wrong: its errors are for a program. */
function wantsJson(argv: readonly string[]): boolean {
  const end = argv.indexOf('--');
  return argv.slice(0, end < 0 ? undefined : end).includes('--json');
}

/** Tells of variables that were meant for us and mean nothing; `start` tells its log. */
function warn(output: Output, json: boolean): void {
  for (const message of unknownVariables(process.env)) {
    output.error(json ? JSON.stringify({ warning: { message } }) : `ixion: warning: ${message}`);
  }
}
