/**
 * `ixion config`: the configuration file of the daemon, and the configuration objects of a server.
 */
import { ConfigurationError } from '../../config/configuration.js';
import { checkFile } from '../check-file.js';
import type { HandlersOf } from '../command.js';
import { applyFile, exportObjects, history, rollback, showFile } from '../config-verbs.js';
import { type ExitCode, exitCodes } from '../exit-codes.js';
import type { Output } from '../output.js';
import type { config } from '../table/config.js';

export const handlers: HandlersOf<typeof config> = {
  check: ({ arguments: { file }, flags }, { output }) => check(file, flags.json, output),
  export: ({ arguments: { file }, flags }, { output }) =>
    exportObjects(file, flags.version, { ...flags, output }),
  diff: ({ arguments: { file }, flags }, { output }) =>
    showFile(file, { ...flags, prune: true }, { ...flags, output }),
  apply: ({ arguments: { file }, flags }, { output }) =>
    flags.dryRun
      ? showFile(file, { ...flags, exitCode: false }, { ...flags, output })
      : applyFile(file, flags, { ...flags, output }),
  history: ({ arguments: { version }, flags }, { output }) =>
    history(version, flags.count, { ...flags, output }),
  rollback: ({ arguments: { version }, flags }, { output }) =>
    rollback(version, flags, { ...flags, output }),
};

async function check(file: string, json: boolean, output: Output): Promise<ExitCode> {
  try {
    const { processes, queues, notes } = await checkFile(file);
    if (json) output.text(`${JSON.stringify({ valid: true, file, faults: [], queues, notes })}\n`);
    else output.text(`${file} is right: ${processes} processes, ${queues} queues\n${lines(notes)}`);
    return exitCodes.ok;
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    if (json) {
      output.text(`${JSON.stringify({ valid: false, file, faults: error.faults })}\n`);
    } else output.error(error.message);
    return exitCodes.configuration;
  }
}

const lines = (notes: readonly string[]): string => notes.map((note) => `${note}\n`).join('');
