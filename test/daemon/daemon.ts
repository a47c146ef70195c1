/** The real command in a process of its own, as a user starts it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { launcher } from '../../lib/cli/node-flags.js';

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Command {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
  stdout(): string;
  stderr(): string;
  /** Resolves when the output so far holds a match; rejects when the process ends without. */
  says(pattern: RegExp): Promise<RegExpExecArray>;
}

/** The test runner's hooks and the user's own settings do not reach the command. */
function cleanEnvironment(extra: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const own = Object.entries(process.env).filter(
    ([name]) => name !== 'NODE_OPTIONS' && !/^(TAP|IXION|NODE_V8)_/.test(name),
  );
  return { ...Object.fromEntries(own), ...extra };
}

/** Starts `ixion ...`; `wrapper`: a program, with its arguments, that starts it. */
export function ixion(
  commandArguments: readonly string[],
  environment: NodeJS.ProcessEnv = {},
  wrapper: readonly string[] = [],
  file = launcher,
): Command {
  const [program, ...words] = [...wrapper, process.execPath, file, ...commandArguments] as [string];
  const child = spawn(program, words, {
    env: cleanEnvironment(environment),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  const watchers = new Set<() => void>();
  const notice = (): void => {
    for (const watcher of watchers) watcher();
  };
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    stdout += chunk;
    notice();
  });
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    stderr += chunk;
    notice();
  });
  const ended = new Promise<Ended>((resolve) => {
    child.once('close', (code, signal) => resolve({ code, signal, stdout, stderr }));
  });
  const says = (pattern: RegExp): Promise<RegExpExecArray> =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        const found = pattern.exec(stdout) ?? pattern.exec(stderr);
        if (found === null) return;
        watchers.delete(look);
        resolve(found);
      };
      watchers.add(look);
      look();
      void ended.then(({ code, signal }) =>
        reject(new Error(`ended with ${code ?? signal} without ${pattern}: ${stdout}${stderr}`)),
      );
    });
  return { child, ended, says, stdout: () => stdout, stderr: () => stderr };
}

/** Runs `ixion ...` to its end. */
export function ixionToEnd(
  commandArguments: readonly string[],
  environment: NodeJS.ProcessEnv = {},
): Promise<Ended> {
  return ixion(commandArguments, environment).ended;
}

/** A daemon that is ready. */
export interface Daemon extends Command {
  readonly listen: string;
  readonly admin: string;
  /** Ends it by SIGKILL if it has not ended. */
  kill(): Promise<void>;
}

/** Starts `ixion start` on free ports and waits until it is ready. */
export const startDaemon = (
  startArguments: readonly string[],
  environment: NodeJS.ProcessEnv = {},
): Promise<Daemon> => startDaemonOf(launcher, startArguments, environment);

/** The same of another copy of what is launched. */
export async function startDaemonOf(
  file: string,
  startArguments: readonly string[],
  environment: NodeJS.ProcessEnv = {},
): Promise<Daemon> {
  const ports = ['--listen', '127.0.0.1:0', '--admin', '127.0.0.1:0'];
  const command = ixion(['start', ...ports, ...startArguments], environment, [], file);
  const [, listen = ''] = await command.says(/ixion ready on (\S+) in \d+ ms/);
  const [, admin = ''] = await command.says(/admin on (\S+)\n/);
  return {
    ...command,
    listen,
    admin,
    async kill() {
      command.child.kill('SIGKILL');
      await command.ended;
    },
  };
}
