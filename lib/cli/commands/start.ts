/**
 * `ixion start`: the daemon. Everything that the start does not need is loaded after the ready
 * line. What signals do is told in `lib/cli/daemon-signals.ts`.
 */
import {
  type Configuration,
  ConfigurationError,
  type FileContent,
  readEnvironment,
  readFlags,
  resolveConfiguration,
} from '../../config/configuration.js';
import { formatEndpoint } from '../../config/endpoint.js';
import type { FatalEnd } from '../../server/fatal.js';
import { StartRefused } from '../../refusal.js';
import type { Server } from '../../server/server.js';
import { startServer } from '../../server/start.js';
import type { EarlyThreads } from '../../start/early-threads.js';
import { readVersion } from '../../server/version.js';
import type { HandlersOf } from '../command.js';
import {
  createDaemonLog,
  createDaemonOutput,
  type DaemonLog,
  type DaemonOutput,
} from '../daemon-log.js';
import { closeDebugger, handleSignals } from '../daemon-signals.js';
import { exitGuarded, exitStopped, killOurselves } from '../end-process.js';
import { type ExitCode, exitCodes } from '../exit-codes.js';
import { configurationExit, refusalExit } from '../refusal-exit.js';
import type { start } from '../table/start.js';
import type { FlagsOf } from '../table/types.js';
import { unknownVariables } from '../variables.js';

const failedStopMs = 2_000;
/** For the log, at an end: who reads it has taken it by then, or does not read. */
const lastWordsMs = 250;
/** After the ready line, until what writes the log is loaded: clients that waited come first. */
const logDelayMs = 500;

type StartFlags = FlagsOf<(typeof start.verbs)['']>;

/** Flags over environment over file, as content of a file. */
async function readContent(flags: StartFlags): Promise<FileContent> {
  const { config, data, listen, admin, insecure } = flags;
  const file = config ?? process.env['IXION_CONFIG'];
  const overrides = {
    ...readEnvironment(process.env),
    ...readFlags({ data, listen, admin }),
    ...(insecure && { insecure }),
  };
  if (file === undefined) return { values: overrides, businessProcesses: [] };
  const { readConfigurationFile } = await import('../../config/file.js');
  const content = await readConfigurationFile(file);
  return { ...content, values: { ...content.values, ...overrides } };
}

function exitErrorOf(error: unknown): unknown {
  if (error instanceof ConfigurationError) {
    return configurationExit(error);
  }
  return error instanceof StartRefused ? refusalExit(error) : error;
}

function describe(configuration: Configuration, output: DaemonOutput): void {
  const { data, listen, admin } = configuration.values;
  output.text(`ixion ${readVersion()} starting: data ${data}, listen ${listen}, admin ${admin}\n`);
}

function describeReady(
  server: Server,
  beganMs: number,
  loadMs: number,
  output: DaemonOutput,
): void {
  const phases = [{ name: 'load', ms: Math.round(loadMs * 10) / 10 }, ...server.phases];
  const { partitions, threads, queueCount } = server;
  const admin = server.adminAddress && `admin on ${formatEndpoint(server.adminAddress)}`;
  const use = [
    `using ${server.data}`,
    `${partitions} partitions on ${threads} thread${threads === 1 ? '' : 's'}`,
    `${queueCount} queues`,
    ...(admin === undefined ? [] : [admin]),
  ];
  output.text(
    `${use.join(', ')}\n` +
      `phases ${phases.map(({ name, ms }) => `${name} ${ms} ms`).join(', ')}\n` +
      `ixion ready on ${formatEndpoint(server.address)} in ${Math.round(performance.now() - beganMs)} ms\n`,
  );
}

/**
 * Ends the process after a fatal end, with its code. A dead thread leaves only the signal. After a
 * failed commit nothing is stopped in order: that would write to the disk that has just failed.
 */
async function endAfter(
  fatal: FatalEnd,
  server: Server | undefined,
  log: DaemonLog,
): Promise<void> {
  if (fatal.kind === 'thread-death') return killSaying(log);
  if (fatal.kind === 'commit') return exitGuarded(exitCodes.commitFailure);
  const bounded = new Promise((resolve) => setTimeout(resolve, failedStopMs));
  await Promise.race([server?.stop({ drainMs: 0 }), bounded]);
  exitGuarded(exitCodes.internal);
}

/** Ends by SIGKILL, after the log has been written if somebody takes it. */
async function killSaying(log: DaemonLog): Promise<void> {
  await log.settled(lastWordsMs);
  log.lastWords();
  killOurselves();
}

export const handlers: HandlersOf<typeof start> = {
  async ''({ flags }, { threads }) {
    try {
      return await runDaemon(flags, threads);
    } catch (error) {
      throw exitErrorOf(error);
    }
  },
};

/** What a ready server goes on without. */
function loadLater(server: Server, log: DaemonLog): void {
  setTimeout(() => {
    void server.loadLate('what writes the log', () => log.load());
    void server.loadLate('what closes a debugger', () => closeDebugger(log));
  }, logDelayMs).unref();
}

async function runDaemon(
  flags: StartFlags,
  earlyThreads: EarlyThreads | undefined,
): Promise<ExitCode> {
  const { values, businessProcesses, placements, applications, logFilter } =
    await readContent(flags);
  const configuration = resolveConfiguration([values]);
  const log = createDaemonLog();
  const output = createDaemonOutput();
  log.level = configuration.values.logLevel;
  for (const line of unknownVariables(process.env)) log.warn({}, line);
  describe(configuration, output);
  const beganMs = performance.getEntriesByName('ixion-start')[0]?.startTime ?? 0;
  const loadMs = performance.now() - beganMs;
  let server: Server | undefined = undefined;
  let ending: Promise<void> | undefined = undefined;
  const starting = startServer({
    ...values,
    businessProcesses,
    placements,
    applications,
    logFilter,
    create: flags.demo ? 'demo' : flags.init ? 'init' : undefined,
    log,
    earlyThreads,
    readAgain: () => readContent(flags),
    onFatal(fatal) {
      ending = endAfter(fatal, server, log);
    },
  });
  handleSignals(starting, log, configuration.values.drainMs);
  server = await starting;
  describeReady(server, beganMs, loadMs, output);
  const { ended } = server;
  loadLater(server, log);
  const { drained, late } = await ended;
  // A fatal end stops the server too, and has its own code.
  await ending;
  if (late.length > 0) {
    log.error({ late }, 'the stop hangs; ending by SIGKILL');
    await killSaying(log);
  }
  if (!drained) log.warn({}, 'stopped before all requests in flight were answered');
  output.text('ixion stopped\n');
  await Promise.all([log.settled(lastWordsMs), output.settled(lastWordsMs)]);
  // One that nobody needed may still load its native parts.
  await earlyThreads?.dismiss();
  return exitStopped(exitCodes.ok);
}
