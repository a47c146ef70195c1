/**
 * The command `ixion`: finds the command named first, loads it alone, and exits with its code. What
 * calls it is `lib/start/launch.ts`.
 */
import { readFile } from 'node:fs/promises';
import { commands } from './commands/index.js';
import { UsageError } from './command.js';
import { exitCodeMeanings, exitCodes, type ExitCode } from './exit-codes.js';
import { createOutput, type Output, standardOutput } from './output.js';
import { reportError } from './report-error.js';
import type { EarlyThreads } from '../start/early-threads.js';

/** The text of `ixion --help`. */
function help(): string {
  const rows = Object.entries(commands).map(([name, { about }]) => `  ${name.padEnd(13)}${about}`);
  const codes = Object.entries(exitCodeMeanings).map(([code, about]) => `${code} ${about}`);
  return [
    'Usage: ixion COMMAND [ARGUMENT ...]',
    '',
    'An open interaction server.',
    '',
    'Commands:',
    ...rows,
    '',
    '"ixion COMMAND --help" tells more. "ixion --version" prints the version.',
    `Exit codes: ${codes.join(', ')}.`,
    '',
  ].join('\n');
}

async function version(): Promise<string> {
  const file = new URL('../../../package.json', import.meta.url);
  const { version: number } = JSON.parse(await readFile(file, 'utf8')) as { version: string };
  return number;
}

async function runCommandLine(
  argv: readonly string[],
  output: Output,
  threads: EarlyThreads | undefined,
): Promise<ExitCode> {
  const [name, ...rest] = argv;
  if (name === undefined) {
    output.error(help());
    return exitCodes.usage;
  }
  if (['--help', '-h', 'help', '--version', '-V'].includes(name)) {
    if (rest.length > 0) throw new UsageError(`too many arguments for '${name}'.`);
    const text = name.endsWith('ersion') || name === '-V' ? `${await version()}\n` : help();
    output.text(text);
    return exitCodes.ok;
  }
  const entry = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (entry === undefined) throw new UsageError(`unknown command '${name}'. See "ixion --help".`);
  const { run } = await entry.load();
  return run(rest, output, threads);
}

/**
 * Runs one command line, without the names of Node and the script.
 * @param threads for a server that the command may start in this process
 */
export async function main(argv: readonly string[], threads?: EarlyThreads): Promise<void> {
  const output = createOutput(standardOutput(), process.stderr);
  try {
    process.exitCode = await runCommandLine(argv, output, threads);
  } catch (error) {
    process.exitCode = reportError(error, output);
  } finally {
    const failure = await output.failure();
    if (failure !== undefined) {
      output.error(
        `ixion: stdout cannot be written: ${failure.message}; what was printed is not whole`,
      );
      if (process.exitCode === exitCodes.ok) process.exitCode = exitCodes.commitFailure;
    }
    // Nothing may end the process while a thread loads its native parts.
    await threads?.dismiss();
  }
}
