/** How a program starts a server: the options are checked first, as a file would be. */
import type { BusinessProcessDeclaration, QueueDeclaration } from '../config/configuration.js';
import { checkStartOptions } from '../config/start-schema.js';
import { creations } from '../data/directory.js';
import type { StartOptions } from './options.js';
import type { Server } from './server.js';
import { startServer as start } from './start.js';

/** The options of a program: as `StartOptions`, and as short as a file may be. */
export interface ServerOptions extends Omit<StartOptions, 'businessProcesses' | 'placements'> {
  /** Business processes whose queues are made if they are not there; a queue may be its name. */
  readonly businessProcesses?:
    | readonly (Omit<BusinessProcessDeclaration, 'queues'> & {
        readonly queues: readonly (string | QueueDeclaration)[];
      })[]
    | undefined;
  /** Partitions by the name of a placement, one or several. */
  readonly placements?: Readonly<Record<string, number | readonly number[]>> | undefined;
}

/**
 * Starts a server and resolves when clients are served.
 * @throws {IxionError} OptionInvalid for options that are not what they should be, naming each by
 *   its path with its remedy; nothing was done then
 * @throws {StartRefused} when it may not or cannot start; nothing is left running then
 */
export async function startServer(options: ServerOptions): Promise<Server> {
  return start(checkStartOptions(options, creations) as StartOptions);
}
