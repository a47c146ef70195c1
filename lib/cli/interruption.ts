/**
 * Ctrl-C and its like. A command that has something to put in order *claims* the signals and
 * ends by itself; any other dies of the first one, after a line that says so. A second one
 * ends every command.
 */
import { ExitError, type Interruption } from './command.js';
import { dieOf } from './end-process.js';
import { exitCodes } from './exit-codes.js';

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** A signal ended the command before it was done. */
function interruptedBy(signal: NodeJS.Signals, remedy?: string): ExitError {
  const code = signal === 'SIGINT' ? exitCodes.interrupted : exitCodes.terminated;
  return new ExitError(code, `ended by ${signal} before it was done.`, remedy ? { remedy } : {});
}

/**
 * Takes the signals of this process from now on.
 * @param unclaimed told before the process dies of a signal that the command has not claimed
 */
export function takeSignals(unclaimed: (error: ExitError) => void): Interruption {
  const controller = new AbortController();
  let isClaimed = false;
  let first: NodeJS.Signals | undefined;
  const onSignal = (name: NodeJS.Signals): void => {
    if (first !== undefined) return dieOf(name);
    first = name;
    if (!isClaimed) {
      unclaimed(interruptedBy(name));
      return dieOf(name);
    }
    return controller.abort();
  };
  for (const name of signals) process.on(name, onSignal);
  return {
    claim() {
      isClaimed = true;
      return controller.signal;
    },
    by: () => first,
    check(remedy) {
      if (first !== undefined) throw interruptedBy(first, remedy);
    },
  };
}

/** Of a command that nobody can interrupt, as in a test. */
export const noInterruption: Interruption = {
  claim: () => new AbortController().signal,
  by: () => undefined,
  check: () => undefined,
};
