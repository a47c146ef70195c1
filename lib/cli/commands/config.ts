/** `ixion config`: the configuration file of the daemon, and the configuration objects of a server. */
import { ConfigurationError } from '../../config/configuration.js';
import { readConfigurationFile } from '../../config/file.js';
import { adminAddress } from '../admin-client.js';
import { commonFlags, readArguments } from '../arguments.js';
import { UsageError } from '../command.js';
import { applyFile, exportObjects, history, rollback } from '../config-verbs.js';
import { type ExitCode, exitCodes } from '../exit-codes.js';
import type { Output } from '../output.js';

const help = `Usage: ixion config check FILE [--json]
       ixion config export [FILE] [--version N]
       ixion config diff FILE [--merge]
       ixion config apply FILE [--dry-run] [--merge] [--comment TEXT]
       ixion config history [VERSION] [--count N]
       ixion config rollback VERSION [--comment TEXT]

  check     whether a configuration file of the daemon is right; nothing is started
  export    all configuration objects of a running server as YAML
  diff      what "apply" would change
  apply     make the objects what a file says, all or nothing; "-" reads from stdin
  history   the versions, newest first; or what one of them changed
  rollback  make the objects what they were in a version, as a new version

Faults are shown with their places and what to do; the exit code is 78 then, and nothing was changed.

  --merge            objects that the file does not name stay; else they are removed
  --dry-run          check, and show what would be done
  --comment TEXT     why, for the history
  --version N        the objects of an old version
  --count N          so many versions, by default 100
  --admin HOST:PORT  the admin address of the server, by default 127.0.0.1:7489 (IXION_ADMIN)
  --json             one JSON object`;

/** Arguments of each verb: those that must be there, then whether one more may. */
const verbs: Readonly<Record<string, { names: readonly string[]; optional?: boolean }>> = {
  check: { names: ['FILE'] },
  export: { names: [], optional: true },
  diff: { names: ['FILE'] },
  apply: { names: ['FILE'] },
  history: { names: [], optional: true },
  rollback: { names: ['VERSION'] },
};

const flags = {
  ...commonFlags,
  admin: { type: 'string' },
  merge: { type: 'boolean', default: false },
  'dry-run': { type: 'boolean', default: false },
  comment: { type: 'string' },
  version: { type: 'string' },
  count: { type: 'string' },
} as const;

export async function run(argv: readonly string[], output: Output): Promise<ExitCode> {
  const named = argv.find((argument) => Object.hasOwn(verbs, argument)) ?? '';
  const { names = [], optional = false } = verbs[named] ?? {};
  const positional = argv.filter((argument) => argument === '-' || !argument.startsWith('-'));
  const extra = optional && positional.length > 1 ? ['FILE or VERSION'] : [];
  const wanted = ['VERB', ...names, ...extra];
  const { values, positionals } = readArguments('config', argv, flags, wanted);
  if (values.help) {
    output.text(`${help}\n`);
    return exitCodes.ok;
  }
  const [verb = '', argument] = positionals;
  const common = { admin: adminAddress(values.admin), json: values.json, output };
  switch (verb) {
    case 'check':
      return check(argument ?? '', values.json, output);
    case 'export':
      return exportObjects(argument, values.version, common);
    case 'diff':
    case 'apply': {
      const dryRun = verb === 'diff' || values['dry-run'];
      const { merge, comment } = values;
      return applyFile(argument ?? '', { dryRun, merge, comment }, common);
    }
    case 'history':
      return history(argument, values.count, common);
    case 'rollback':
      return rollback(argument ?? '', values.comment, common);
    default: {
      const known = Object.keys(verbs).join(', ');
      throw new UsageError(`"config ${verb}" is unknown; there are: ${known}.`);
    }
  }
}

async function check(file: string, json: boolean, output: Output): Promise<ExitCode> {
  try {
    const { businessProcesses } = await readConfigurationFile(file);
    const queues = businessProcesses.reduce((count, one) => count + one.queues.length, 0);
    if (json) output.text(`${JSON.stringify({ valid: true, file, faults: [], queues })}\n`);
    else output.text(`${file} is right: ${businessProcesses.length} processes, ${queues} queues\n`);
    return exitCodes.ok;
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    if (json) {
      output.text(`${JSON.stringify({ valid: false, file, faults: error.faults })}\n`);
    } else output.error(error.message);
    return exitCodes.configuration;
  }
}
