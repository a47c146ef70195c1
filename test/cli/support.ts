/** Runs commands of the CLI, in this process or in one of their own. */
import { spawn, type ChildProcess } from 'node:child_process';
import { noInterruption } from '../../lib/cli/interruption.js';
import { launcher } from '../../lib/cli/node-flags.js';
import type { Output } from '../../lib/cli/output.js';
import { reportError } from '../../lib/cli/report-error.js';
import { runCommandLine } from '../../lib/cli/run.js';

/** What a command did. */
export interface Outcome {
  readonly code: number | null;
  readonly out: string;
  readonly error: string;
}

/** Runs a command in this process. */
export async function runHere(name: string, ...argv: readonly string[]): Promise<Outcome> {
  let [out, error] = ['', ''];
  const output: Output = {
    terminal: false,
    gone: new AbortController().signal,
    text: (text) => void (out += text),
    error: (text) => void (error += `${text}\n`),
    line: (text) => ((out += `${text}\n`), true),
  };
  let code: number;
  try {
    code = await runCommandLine([name, ...argv], { output, interruption: noInterruption });
  } catch (problem) {
    code = reportError(problem, output, argv.includes('--json'));
  }
  return { code, out, error };
}

/** Starts the command as a user would; without the loaders that the test runner puts into Node. */
export function start(argv: readonly string[], env: Record<string, string> = {}): ChildProcess {
  const { NODE_OPTIONS: _, ...clean } = process.env;
  return spawn(process.execPath, [launcher, ...argv], { env: { ...clean, ...env } });
}

/** Runs the command to its end. */
export function runChild(argv: readonly string[], env?: Record<string, string>): Promise<Outcome> {
  return outcomeOf(start(argv, env));
}

/** What a child has done when it is over. */
export function outcomeOf(child: ChildProcess): Promise<Outcome> {
  let [out, error] = ['', ''];
  child.stdout!.on('data', (chunk) => (out += String(chunk)));
  child.stderr!.on('data', (chunk) => (error += String(chunk)));
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, out, error })));
}
