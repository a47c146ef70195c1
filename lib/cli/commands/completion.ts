/** `ixion completion SHELL`. */
import { allCommands } from '../all-tables.js';
import type { HandlersOf } from '../command.js';
import { completionOf } from '../completion.js';
import { exitCodes } from '../exit-codes.js';
import type { completion } from '../table/shell.js';

export const handlers: HandlersOf<typeof completion> = {
  async ''({ arguments: { shell } }, { output }) {
    output.text(completionOf(shell, await allCommands()));
    return exitCodes.ok;
  },
};
