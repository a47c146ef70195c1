/** Commander as all commands use it: strict, and with its errors as `UsageError`. */
import { Command, CommanderError } from 'commander';
import { UsageError } from './command.js';
import { exitCodes, type ExitCode } from './exit-codes.js';
import type { Output } from './output.js';

/** A command line with verbs, or without; stray arguments are refused. */
export function createProgram(name: string, description: string, output: Output): Command {
  return new Command(name)
    .description(description)
    .allowExcessArguments(false)
    .helpCommand(false)
    .exitOverride()
    .configureOutput({ writeOut: (text) => output.text(text), writeErr: () => undefined });
}

/**
 * Runs the action that the arguments name.
 * @throws {UsageError} when they name none; and what the action throws
 */
export async function runProgram(program: Command, argv: readonly string[]): Promise<ExitCode> {
  try {
    await program.parseAsync(argv, { from: 'user' });
    return exitCodes.ok;
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return exitCodes.ok;
    const message =
      error.code === 'commander.help'
        ? 'a verb is missing.'
        : error.message.replace(/^error: /, '');
    const stop = message.endsWith('.') ? '' : '.';
    throw new UsageError(`${message}${stop} See "${program.name()} --help".`);
  }
}
