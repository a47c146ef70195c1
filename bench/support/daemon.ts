/** The real server, started as users start it, on ports of its own. */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { launcher, serverNodeFlags } from '../../lib/cli/node-flags.js';
import { nowMs } from './clock.js';
import { cleanEnvironment } from './processes.js';
import { queueNames } from './record.js';

/** Arguments of Node for a command of `ixion`. */
export const commandLine = (...words: string[]): string[] => [launcher, ...words];

/** The exit code of `ixion store verify`: 0 when nothing is wrong. */
export const verifyStore = (data: string): number | null =>
  spawnSync(process.execPath, commandLine('store', 'verify', '--data', data), {
    env: cleanEnvironment(),
  }).status;

/** A server for a bench. */
export interface DaemonOptions {
  readonly directory: string;
  /** Absent: a free port. */
  readonly port?: number;
  /** Make the store. */
  readonly create?: boolean;
  readonly configuration?: string;
}

const running = new Set<Daemon>();

/** Ends what a bench that failed has left running. */
export async function killDaemons(): Promise<void> {
  for (const daemon of running) await daemon.kill();
}

/** A process of the server. */
export class Daemon {
  readonly pid: number;
  /** The data directory. */
  readonly data: string;
  /** Resolves with HOST:PORT when it is ready. */
  readonly ready: Promise<string>;
  /** By `nowMs`, immediately before the fork. */
  readonly launchedAtMs: number;
  readonly #process: ChildProcess;
  readonly #exited: Promise<void>;
  #output = '';
  #errors = '';

  constructor({ directory, port = 0, create = false, configuration }: DaemonOptions) {
    this.data = join(directory, 'data');
    const daemonArguments = ['start', '--data', this.data];
    daemonArguments.push('--listen', `127.0.0.1:${port}`, '--admin', '127.0.0.1:0');
    if (create) daemonArguments.push('--init');
    if (configuration !== undefined) daemonArguments.push('--config', configuration);
    this.launchedAtMs = nowMs();
    this.#process = spawn(process.execPath, [...serverNodeFlags, launcher, ...daemonArguments], {
      env: cleanEnvironment(),
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.pid = this.#process.pid ?? 0;
    this.#exited = new Promise((resolve) => this.#process.once('exit', () => resolve()));
    running.add(this);
    void this.#exited.then(() => running.delete(this));
    this.ready = this.#whenReady();
  }

  /** Milliseconds by name of a phase, as the server printed them. */
  get phases(): Record<string, number> {
    const line = /^phases (.*)$/m.exec(this.#output)?.[1] ?? '';
    return Object.fromEntries(
      [...line.matchAll(/(\w+) ([\d.]+) ms/g)].map(([, name, ms]) => [name, Number(ms)]),
    );
  }

  /** HOST:PORT of the admin listener, once it is ready. */
  get admin(): string {
    return /admin on (\S+)/.exec(this.#output)?.[1] ?? '';
  }

  /** Worker threads, as the server printed them. */
  get threads(): number {
    return Number(/partitions? on (\d+) threads?/.exec(this.#output)?.[1] ?? 1);
  }

  /**
   * Lines of the error output that are no line of the server's log: JSON, words
   * before that is loaded.
   */
  get strangeLines(): readonly string[] {
    const isOfLog = /^(\{|(debug|info|warn|error) |$)/;
    return this.#errors.split('\n').filter((line) => !isOfLog.test(line));
  }

  /** Lines of the server's log that warn or tell of an error. */
  get warnings(): readonly string[] {
    return this.#errors.split('\n').filter((line) => /^(\{"level":[45]0|(warn|error) )/.test(line));
  }

  /**
   * Sends TERM; resolves with the milliseconds until the process is gone.
   * @throws {Error} when it does not end in order
   */
  async stop(): Promise<number> {
    const startMs = nowMs();
    this.#process.kill('SIGTERM');
    await this.#exited;
    const ms = nowMs() - startMs;
    const { exitCode, signalCode } = this.#process;
    if (exitCode !== 0) throw new Error(`the server ended with ${exitCode ?? signalCode}`);
    return ms;
  }

  /** Ends it by SIGKILL, at whatever it does. */
  async kill(): Promise<void> {
    this.#process.kill('SIGKILL');
    await this.#exited;
  }

  #whenReady(): Promise<string> {
    return new Promise((resolve, reject) => {
      for (const stream of [this.#process.stdout, this.#process.stderr]) {
        stream?.setEncoding('utf8').on('data', (text: string) => {
          this.#output += text;
          if (stream === this.#process.stderr) this.#errors += text;
          const address = /^ixion ready on (\S+)/m.exec(this.#output)?.[1];
          if (address !== undefined) resolve(address);
        });
      }
      this.#process.once('exit', () => reject(new Error(`the server ended: ${this.#output}`)));
    });
  }
}

/** Writes a configuration with these queues, and lines besides, and returns its path. */
export function writeConfiguration(
  directory: string,
  options: { queues: number; processes: number; partitions: number | undefined },
  more: readonly string[] = [],
): string {
  mkdirSync(directory, { recursive: true });
  const names = queueNames(options.queues);
  const lines = [...more];
  if (options.partitions !== undefined) lines.push(`partitions: ${options.partitions}`);
  lines.push('businessProcesses:');
  for (let process = 0; process < options.processes; process += 1) {
    const queues = names.filter((_, index) => index % options.processes === process);
    // Alone, a process is where the server puts it; several are made to lie apart.
    const items = queues.map((name) =>
      options.processes === 1 ? name : `{name: ${name}, partition: ${process}}`,
    );
    lines.push(`  - name: bench-${process + 1}`, `    queues: [${items.join(', ')}]`);
  }
  const file = join(directory, 'ixion.yaml');
  writeFileSync(file, `${lines.join('\n')}\n`);
  return file;
}
