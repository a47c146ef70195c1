/** `ixion man`: the manual page. */
import { readVersion } from '../../server/version.js';
import { allCommands } from '../all-tables.js';
import type { HandlersOf } from '../command.js';
import { exitCodes } from '../exit-codes.js';
import { manualPage } from '../manual.js';
import type { man } from '../table/shell.js';

export const handlers: HandlersOf<typeof man> = {
  async ''(_input, { output }) {
    output.text(manualPage(await allCommands(), readVersion()));
    return exitCodes.ok;
  },
};
