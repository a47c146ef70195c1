/**
 * Ways to end the process. An exit in the ordinary way joins the worker threads, and can hang on
 * one that has commits in flight; so it stands alone only where none has.
 */

/** Ends at once, by the kernel. What was acknowledged is on disk. */
export function killOurselves(): void {
  process.kill(process.pid, 'SIGKILL');
}

/** Ends as the signal does for a program that does not handle it, but without a dump of memory. */
export function dieOf(caught: NodeJS.Signals): void {
  const signal = caught === 'SIGQUIT' || caught === 'SIGXCPU' ? 'SIGTERM' : caught;
  process.removeAllListeners(signal);
  process.kill(process.pid, signal);
}

/**
 * A process beside us that kills us after so many seconds, unless we are gone. It looks whether it
 * still is our child: after our end the number could be another process's.
 */
function startWatchdog(seconds: number): void {
  const script =
    'sleep "$1"; read -r _ _ _ parent _ < /proc/$$/stat; [ "$parent" = "$2" ] && kill -9 "$2"';
  const watchdogArguments = ['-c', script, 'ixion-watchdog', String(seconds), String(process.pid)];
  // Loaded only now: a start has no use for it.
  const { spawn } = process.getBuiltinModule('node:child_process');
  const watchdog = spawn('/bin/sh', watchdogArguments, { stdio: 'ignore', detached: true });
  watchdog.on('error', () => undefined);
  watchdog.unref();
}

/**
 * Exits after a stop in order: no thread commits, so nothing hangs. To return instead would take
 * the heap of the main thread apart object by object; the system takes all of it at once.
 */
export function exitStopped(code: number): never {
  process.exit(code);
}

/** Exits with a code after a failure; if that hangs, the watchdog kills us. */
export function exitGuarded(code: number): void {
  startWatchdog(3);
  process.exit(code);
}
