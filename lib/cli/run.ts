/** One command line: its row of the table, what it says, and what its verb does. */
import { commands } from './commands/index.js';
import { type Context, UsageError } from './command.js';
import { exitCodes, type ExitCode } from './exit-codes.js';
import { parseCommandLine } from './parse.js';
import { didYouMean } from './suggest.js';

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
  if (['--help', '-h', 'help'].includes(name)) return help(rest, context);
  if (['--version', '-V'].includes(name)) {
    if (rest.length > 0) throw new UsageError(`"${rest[0]}" is one argument too many.`);
    output.text(`${await version()}\n`);
    return exitCodes.ok;
  }
  const entry = Object.hasOwn(commands, name) ? commands[name] : undefined;
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

/** `ixion help [COMMAND [VERB]]` */
async function help(words: readonly string[], { output }: Context): Promise<ExitCode> {
  const { commandHelp, mainHelp, verbHelp } = await import('./help.js');
  const [name, verb, extra] = words;
  if (name === undefined) {
    output.text(mainHelp(commands));
    return exitCodes.ok;
  }
  if (!Object.hasOwn(commands, name)) throw unknownCommand(name);
  const row = await commands[name]!.table();
  if (verb === undefined) output.text(commandHelp(row));
  else if (verb !== '' && Object.hasOwn(row.verbs, verb)) output.text(verbHelp(row, verb));
  else {
    const hint = didYouMean(verb, Object.keys(row.verbs));
    throw new UsageError(`"${name} ${verb}" is unknown.${hint}`, `See "ixion help ${name}".`);
  }
  if (extra !== undefined) throw new UsageError(`"${extra}" is one argument too many.`);
  return exitCodes.ok;
}

function unknownCommand(name: string): UsageError {
  const hint = didYouMean(name, Object.keys(commands));
  return new UsageError(`there is no command "${name}".${hint}`, 'See "ixion --help".');
}
