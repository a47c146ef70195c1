/** `ixion events --follow`: reporting events as they come, until Ctrl-C. */
import type { Client, ReportingEvent } from '../../client/index.js';
import { type HandlersOf, UsageError } from '../command.js';
import { exitCodes } from '../exit-codes.js';
import type { Output } from '../output.js';
import { forPeople, forPrograms } from '../present.js';
import { toJson, toText } from '../print.js';
import type { events } from '../table/events.js';
import type { FlagsOf } from '../table/types.js';
import { withClient } from '../with-client.js';

type EventFlags = FlagsOf<(typeof events.verbs)['']>;

export const handlers: HandlersOf<typeof events> = {
  async ''({ flags }, context) {
    const { output } = context;
    if (!flags.follow) throw new UsageError('events needs --follow.');
    const use = { clientType: 'ReportingEngine', reconnect: true, endless: true } as const;
    await withClient(flags, use, context, (client, interrupted) =>
      followEvents(client, interrupted, flags, output),
    );
    return exitCodes.ok;
  },
};

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
    const more = await output.line(json ? toJson(forPrograms({ ...event })) : eventLine(event));
    if (!more || ++printed >= count) break;
  }
  const { resumeToken: token } = stream;
  if (token !== undefined) output.error(`resume token: ${token}`);
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
  } = forPeople({ ...event });
  const more = Object.entries(rest).map(([key, value]) => `${key}=${toText(value)}`);
  const position = `${String(Partition)}:${String(Sequence)}`;
  return [EventTime, position, name, toText(InteractionId), ...more].join(' ');
}
