/** `ixion events --follow`: reporting events as they come, until Ctrl-C. */
import type { Client, ReportingEvent } from '../../client/index.js';
import { integer, resumeToken } from '../option-values.js';
import { UsageError } from '../command.js';
import type { ExitCode } from '../exit-codes.js';
import type { Output } from '../output.js';
import { toJson, toText } from '../print.js';
import { createProgram, runProgram } from '../program.js';
import { jsonOption, serverOptions, withClient, type ServerFlags } from '../with-client.js';

interface EventFlags extends ServerFlags {
  readonly follow?: boolean;
  readonly fromStart?: boolean;
  readonly resume?: readonly number[];
  readonly count?: number;
}

/** @throws {UsageError | IxionError} */
export function run(argv: readonly string[], output: Output): Promise<ExitCode> {
  const program = createProgram(
    'ixion events',
    'Prints reporting events as they come, until Ctrl-C; then the token to go on from. Outlives restarts of the server.',
    output,
  );
  jsonOption(serverOptions(program))
    .option('--follow', 'wait for events')
    .option('--from-start', 'begin with the oldest event that is kept')
    .option('--resume <token>', 'begin after this token', resumeToken)
    .option('--count <n>', 'end after so many events', integer)
    .addHelpText(
      'after',
      '\nExamples:\n  $ ixion events --follow --from-start\n  $ ixion events --follow --json --resume 12,0,7,3',
    )
    .action(async (flags: EventFlags) => {
      if (flags.follow !== true) throw new UsageError('events needs --follow.');
      if (flags.fromStart === true && flags.resume !== undefined) {
        throw new UsageError('--from-start and --resume exclude each other.');
      }
      const follow = (client: Client, interrupted: AbortSignal): Promise<void> =>
        followEvents(client, interrupted, flags, output);
      await withClient(flags, 'ReportingEngine', output, follow, true);
    });
  return runProgram(program, argv);
}

async function followEvents(
  client: Client,
  interrupted: AbortSignal,
  flags: EventFlags,
  output: Output,
): Promise<void> {
  const { fromStart, resume, count = Infinity, json } = flags;
  const stream = client.events({ fromStart, resumeToken: resume, signal: interrupted });
  const watching = reportLosses(client, output);
  let printed = 0;
  for await (const event of stream) {
    const more = await output.line(json === true ? toJson(event) : eventLine(event));
    if (!more || ++printed >= count) break;
  }
  output.error(`resume token: ${stream.resumeToken.join(',')}`);
  await client.close();
  await watching;
}

/** Tells when the connection is lost and found again. */
async function reportLosses(client: Client, output: Output): Promise<void> {
  let lost = false;
  for await (const status of client.status()) {
    if (status === 'reconnecting') output.error('ixion: connection lost, trying again');
    else if (status === 'connected' && lost) output.error('ixion: connected again');
    lost = status === 'reconnecting';
  }
}

/** An event for people: when, what, about which interaction, and the rest by name. */
export function eventLine(event: ReportingEvent): string {
  if (event.event === 'EventGap') {
    const { Partition, FromSequence, ToSequence } = event;
    return `EventGap: events ${FromSequence} to ${ToSequence} of partition ${Partition} are no longer kept`;
  }
  const {
    event: name,
    EventTime,
    InteractionId,
    Partition,
    Sequence,
    SubscriptionId: _,
    ...rest
  } = event;
  const more = Object.entries(rest).map(([key, value]) => `${key}=${toText(value, key)}`);
  const position = `${Partition}:${Sequence}`;
  return [toText(EventTime, 'EventTime'), position, name, toText(InteractionId), ...more].join(' ');
}
