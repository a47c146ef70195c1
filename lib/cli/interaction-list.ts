/** `ixion interaction list` and `find`: a search, part after part, as far as it is let go. */
import type { Client, Interaction, SearchRequest } from '../client/index.js';
import { InteractionState } from '../interaction/state-record.js';
import { limits } from '../limits.js';
import type { Output } from './output.js';
import { forPrograms } from './present.js';
import { tableLines, toJson } from './print.js';
import type { interaction } from './table/interaction.js';
import type { FlagsOf } from './table/types.js';

type ListFlags = FlagsOf<(typeof interaction.verbs)['list']>;
type FindFlags = FlagsOf<(typeof interaction.verbs)['find']>;
/** Where it ends, and how it is told. */
type SearchFlags = Pick<FindFlags, 'count' | 'scan' | 'after' | 'tenant' | 'json'>;

/** The head of a table of interactions. */
export const interactionHead = [
  'Interaction',
  'Queue',
  'State',
  'Hold',
  'Holder',
  'Priority',
  'ExternalId',
  'Placed',
] as const;

/** What was found, and where the rest is. */
interface Found {
  readonly interactions: readonly Interaction[];
  readonly seen: number;
  readonly next: string | undefined;
}

/** Prints what fits; where there may be more, says where to go on. */
export async function listInteractions(
  client: Client,
  flags: ListFlags,
  signal: AbortSignal,
  output: Output,
): Promise<void> {
  const { queue, state, onHold: isHeld, holder: assignedTo, externalId } = flags;
  const inState = state === undefined ? undefined : InteractionState[state];
  const search = { queue, state: inState, isHeld, assignedTo, externalId };
  await tell(client, search, flags, signal, output);
}

/** The same of what a condition means. */
export async function findInteractions(
  client: Client,
  condition: string | undefined,
  flags: FindFlags,
  signal: AbortSignal,
  output: Output,
): Promise<void> {
  const { queue, externalId, parent: parentId, contact: contactId } = flags;
  const search = { condition, queue, externalId, parentId, contactId };
  await tell(client, search, flags, signal, output);
}

async function tell(
  client: Client,
  search: SearchRequest,
  flags: SearchFlags,
  signal: AbortSignal,
  output: Output,
): Promise<void> {
  const { interactions, seen, next } = await find(client, search, flags, signal);
  const shown = interactions.map((one) => forPrograms(one));
  if (flags.json) return void (await output.line(toJson({ interactions: shown, seen, next })));
  for (const line of tableLines(interactionHead, shown.map(interactionRow)))
    await output.line(line);
  if (next === undefined) return;
  output.error(`looked at ${seen} interactions; there are more: go on with --after ${next}`);
}

async function find(
  client: Client,
  search: SearchRequest,
  { count, scan, after, tenant: tenantId }: SearchFlags,
  signal: AbortSignal,
): Promise<Found> {
  const interactions: Interaction[] = [];
  let seen = 0;
  let next = after;
  do {
    const most = Math.min(limits.interactionsPerSearch, count - interactions.length);
    const part = await client.findInteractions(
      { ...search, tenantId, count: most, after: next },
      { signal },
    );
    interactions.push(...part.interactions);
    seen += part.seen;
    next = part.next;
  } while (next !== undefined && interactions.length < count && seen < scan);
  return { interactions, seen, next };
}

const text = (value: unknown): string => (typeof value === 'string' ? value : '');

/** A row of it, of an interaction as it is for programs. */
export const interactionRow = (one: Readonly<Record<string, unknown>>): (string | number)[] => [
  text(one['InteractionId']),
  text(one['Queue']),
  text(one['InteractionStateName']),
  one['IsHeld'] === 1 ? 'on hold' : '',
  text(one['AssignedTo']),
  typeof one['Priority'] === 'number' ? one['Priority'] : '',
  text(one['ExternalId']),
  text(one['PlacedInQueueAt']),
];
