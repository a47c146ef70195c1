/** A server in a process of its own, for commands that need one for a while. */
import { type ChildProcess, spawn } from 'node:child_process';
import { ExitError } from './command.js';
import { exitCodes } from './exit-codes.js';
import { launcher, serverNodeFlags } from './node-flags.js';

export interface ChildServer {
  readonly pid: number;
  /** HOST:PORT of its protocol listener. */
  readonly listen: string;
  /** Resolves when the process has ended, with what it said last. */
  readonly ended: Promise<string>;
  /** Asks it to drain and end, and kills it when it does not. */
  stop(): Promise<void>;
}

const startTimeoutMs = 30_000;
const stopTimeoutMs = 10_000;

/**
 * Starts `ixion start` with these arguments, on ports that the system chooses unless
 * they say others, and waits until it is ready. Settings of the user's own server
 * (`IXION_*`) do not reach it.
 * @throws {ExitError} 69 when it ends, or is not ready in time
 */
export async function startChildServer(
  startArguments: readonly string[],
  signal: AbortSignal,
): Promise<ChildServer> {
  const ports = ['--listen', '127.0.0.1:0', '--admin', '127.0.0.1:0'];
  const child = spawn(
    process.execPath,
    [...serverNodeFlags, launcher, 'start', ...ports, ...startArguments],
    {
      env: Object.fromEntries(
        Object.entries(process.env).filter(([name]) => !name.startsWith('IXION_')),
      ),
      stdio: ['ignore', 'pipe', 'pipe'],
      // A terminal's Ctrl-C reaches us alone; we stop it in order.
      detached: true,
    },
  );
  const said = lastWords(child);
  const ended = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('exit', () => resolve(said()));
  });
  const stop = (): Promise<void> => stopChild(child, ended);
  try {
    const listen = await readyAt(child, ended, signal);
    return { pid: child.pid ?? 0, listen, ended, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Keeps the end of what the child writes; also keeps its pipes empty. */
function lastWords(child: ChildProcess): () => string {
  let text = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (chunk: string) => {
      text = (text + chunk).slice(-2_000);
    });
  }
  return () => text.trim();
}

function readyAt(
  child: ChildProcess,
  ended: Promise<string>,
  signal: AbortSignal,
): Promise<string> {
  return new Promise((resolve, reject) => {
    const fail = (why: string): void =>
      reject(new ExitError(exitCodes.unavailable, `the server did not start: ${why}`));
    const timer = setTimeout(() => fail('not ready in time'), startTimeoutMs);
    const onAbort = (): void => fail('interrupted');
    signal.addEventListener('abort', onAbort, { once: true });
    let output = '';
    const settle = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', onAbort);
    };
    child.stdout?.on('data', (chunk: string) => {
      output += chunk;
      const listen = readyLine.exec(output)?.[1];
      if (listen === undefined) return;
      settle();
      resolve(listen);
    });
    void ended.then(fail).finally(settle);
  });
}

/** The one line with which `ixion start` says that it serves. */
const readyLine = /^ixion ready on (\S+:\d+) /m;

async function stopChild(child: ChildProcess, ended: Promise<string>): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), stopTimeoutMs);
  await ended;
  clearTimeout(timer);
}
