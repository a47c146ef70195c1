/** Processes of a bench: children that are spoken to, and the time that any process used. */
import { fork, type ChildProcess } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import { isAbsolute } from 'node:path';
import { fileURLToPath } from 'node:url';
import { serverNodeFlags } from '../../lib/cli/node-flags.js';

/**
 * A child that answers each message with one message; `bench/support/serve.ts` is its other end.
 */
export class Child {
  readonly pid: number;
  readonly #process: ChildProcess;
  readonly #waiting: { resolve(answer: unknown): void; reject(error: Error): void }[] = [];

  /**
   * Clients and floors run with the flags of the server: on few processors each one's collector
   * costs all of them.
   * @param module relative to `bench`, or a whole path; ending in `.js`
   */
  constructor(module: string, childArguments: readonly string[] = []) {
    const path = isAbsolute(module)
      ? module
      : fileURLToPath(new URL(`../${module}`, import.meta.url));
    this.#process = fork(path, childArguments, {
      execArgv: [...serverNodeFlags],
      env: cleanEnvironment(),
    });
    this.pid = this.#process.pid ?? 0;
    this.#process.on('message', (answer) => this.#waiting.shift()?.resolve(answer));
    this.#process.on('exit', (code, signal) => {
      const error = new Error(`${module} ended (${code ?? signal})`);
      for (const { reject } of this.#waiting.splice(0)) reject(error);
    });
  }

  ask<Answer>(message: object): Promise<Answer> {
    return new Promise<Answer>((resolve, reject) => {
      this.#waiting.push({ resolve: resolve as (answer: unknown) => void, reject });
      this.#process.send(message);
    });
  }

  /** Ends the child, which ends by itself when nobody speaks to it any more. */
  async end(): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return;
    const exited = new Promise((resolve) => this.#process.once('exit', resolve));
    if (this.#process.connected) this.#process.disconnect();
    await exited;
  }
}

/** The environment without what would change a daemon or slow a child down. */
export function cleanEnvironment(): NodeJS.ProcessEnv {
  const isOurs = (name: string): boolean => name.startsWith('IXION_') || name === 'NODE_OPTIONS';
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !isOurs(name)));
}

/**
 * Microseconds of processor time of a process so far: its main thread, and all its other threads.
 */
export interface ProcessorTime {
  readonly mainUs: number;
  readonly otherUs: number;
}

/** Zero where there is no /proc. */
export function processorTime(pid: number): ProcessorTime {
  let mainUs = 0;
  let otherUs = 0;
  for (const [thread, us] of threadTimes(pid)) {
    if (thread === String(pid)) mainUs += us;
    else otherUs += us;
  }
  return { mainUs, otherUs };
}

/**
 * Microseconds of processor time so far, by thread of a process; that of the process
 * is its main thread.
 */
export const threadTimes = (pid: number): ReadonlyMap<string, number> =>
  new Map(
    threadsOf(pid).map((thread) => [
      thread,
      Number(readOr(`/proc/${pid}/task/${thread}/schedstat`).split(' ')[0]) / 1_000,
    ]),
  );

function threadsOf(pid: number): string[] {
  try {
    return readdirSync(`/proc/${pid}/task`);
  } catch {
    return [];
  }
}

function readOr(file: string): string {
  try {
    return readFileSync(file, 'latin1');
  } catch {
    // The thread has just ended.
    return '0';
  }
}
