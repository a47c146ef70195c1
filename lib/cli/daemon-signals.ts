/**
 * What signals do to the daemon:
 *
 *   TERM INT QUIT USR2 PWR XCPU   drain and stop; a second one, of whatever kind, stops now
 *   HUP                           reads the configuration again
 *   USR1 ALRM VTALRM IO           nothing: USR1 would open Node's debugger, the others would end it
 *
 * A stop that hangs ends by SIGKILL: what was acknowledged is on disk.
 */
import { constants } from 'node:os';
import type { Server } from '../server/server.js';
import type { DaemonLog } from './daemon-log.js';
import { dieOf, killOurselves } from './end-process.js';

const stopping = ['SIGTERM', 'SIGINT', 'SIGQUIT', 'SIGUSR2', 'SIGPWR', 'SIGXCPU'] as const;
const ignored = ['SIGUSR1', 'SIGALRM', 'SIGVTALRM', 'SIGIO'] as const;

/** Beyond the drain and the bounds within a stop, a stop hangs. */
const stopMarginMs = 25_000;

/** @param drainMs bound on the wait for requests in flight, of a stop by a signal */
export function handleSignals(starting: Promise<Server>, log: DaemonLog, drainMs: number): void {
  let isStopping = false;
  const stop = (signal: NodeJS.Signals): void => {
    if (isStopping) {
      log.lastWords();
      return dieOf(signal);
    }
    isStopping = true;
    log.info({ signal }, `${signal}: stopping; once more to stop now`);
    setTimeout(() => {
      log.lastWords();
      killOurselves();
    }, drainMs + stopMarginMs).unref();
    // A start that fails says so itself.
    void starting.then(
      (server) => server.stop(),
      () => undefined,
    );
  };
  const reload = (): void => {
    const failed = (error: unknown): void =>
      log.error({}, `the configuration is not taken: ${(error as Error).message}`);
    void starting.then(
      (server) => server.reload({ who: 'signal HUP' }).catch(failed),
      () => undefined,
    );
  };
  const on = (signal: NodeJS.Signals, act: (signal: NodeJS.Signals) => void): void => {
    // Not every system has all of them.
    if (signal in constants.signals) process.on(signal, act);
  };
  for (const signal of stopping) on(signal, stop);
  for (const signal of ignored) on(signal, () => log.info({ signal }, `${signal} does nothing`));
  on('SIGHUP', reload);
}

/**
 * Closes a debugger that USR1 opened while Node itself was starting, when no handler can be there.
 * One that the command line asked for stays.
 */
export async function closeDebugger(log: DaemonLog): Promise<void> {
  const asked = [...process.execArgv, process.env['NODE_OPTIONS'] ?? ''];
  if (asked.some((text) => text.includes('--inspect'))) return;
  const inspector = await import('node:inspector');
  if (inspector.url() === undefined) return;
  inspector.close();
  log.warn({}, 'a debugger was open, which nobody asked for at the start: closed');
}
