/** `ixion events`: reporting events that are kept, and with --follow those that come. */
import {
  ActorType,
  type Client,
  type EventStream,
  type ObjectKind,
  type ReportingEvent,
  type ServerEvent,
  type StateEvent,
} from '../../client/index.js';
import { objectKinds } from '../../interaction/object-kinds.js';
import { answers } from '../../protocol/answers.js';
import { type HandlersOf, UsageError } from '../command.js';
import { exitCodes } from '../exit-codes.js';
import type { Output } from '../output.js';
import { forPeople, forPrograms } from '../present.js';
import { toJson, toText } from '../print.js';
import { watchReader } from '../reader-watch.js';
import { reportLosses } from '../report-losses.js';
import { didYouMean } from '../suggest.js';
import type { events } from '../table/events.js';
import type { FlagsOf } from '../table/types.js';
import { withClient } from '../with-client.js';

/** What a stream gives, and what of it is printed. */
type Printed = ReportingEvent | ServerEvent | StateEvent;
type Told = Exclude<Printed, { event: 'EventStateBegins' }>;

type EventFlags = FlagsOf<(typeof events.verbs)['']>;

export const handlers: HandlersOf<typeof events> = {
  async ''({ flags }, context) {
    const { follow } = flags;
    refuseUnknown(flags.type ?? []);
    refuseUnknownKinds(flags.kind ?? []);
    const use = { clientType: 'ReportingEngine', reconnect: follow, endless: true } as const;
    await withClient(flags, use, context, (client, interrupted) =>
      printEvents(client, interrupted, flags, context.output),
    );
    return exitCodes.ok;
  },
};

async function printEvents(
  client: Client,
  interrupted: AbortSignal,
  flags: EventFlags,
  output: Output,
): Promise<void> {
  const { follow, fromStart, serverEvents, resume, state, tenant } = flags;
  const { count = Infinity, json } = flags;
  const left = new AbortController();
  const over = new AbortController();
  watchReader(output, over.signal, () => left.abort());
  const stream: EventStream<Printed> = client.events({
    // Without --follow it is what is kept that is asked for.
    fromStart: resume === undefined && !state && (fromStart || !follow),
    state,
    tenants: tenant === undefined ? undefined : [tenant],
    kinds: flags.kind as ObjectKind[] | undefined,
    resumeToken: resume,
    serverEvents,
    untilNow: !follow,
    signal: AbortSignal.any([interrupted, left.signal]),
  });
  const watching = reportLosses(client, output, json);
  const isWanted = filterOf(flags);
  let printed = 0;
  for await (const event of stream) {
    if (event.event === 'EventStateBegins' || !isWanted(event)) continue;
    const more = await output.line(json ? toJson(forPrograms({ ...event })) : eventLine(event));
    if (!more || ++printed >= count) break;
  }
  over.abort();
  const { resumeToken: token } = stream;
  if (token !== undefined) {
    output.error(json ? JSON.stringify({ resumeToken: token }) : `resume token: ${token}`);
  }
  await client.close();
  await watching;
}

/** As in the protocol, `EventHeld` of `Held`. */
const fullName = (name: string): string => (name.startsWith('Event') ? name : `Event${name}`);

/** Those that are kept. */
const eventNames = answers
  .filter(({ direction, attributes }) => direction === 'event' && 'EventTime' in attributes)
  .map(({ name }) => name);

/** @throws {UsageError} */
function refuseUnknown(types: readonly string[]): void {
  for (const type of types) {
    if (eventNames.includes(fullName(type))) continue;
    const hint = didYouMean(fullName(type), eventNames);
    const what = `--type: there is no event ${JSON.stringify(type)}; there are: ${eventNames.join(', ')}.`;
    throw new UsageError(`${what}${hint}`);
  }
}

/** @throws {UsageError} */
function refuseUnknownKinds(kinds: readonly string[]): void {
  const names: readonly string[] = objectKinds;
  for (const kind of kinds) {
    if (names.includes(kind)) continue;
    const what = `--kind: there is no kind ${JSON.stringify(kind)}; there are: ${names.join(', ')}.`;
    throw new UsageError(`${what}${didYouMean(kind, names)}`);
  }
}

/** Which events are printed. A gap is always told: nobody knows what was in it. */
export function filterOf({
  queue,
  type,
  interaction,
  agent,
}: Pick<EventFlags, 'queue' | 'type' | 'interaction' | 'agent'>): (event: Told) => boolean {
  const has = (names: readonly string[] | undefined, value: unknown): boolean =>
    names === undefined || names.includes(String(value));
  const types = type?.map(fullName);
  return (event) => {
    if (event.event === 'EventGap') return true;
    if (event.event === 'EventUpToDate') return true;
    if (!has(types, event.event) || !has(agent, agentOf(event))) return false;
    // Of after-call work it is the content that says of which interaction.
    const about = 'EventContent' in event ? event.EventContent : event;
    if (event.event === 'EventQueueState')
      return interaction === undefined && has(queue, event.Queue);
    if (!('InteractionId' in about)) return queue === undefined && interaction === undefined;
    if (!has(interaction, about['InteractionId'])) return false;
    return (
      has(queue, about['Queue']) || has(queue, 'OldQueue' in about ? about['OldQueue'] : undefined)
    );
  };
}

/** The agent that it is about; undefined: it is about none. */
function agentOf(event: Told): string | undefined {
  if ('AgentId' in event) return event.AgentId;
  return 'PartyId' in event && event.PartyType === ActorType.agent ? event.PartyId : undefined;
}

/** An event for people: when, what, about which interaction, and the rest by name. */
function eventLine(event: Told): string {
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
  } = forPeople({ ...event }) as Readonly<Record<string, unknown>>;
  const more = Object.entries(rest).map(([key, value]) => `${key}=${toText(value)}`);
  const position = `${String(Partition)}:${String(Sequence)}`;
  const about = InteractionId === undefined ? [] : [toText(InteractionId)];
  const when = EventTime === undefined ? [] : [EventTime];
  return [...when, position, name, ...about, ...more].join(' ');
}
