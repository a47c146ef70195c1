/**
 * Notices that the reader of a pipe has gone while nothing is written:
 * `ixion events --follow | head -2`. Node sees it only when it writes. GNU tail watches its own
 * stdout and dies of SIGPIPE then; without one the next write finds out, as ever.
 */
import { spawn } from 'node:child_process';
import { fstatSync } from 'node:fs';
import type { Output } from './output.js';

const stdout = 1;

/** Watches until `over` is aborted; calls back once if the reader is gone. */
export function watchReader(output: Output, over: AbortSignal, gone: () => void): void {
  if (output.terminal || over.aborted || !isPipe()) return;
  // Ends with us, however we end.
  const watcher = spawn('tail', ['-f', `--pid=${process.pid}`, '/dev/null'], {
    stdio: ['ignore', stdout, 'ignore'],
  });
  const end = (): void => void watcher.kill('SIGKILL');
  watcher.on('error', () => undefined);
  watcher.on('exit', (_code, signal) => {
    over.removeEventListener('abort', end);
    if (signal === 'SIGPIPE') gone();
  });
  over.addEventListener('abort', end);
  watcher.unref();
}

function isPipe(): boolean {
  try {
    return fstatSync(stdout).isFIFO();
  } catch {
    // Closed by whoever started us.
    return false;
  }
}
