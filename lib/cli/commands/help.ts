/** `ixion help [COMMAND [VERB]]`. */
import { type HandlersOf, UsageError } from '../command.js';
import { exitCodes } from '../exit-codes.js';
import { commandHelp, mainHelp, verbHelp } from '../help.js';
import { didYouMean } from '../suggest.js';
import type { help } from '../table/shell.js';
import { commands, unknownCommand } from './index.js';

export const handlers: HandlersOf<typeof help> = {
  async ''({ arguments: { command, verb } }, { output }) {
    output.text(command === undefined ? mainHelp(commands) : await helpOf(command, verb));
    return exitCodes.ok;
  },
};

async function helpOf(name: string, verb: string | undefined): Promise<string> {
  if (!Object.hasOwn(commands, name)) throw unknownCommand(name);
  const row = await commands[name]!.table();
  if (verb === undefined) return commandHelp(row);
  if (verb !== '' && Object.hasOwn(row.verbs, verb)) return verbHelp(row, verb);
  const hint = didYouMean(verb, Object.keys(row.verbs));
  throw new UsageError(`"${name} ${verb}" is unknown.${hint}`, `See "ixion help ${name}".`);
}
