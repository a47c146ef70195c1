/** Servers of peers as processes: started from their Debian packages, measured, stopped. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { closeSync, existsSync, openSync, readFileSync, readdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { nowMs } from '../support/clock.js';
import { ticksPerSecond } from '../support/machine-time.js';
import { cleanEnvironment } from '../support/processes.js';

/** What a peer is started with. */
export interface Launch {
  /** Its own; holds what it has to keep. */
  readonly directory: string;
  readonly port: number;
  /** The program and its arguments that run the server, as strace does; else none. */
  readonly wrapper: readonly string[];
}

/** A server of a peer, which may still be starting. */
export interface PeerServer {
  /** By `nowMs`, immediately before the fork. */
  readonly launchedAtMs: number;
  /** Rejects when the server ends without having been stopped, with the end of its log. */
  readonly died: Promise<never>;
  /** Seconds of processor time of its processes so far, of those that have ended too. */
  processorSeconds(): number;
  stop(): Promise<void>;
}

const killAfterMs = 60_000;
const running = new Set<ChildProcess>();

/** A bench that ends, however it does, leaves no server behind. */
process.on('exit', () => {
  for (const child of running) killGroup(child, 'SIGKILL');
});

function killGroup({ pid }: ChildProcess, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid!, signal);
  } catch {
    // It has ended.
  }
}

/** Where a program is, also if only root's path has it; undefined: nowhere. */
export function findProgram(name: string): string | undefined {
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/usr/local/sbin'];
  return folders.map((folder) => join(folder, name)).find((path) => existsSync(path));
}

/** The first number with dots in what the program says of its version. */
export function versionOf(program: string, ...versionArguments: string[]): string {
  const text = execFileSync(program, versionArguments, { encoding: 'utf8' });
  return /\d+(\.\d+)+/.exec(text)?.[0] ?? text.trim();
}

/**
 * A program as a server, in a process group of its own; its output goes to `log` in its directory.
 */
export class ServerProcess implements PeerServer {
  readonly launchedAtMs: number;
  readonly died: Promise<never>;
  readonly #child: ChildProcess;
  readonly #exited: Promise<void>;
  #isStopping = false;

  constructor(
    { directory, wrapper }: Pick<Launch, 'directory' | 'wrapper'>,
    command: readonly string[],
    environment: NodeJS.ProcessEnv = {},
  ) {
    const log = openSync(join(directory, 'log'), 'a');
    const [program = '', ...programArguments] = [...wrapper, ...command];
    this.launchedAtMs = nowMs();
    this.#child = spawn(program, programArguments, {
      cwd: directory,
      env: { ...cleanEnvironment(), ...environment },
      stdio: ['ignore', log, log],
      detached: true,
    });
    closeSync(log);
    running.add(this.#child);
    this.#exited = new Promise((resolve) => {
      this.#child.once('exit', () => {
        running.delete(this.#child);
        resolve();
      });
    });
    this.died = this.#exited.then(() => {
      if (this.#isStopping) return new Promise<never>(() => undefined);
      const text = readFileSync(join(directory, 'log'), 'utf8');
      throw new Error(`${program} ended: ${text.trim().slice(-500)}`);
    });
    // Whoever waits for the server gets it; nobody does between two questions.
    this.died.catch(() => undefined);
  }

  processorSeconds(): number {
    return treeSeconds(this.#child.pid!);
  }

  async stop(): Promise<void> {
    this.#isStopping = true;
    const timer = setTimeout(() => killGroup(this.#child, 'SIGKILL'), killAfterMs);
    this.#child.kill('SIGTERM');
    await this.#exited;
    clearTimeout(timer);
    // What it may have left in its group.
    killGroup(this.#child, 'SIGKILL');
  }
}

/** Processor time of a process and all below it, and of those whose end they have waited for. */
function treeSeconds(root: number): number {
  const processes = new Map(
    readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .flatMap((name) => {
        const stat = readStat(name);
        return stat === undefined ? [] : [[Number(name), stat] as const];
      }),
  );
  const belongs = (pid: number): boolean =>
    pid === root || (processes.has(pid) && belongs(processes.get(pid)!.parent));
  let ticks = 0;
  for (const [pid, stat] of processes) if (belongs(pid)) ticks += stat.ticks;
  return ticks / ticksPerSecond;
}

/** Fields 4 (parent) and 14 to 17 (own and waited-for time) of `/proc/PID/stat`. */
function readStat(pid: string): { parent: number; ticks: number } | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    const ticks = fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0);
    return { parent: Number(fields[1]), ticks };
  } catch {
    return undefined;
  }
}
