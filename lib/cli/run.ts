/** One command line: its row of the table, what it says, and what its verb does. */
import { commands, unknownCommand } from './commands/index.js';
import { type Context, UsageError } from './command.js';
import { exitCodes, type ExitCode } from './exit-codes.js';
import { parseCommandLine } from './parse.js';

async function version(): Promise<string> {
  const { readVersion } = await import('../server/version.js');
  return readVersion();
}

/**
 * @param argv without the names of Node and the script
 * @throws {UsageError | ExitError | IxionError} for `reportError`
 */
export async function runCommandLine(argv: readonly string[], context: Context): Promise<ExitCode> {
  const [name, ...rest] = argv;
  const { output } = context;
  if (name === undefined) {
    const { mainHelp } = await import('./help.js');
    output.error(mainHelp(commands));
    return exitCodes.usage;
  }
  const isHelp = name === '--help' || name === '-h';
  if (['--version', '-V'].includes(name)) {
    if (rest.length > 0) throw new UsageError(`"${rest[0]}" is one argument too many.`);
    output.text(`${await version()}\n`);
    return exitCodes.ok;
  }
  const entry = isHelp
    ? commands['help']
    : Object.hasOwn(commands, name)
      ? commands[name]
      : undefined;
  if (entry === undefined) throw unknownCommand(name);
  const row = await entry.table();
  const parsed = parseCommandLine(row, rest, process.env);
  if (parsed.help) {
    const { commandHelp, verbHelp } = await import('./help.js');
    output.text(
      Object.hasOwn(row.verbs, parsed.verb) ? verbHelp(row, parsed.verb) : commandHelp(row),
    );
    return exitCodes.ok;
  }
  const run = (await entry.handlers())[parsed.verb]!;
  return run(parsed as never, context);
}
