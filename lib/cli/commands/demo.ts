/**
 * `ixion demo`: a server of its own in a temporary directory, a made-up day, its table, and nothing
 * left behind.
 */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '../../clock.js';
import {
  dayDefaults,
  generateDay,
  openFleet,
  readRecords,
  simulateDay,
  writeRecords,
} from '../../simulate/index.js';
import { readUtf8 } from '../../text/index.js';
import { type Context, ExitError, type HandlersOf } from '../command.js';
import { exitCodes, type ExitCode } from '../exit-codes.js';
import type { Output } from '../output.js';
import { type ChildServer, startChildServer } from '../child-server.js';
import { printReport, progressLine } from '../simulation-output.js';
import type { demo } from '../table/simulate.js';
import type { FlagsOf } from '../table/types.js';

type Flags = FlagsOf<(typeof demo.verbs)['']>;

export const handlers: HandlersOf<typeof demo> = {
  '': ({ flags }, context) => demonstrate(flags, context),
};

async function demonstrate(flags: Flags, { output, interruption }: Context): Promise<ExitCode> {
  const say = (text: string): void => void (flags.json || output.text(`${text}\n`));
  const interrupted = interruption.claim();
  const directory = await mkdtemp(join(tmpdir(), 'ixion-demo-'));
  let server: ChildServer | undefined;
  try {
    say(`Starting a server of its own, in a process of its own; data in ${directory}.`);
    const data = join(directory, 'data');
    server = await startChildServer(['--demo', '--data', data], interrupted);
    say(`It listens at ${server.listen} (process ${server.pid}).`);
    return await runDay(flags, server, directory, interrupted, output);
  } catch (error) {
    interruption.check();
    throw error;
  } finally {
    await server?.stop();
    await rm(directory, { recursive: true, force: true });
    say('\nThe server was stopped and its directory removed.');
  }
}

async function runDay(
  flags: Flags,
  server: ChildServer,
  directory: string,
  interrupted: AbortSignal,
  output: Output,
): Promise<ExitCode> {
  // By way of a file, as with a recorded day.
  const file = join(directory, 'day.csv');
  await writeFile(file, writeRecords(generateDay(flags)));
  const records = readRecords(readUtf8(await readFile(file)) as string);
  const { contacts, speed, seed, json } = flags;
  if (!json) {
    output.text(
      `A made-up day of ${contacts} contacts (seed ${seed}) goes through it, ${speed} times faster ` +
        'than the clock:\na media server submits each contact to a menu, a router places it in the ' +
        'queue of its type,\nagents take it and stop it, and those who give up are stopped as ' +
        'abandoned.\nEach answer is on disk before the next step is taken.\n\n',
    );
  }
  const died = new AbortController();
  void server.ended.then(() => died.abort());
  const signal = AbortSignal.any([interrupted, died.signal]);
  const progress = progressLine(process.stderr);
  try {
    const report = await simulateDay({
      ...dayDefaults,
      records,
      mode: 'follow',
      speed,
      seed,
      clock: systemClock,
      signal,
      openFleet: (agentNames) => openFleet({ server: server.listen, signal }, agentNames),
      onProgress: progress.show,
    });
    progress.clear();
    return await printReport(report, { mode: 'follow', speed, json }, output);
  } catch (error) {
    progress.clear();
    if (!died.signal.aborted || interrupted.aborted) throw error;
    throw new ExitError(exitCodes.unavailable, `the server ended: ${await server.ended}`);
  }
}
