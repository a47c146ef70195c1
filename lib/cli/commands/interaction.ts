/** `ixion interaction`: one verb per request about an interaction. */
import { UsageError } from '../command.js';
import type { ExitCode } from '../exit-codes.js';
import type { Output } from '../output.js';

export async function run(argv: readonly string[], output: Output): Promise<ExitCode> {
  throw new UsageError(`${argv.join(' ')} ${String(output.terminal)}`);
}
