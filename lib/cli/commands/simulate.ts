/** `ixion simulate`: drives a running server through a recorded day; see docs/simulate.md. */
import { readFile } from 'node:fs/promises';
import { InvalidArgumentError, Option } from 'commander';
import { systemClock } from '../../clock.js';
import {
  type ContactRecord,
  type FleetOptions,
  openFleet,
  QueuesNotEmptyError,
  readRecords,
  RecordFileError,
  simulateDay,
  type SimulationMode,
  simulationModes,
} from '../../simulate/index.js';
import { type AccessFlags, tlsOfFlags } from '../access.js';
import { ExitError, UsageError } from '../command.js';
import { exitCodes, type ExitCode } from '../exit-codes.js';
import { duration } from '../option-values.js';
import type { Output } from '../output.js';
import { createProgram, runProgram } from '../program.js';
import { printReport, progressLine } from '../simulation-output.js';
import { accessOptions } from '../with-client.js';

interface Flags extends AccessFlags {
  readonly server: string;
  readonly speed: number;
  readonly mode: SimulationMode;
  /** Milliseconds. */
  readonly break: number;
  readonly seed: number;
  readonly process: string;
  readonly json: boolean;
}

/** @throws {UsageError | ExitError | IxionError} */
export async function run(argv: readonly string[], output: Output): Promise<ExitCode> {
  let code: ExitCode = exitCodes.ok;
  const program = accessOptions(
    createProgram(
      'ixion simulate',
      'Drives a running server through a recorded day of a contact centre.',
      output,
    ),
  )
    .argument('<file>', 'records of contacts, comma-separated; see docs/simulate.md')
    .addOption(
      new Option('--server <host:port>', 'the server')
        .env('IXION_SERVER')
        .default('127.0.0.1:7488'),
    )
    .option('--speed <n>', 'simulated seconds per second', positiveNumber, 100)
    .addOption(
      new Option(
        '--mode <mode>',
        'follow: agents take the recorded contacts; order: what the queue gives',
      )
        .choices(simulationModes)
        .default('follow'),
    )
    .addOption(
      new Option('--break <time>', 'longer gaps of an agent are breaks: 90s, 10m, 1h')
        .argParser(duration('--break'))
        .default(600_000, '10m'),
    )
    .option('--seed <n>', 'for what mode order draws', wholeNumber, 1)
    .option('--process <name>', 'business process with the queues', 'demo')
    .option('--json', 'one JSON object instead of the table', false)
    .addHelpText(
      'after',
      '\nA server with credentials takes all clients of the day as one application of role admin.' +
        '\nExit code 0: every step was done and the server counted the same.',
    )
    .action(async (file: string, flags: Flags) => {
      code = await simulate(file, flags, output);
    });
  await runProgram(program, argv);
  return code;
}

async function simulate(file: string, flags: Flags, output: Output): Promise<ExitCode> {
  const way = { server: flags.server, application: applicationOf(flags), tls: tlsOfFlags(flags) };
  const records = await readFileOfRecords(file);
  const progress = progressLine(process.stderr);
  try {
    const report = await simulateDay({
      records,
      mode: flags.mode,
      speed: flags.speed,
      breakSeconds: flags.break / 1_000,
      seed: flags.seed,
      process: flags.process,
      clock: systemClock,
      openFleet: (agentNames) => openFleet(way, agentNames),
      onProgress: progress.show,
    });
    progress.clear();
    return await printReport(report, flags, output);
  } catch (error) {
    progress.clear();
    if (error instanceof QueuesNotEmptyError) throw new ExitError(exitCodes.data, error.message);
    throw error;
  }
}

/** @throws {UsageError} */
function applicationOf({ application: name, token }: Flags): FleetOptions['application'] {
  if (token === undefined) return undefined;
  if (name !== undefined) return { name, token };
  throw new UsageError('A token needs its application: --application or IXION_APPLICATION.');
}

async function readFileOfRecords(file: string): Promise<ContactRecord[]> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    throw new ExitError(exitCodes.data, `${file} cannot be read: ${(error as Error).message}`);
  }
  try {
    return readRecords(text);
  } catch (error) {
    if (!(error instanceof RecordFileError)) throw error;
    throw new ExitError(exitCodes.data, `${file}:\n${error.message}`);
  }
}

/** @throws {InvalidArgumentError} */
export function positiveNumber(text: string): number {
  const value = Number(text);
  if (!(value > 0 && value <= 1_000_000)) {
    throw new InvalidArgumentError('Not a number above 0 and up to 1,000,000.');
  }
  return value;
}

/** @throws {InvalidArgumentError} */
export function wholeNumber(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('Not a whole number from 0 up.');
  return Number(text);
}
