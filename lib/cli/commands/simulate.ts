/** `ixion simulate`: drives a running server through a recorded day; see docs/simulate.md. */
import { readFile } from 'node:fs/promises';
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { systemClock } from '../../clock.js';
import {
  type ContactRecord,
  openFleet,
  QueuesNotEmptyError,
  readRecords,
  RecordFileError,
  simulateDay,
  type SimulationMode,
  simulationModes,
} from '../../simulate/index.js';
import { ExitError, UsageError } from '../command.js';
import { exitCodes, type ExitCode } from '../exit-codes.js';
import type { Output } from '../output.js';
import { printReport, progressLine } from '../simulation-output.js';

interface Flags {
  readonly server?: string;
  readonly speed: number;
  readonly mode: SimulationMode;
  readonly break: number;
  readonly seed: number;
  readonly process: string;
  readonly json: boolean;
}

export async function run(argv: readonly string[], output: Output): Promise<ExitCode> {
  const command = simulateCommand(output);
  try {
    command.parse(argv, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return exitCodes.ok;
    throw new UsageError(error.message.replace(/^error: /, ''));
  }
  const flags = command.opts<Flags>();
  const [file = ''] = command.args;
  const records = await readFileOfRecords(file);
  const progress = progressLine(process.stderr);
  try {
    const report = await simulateDay({
      records,
      mode: flags.mode,
      speed: flags.speed,
      breakSeconds: flags.break,
      seed: flags.seed,
      process: flags.process,
      clock: systemClock,
      openFleet: (agentNames) => openFleet(flags.server ?? process.env['IXION_SERVER'], agentNames),
      onProgress: progress.show,
    });
    progress.clear();
    return printReport(report, flags, output);
  } catch (error) {
    progress.clear();
    if (error instanceof QueuesNotEmptyError) throw new ExitError(exitCodes.data, error.message);
    throw error;
  }
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

function simulateCommand(output: Output): Command {
  return new Command('ixion simulate')
    .description('Drives a running server through a recorded day of a contact centre.')
    .argument('<file>', 'records of contacts, comma-separated')
    .option('--server <host:port>', 'the server (default: $IXION_SERVER or 127.0.0.1:7488)')
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
        .argParser(duration)
        .default(600, '10m'),
    )
    .option('--seed <n>', 'for what mode order draws', wholeNumber, 1)
    .option('--process <name>', 'business process with the queues', 'demo')
    .option('--json', 'one JSON object instead of the table', false)
    .addHelpText('after', '\nExit code 0: every contact ended and the server counted the same.')
    .allowExcessArguments(false)
    .exitOverride()
    .configureOutput({ writeOut: (text) => output.text(text), writeErr: () => undefined });
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

/** Seconds. @throws {InvalidArgumentError} */
function duration(text: string): number {
  const match = /^(\d{1,6})(s|m|h)?$/.exec(text);
  if (match === null) throw new InvalidArgumentError('Not a time such as 90s, 10m or 1h.');
  const unit = { s: 1, m: 60, h: 3_600 }[match[2] ?? 's'] ?? 1;
  return Number(match[1]) * unit;
}
