/** `ixion simulate`: drives a running server through a recorded day; see docs/simulate.md. */
import { readFile } from 'node:fs/promises';
import { systemClock } from '../../clock.js';
import {
  type ContactRecord,
  type FleetOptions,
  openFleet,
  QueuesNotEmptyError,
  readRecords,
  RecordFileError,
  simulateDay,
} from '../../simulate/index.js';
import { isFault, placeOf, readUtf8 } from '../../text/index.js';
import { tlsOfFlags } from '../access.js';
import { ExitError, type HandlersOf, UsageError } from '../command.js';
import { exitCodes, type ExitCode } from '../exit-codes.js';
import type { Output } from '../output.js';
import { printReport, progressLine } from '../simulation-output.js';
import type { simulate as simulateTable } from '../table/simulate.js';
import type { FlagsOf } from '../table/types.js';

type Flags = FlagsOf<(typeof simulateTable.verbs)['']>;

export const handlers: HandlersOf<typeof simulateTable> = {
  '': ({ arguments: { file }, flags }, { output }) => simulate(file, flags, output),
};

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
  let bytes: Uint8Array;
  try {
    bytes = await readFile(file);
  } catch (error) {
    throw new ExitError(exitCodes.data, `${file} cannot be read: ${(error as Error).message}`);
  }
  const text = readUtf8(bytes);
  if (isFault(text)) {
    const { line } = placeOf(bytes, text.position);
    throw new ExitError(exitCodes.data, `${file}:${line}: ${text.what}; ${text.remedy}`);
  }
  try {
    return readRecords(text);
  } catch (error) {
    if (!(error instanceof RecordFileError)) throw error;
    throw new ExitError(exitCodes.data, `${file}:\n${error.message}`);
  }
}
