/** `ixion simulate`: drives a running server through a recorded day; see docs/simulate.md. */
import { readFile, writeFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { systemClock } from '../../clock.js';
import { privateFile } from '../../disk/private.js';
import {
  contactLog,
  type ContactRecord,
  DayEndedEarly,
  dayPage,
  type DayReport,
  durationText,
  type FleetOptions,
  generateDay,
  intervalsCsv,
  isDayOrMonth,
  openFleet,
  QueuesMissingError,
  QueuesNotEmptyError,
  readRecords,
  RecordFileError,
  simulateDay,
  textOfFile,
  writeRecords,
} from '../../simulate/index.js';
import { tlsOfFlags } from '../credential-flags.js';
import { type Context, ExitError, type HandlersOf, UsageError } from '../command.js';
import { exitCodes, type ExitCode } from '../exit-codes.js';
import { fileExit } from '../file-errors.js';
import type { Output } from '../output.js';
import { printReport, progressLine } from '../simulation-output.js';
import type { simulate as simulateTable } from '../table/simulate.js';
import type { FlagsOf } from '../table/types.js';
import { explain, type Place } from '../wrong-place.js';

type Flags = FlagsOf<(typeof simulateTable.verbs)['']>;
type GenerateFlags = FlagsOf<(typeof simulateTable.verbs)['generate']>;

export const handlers: HandlersOf<typeof simulateTable> = {
  '': ({ arguments: { file }, flags }, context) => simulate(file, flags, context),
  generate: ({ arguments: { file }, flags }, { output }) => generate(file, flags, output),
};

async function simulate(
  file: string,
  flags: Flags,
  { output, interruption }: Context,
): Promise<ExitCode> {
  if (flags.date !== undefined && !isDayOrMonth(flags.date)) {
    throw new UsageError(
      `--date: "${flags.date}" is not a day or a month such as 1999-08-31, 1999-08`,
    );
  }
  const way = { server: flags.server, application: applicationOf(flags), tls: tlsOfFlags(flags) };
  const records = await readFileOfRecords(file, flags.date);
  const progress = progressLine(process.stderr);
  const signal = interruption.claim();
  try {
    const report = await simulateDay({
      records,
      mode: flags.mode,
      speed: flags.speed,
      breakSeconds: flags.break / 1_000,
      intervalSeconds: intervalOf(flags),
      targetSeconds: flags.serviceLevel / 1_000,
      seed: flags.seed,
      process: flags.process,
      clean: flags.clean,
      clock: systemClock,
      signal,
      openFleet: (agentNames) =>
        openFleet(way, agentNames).catch(async (error: unknown) => {
          throw await explain(error, placeOf(flags), signal);
        }),
      onProgress: progress.show,
    });
    progress.clear();
    const code = await printReport(report, flags, output);
    await writeResults(file, report, flags);
    return code;
  } catch (error) {
    progress.clear();
    throw dayError(error, file, interruption.by());
  }
}

const placeOf = (flags: Flags): Place => ({
  address: flags.server,
  option: 'server',
  tls: tlsOfFlags(flags) !== undefined,
});

/** A day holds whole intervals. */
function intervalOf({ interval }: Flags): number {
  const seconds = interval / 1_000;
  if (Number.isInteger(seconds) && seconds >= 60 && 86_400 % seconds === 0) return seconds;
  throw new UsageError(
    '--interval: give a time of 1m or more of which a day has a whole number, as 30m',
  );
}

/** What ended the day, as one line with its exit code. */
function dayError(error: unknown, file: string, signal: NodeJS.Signals | undefined): unknown {
  if (error instanceof QueuesNotEmptyError) {
    const remedy = 'Stop what waits there, or send the day with --mode follow.';
    return new ExitError(exitCodes.data, error.message, { remedy });
  }
  if (error instanceof QueuesMissingError) {
    return new ExitError(exitCodes.data, `${file}:\n${error.message}`);
  }
  if (!(error instanceof DayEndedEarly)) return error;
  const { timeSeconds, submitted, left, cancelled } = error;
  const kept =
    left > 0
      ? `${left} of them are left on the server; with --clean they are stopped as Cancelled`
      : `none of them is left on the server${cancelled > 0 ? `, ${cancelled} were stopped as Cancelled` : ''}`;
  return new ExitError(
    signal === 'SIGTERM' ? exitCodes.terminated : exitCodes.interrupted,
    `interrupted at ${durationText(timeSeconds)} of the day: ${submitted} contacts were submitted, ${kept}`,
  );
}

async function writeResults(file: string, report: DayReport, flags: Flags): Promise<void> {
  const { summary, problems, contacts } = report;
  const { mode, speed } = flags;
  if (flags.csv !== undefined) await write(flags.csv, intervalsCsv(summary.intervals));
  if (flags.log !== undefined) await write(flags.log, contactLog(contacts));
  if (flags.html !== undefined) {
    await write(flags.html, dayPage(summary, { file: basename(file), mode, speed, problems }));
  }
}

/** A result is made anew with each day. @throws {ExitError} */
async function write(file: string, text: string, flag: 'w' | 'wx' = 'w'): Promise<void> {
  try {
    await writeFile(file, text, { mode: privateFile, flag });
  } catch (error) {
    throw fileExit(error, file, 'written');
  }
}

/** @throws {UsageError} */
function applicationOf({ application: name, token }: Flags): FleetOptions['application'] {
  if (token === undefined) return undefined;
  if (name !== undefined) return { name, token };
  throw new UsageError('A token needs its application: --application or IXION_APPLICATION.');
}

async function readFileOfRecords(file: string, date: string | undefined): Promise<ContactRecord[]> {
  let bytes: Uint8Array;
  try {
    bytes = await readFile(file);
  } catch (error) {
    throw fileExit(error, file, 'read');
  }
  try {
    return readRecords(textOfFile(bytes), date);
  } catch (error) {
    if (!(error instanceof RecordFileError)) throw error;
    throw new ExitError(exitCodes.data, `${file}:\n${error.message}`);
  }
}

async function generate(file: string, flags: GenerateFlags, output: Output): Promise<ExitCode> {
  const { date, days } = flags;
  if (date !== undefined && (date.length !== 10 || !isDayOrMonth(date))) {
    throw new UsageError(`--date: "${date}" is not a day such as 1999-08-31`);
  }
  if (days > 1 && date === undefined) {
    throw new UsageError('--days: more than one day needs --date, the first of them');
  }
  const text = writeRecords(generateDay(flags));
  if (file === '-') output.text(text);
  else {
    await write(file, text, 'wx');
    await output.line(`${file}: ${flags.contacts * days} contacts`);
  }
  return exitCodes.ok;
}
