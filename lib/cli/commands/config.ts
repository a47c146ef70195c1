/** `ixion config check`: whether a configuration file is right, without starting anything. */
import { ConfigurationError } from '../../config/configuration.js';
import { readConfigurationFile } from '../../config/file.js';
import { commonFlags, readArguments } from '../arguments.js';
import { UsageError } from '../command.js';
import { type ExitCode, exitCodes } from '../exit-codes.js';
import type { Output } from '../output.js';

const help = `Usage: ixion config check FILE [--json]

Checks a configuration file. All faults are shown, each with its place and what to do; the exit code
is 78 then.

  --json  one JSON object: {valid, file, faults: [{path, line, column, what, remedy}]}`;

export async function run(argv: readonly string[], output: Output): Promise<ExitCode> {
  const { values, positionals } = readArguments('config', argv, commonFlags, ['check', 'FILE']);
  if (values.help) {
    output.text(`${help}\n`);
    return exitCodes.ok;
  }
  const [verb, file = ''] = positionals;
  if (verb !== 'check') throw new UsageError(`"config ${verb}" is unknown; there is: check.`);
  try {
    const { businessProcesses } = await readConfigurationFile(file);
    const queues = businessProcesses.reduce((count, one) => count + one.queues.length, 0);
    if (values.json) output.text(`${JSON.stringify({ valid: true, file, faults: [], queues })}\n`);
    else output.text(`${file} is right: ${businessProcesses.length} processes, ${queues} queues\n`);
    return exitCodes.ok;
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    if (values.json) {
      output.text(`${JSON.stringify({ valid: false, file, faults: error.faults })}\n`);
    } else output.error(error.message);
    return exitCodes.configuration;
  }
}
