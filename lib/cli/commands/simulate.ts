/** `ixion simulate`: drives a running server through a recorded day; see docs/simulate.md. */
import { readFile, writeFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { systemClock } from '../../clock.js';
import { privateFile } from '../../disk/private.js';
import {
  agentObjects,
  AgentsMissingError,
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
  queuesOf,
  QueuesMissingError,
  QueuesNotEmptyError,
  readRecords,
  RecordFileError,
  simulateDay,
  simulateVirtualDay,
  startOfDay,
  textOfFile,
  type VirtualDayOptions,
  type VirtualDayReport,
  writeRecords,
} from '../../simulate/index.js';
import { tlsOfFlags } from '../credential-flags.js';
import { type Context, ExitError, type HandlersOf, UsageError } from '../command.js';
import { exitCodes, type ExitCode } from '../exit-codes.js';
import { fileExit } from '../file-errors.js';
import type { Output } from '../output.js';
import { toJson } from '../print.js';
import { printReport, progressLine } from '../simulation-output.js';
import type { simulate as simulateTable } from '../table/simulate.js';
import type { FlagsOf } from '../table/types.js';
import { explain, type Place } from '../wrong-place.js';

type Flags = FlagsOf<(typeof simulateTable.verbs)['']>;
type GenerateFlags = FlagsOf<(typeof simulateTable.verbs)['generate']>;

export const handlers: HandlersOf<typeof simulateTable> = {
  '': ({ arguments: { file }, flags }, context) => simulate(file, flags, context),
  agents: async ({ arguments: { file } }, { output }) => {
    output.text(agentObjects(await readFileOfRecords(file, undefined)));
    return exitCodes.ok;
  },
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
  if (flags.invite && flags.mode !== 'order') {
    throw new UsageError(
      '--invite needs --mode order: with follow everybody does what is recorded',
    );
  }
  const records = await readFileOfRecords(file, flags.date);
  const progress = progressLine(process.stderr);
  const options: WhateverServer = {
    records,
    mode: flags.mode,
    invite: flags.invite,
    breakSeconds: flags.break / 1_000,
    intervalSeconds: intervalOf(flags),
    targetSeconds: flags.serviceLevel / 1_000,
    seed: flags.seed,
    process: flags.process,
    clean: flags.clean,
    signal: interruption.claim(),
    onProgress: progress.show,
  };
  try {
    const report: DayReport & Partial<VirtualDayReport> = flags.virtual
      ? await onVirtualServer(options, flags)
      : await onRunningServer(options, flags);
    progress.clear();
    const speed = flags.virtual ? undefined : flags.speed;
    const { mode, json, seed, invite } = flags;
    const virtual = report.events && { seed, events: report.events };
    const code = await printReport(report, { mode, invite, speed, json, virtual }, output);
    await writeResults(file, report, flags);
    return code;
  } catch (error) {
    progress.clear();
    throw dayError(error, file, flags.virtual, interruption.by());
  }
}

/** What a day needs besides a server and a clock. */
type WhateverServer = Omit<VirtualDayOptions, 'server' | 'partitions' | 'line'>;

function onRunningServer(options: WhateverServer, flags: Flags): Promise<DayReport> {
  const way = { server: flags.server, application: applicationOf(flags), tls: tlsOfFlags(flags) };
  return simulateDay({
    ...options,
    speed: flags.speed,
    clock: systemClock,
    openFleet: (agentNames) =>
      openFleet(way, agentNames).catch(async (error: unknown) => {
        throw await explain(error, placeOf(flags), options.signal!);
      }),
  });
}

async function onVirtualServer(options: WhateverServer, flags: Flags): Promise<VirtualDayReport> {
  const { openVirtualServer, defaultPartitions, checkKeptData, keepStore } =
    await import('../virtual-server.js');
  const { partitions = defaultPartitions, data, seed } = flags;
  if (data !== undefined) checkKeptData(data);
  const { records, process } = options;
  const server = await openVirtualServer({
    process,
    queues: queuesOf(process, records),
    partitions,
    seed,
    startMs: startOfDay(records),
    objects: options.invite ? agentObjects(records) : undefined,
  });
  const line = (event: Readonly<Record<string, unknown>>): string => toJson(event);
  const report = await simulateVirtualDay({ ...options, server, partitions, line });
  if (data !== undefined) {
    await server.stop();
    await keepStore(server, data);
  }
  return report;
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
function dayError(
  error: unknown,
  file: string,
  isVirtual: boolean,
  signal: NodeJS.Signals | undefined,
): unknown {
  if (error instanceof QueuesNotEmptyError) {
    const remedy = 'Stop what waits there, or send the day with --mode follow.';
    return new ExitError(exitCodes.data, error.message, { remedy });
  }
  if (error instanceof AgentsMissingError) {
    const remedy = `Print them by "ixion simulate agents ${file}", and apply that by "ixion config apply --merge".`;
    return new ExitError(exitCodes.data, error.message, { remedy });
  }
  if (error instanceof QueuesMissingError) {
    return new ExitError(exitCodes.data, `${file}:\n${error.message}`);
  }
  if (!(error instanceof DayEndedEarly)) return error;
  const { timeSeconds, submitted, left, cancelled } = error;
  const kept = isVirtual
    ? 'to a virtual server that is gone with them'
    : left > 0
      ? `${left} of them are left on the server; with --clean they are stopped as Cancelled`
      : `none of them is left on the server${cancelled > 0 ? `, ${cancelled} were stopped as Cancelled` : ''}`;
  return new ExitError(
    signal === 'SIGTERM' ? exitCodes.terminated : exitCodes.interrupted,
    `interrupted at ${durationText(timeSeconds)} of the day: ${submitted} contacts were submitted, ${kept}`,
  );
}

async function writeResults(file: string, report: DayReport, flags: Flags): Promise<void> {
  const { summary, problems, contacts } = report;
  const { mode } = flags;
  const speed = flags.virtual ? undefined : flags.speed;
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
