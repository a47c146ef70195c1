/** Signals that must not end a server, nor open it, before it has its own handlers. */
import process from 'node:process';

/**
 * Takes the place of Node's answer to USR1, a debugger that anybody on the machine can
 * reach. A server also keeps HUP from ending it: a service manager may send one as soon as
 * the process is there.
 */
export function handleEarlySignals(isServer: boolean): void {
  process.on('SIGUSR1', () => undefined);
  if (isServer) process.on('SIGHUP', () => undefined);
}
