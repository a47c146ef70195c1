/** All rows of the table at once: for completion, the manual page and the reference. */
import { commands } from './commands/index.js';
import type { CommandRow, VerbRow } from './table/types.js';

/** In the order of the help. */
export const allCommands = (): Promise<CommandRow[]> =>
  Promise.all(Object.values(commands).map((entry) => entry.table()));

/** A verb with what it is called by. */
export interface NamedVerb {
  readonly command: CommandRow;
  /** '' for a command without verbs. */
  readonly name: string;
  /** `config apply`, `status`. */
  readonly path: string;
  readonly verb: VerbRow;
}

/** Every verb of these commands. */
export const verbsOf = (rows: readonly CommandRow[]): NamedVerb[] =>
  rows.flatMap((command) =>
    Object.entries(command.verbs).map(([name, verb]) => ({
      command,
      name,
      path: name === '' ? command.name : `${command.name} ${name}`,
      verb,
    })),
  );
