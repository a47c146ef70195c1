/** Results of calls, from the attributes of answers. A server that answers nonsense is an error. */
import { IxionError } from '../errors.js';
import { decodeAnswer, type Attributes } from '../protocol/index.js';
import type { ActorType } from './records.js';
import type {
  Client,
  Interaction,
  InteractionPage,
  KeyValues,
  LatencyTotals,
  Pong,
  QueueTotals,
  StoppedInteraction,
  SubmitResult,
} from './types.js';

type Map = Readonly<Record<string, unknown>>;

const isMap = (value: unknown): value is Map => typeof value === 'object' && value !== null;

/** The error for an answer without something. */
export function nonsense(what: string): IxionError {
  return new IxionError('Internal', `the server's answer has no ${what}`);
}

/** A text of an answer or event; undefined: it has none of this name. */
export function textOf(values: Attributes, name: string): string | undefined {
  const value = values[name];
  return typeof value === 'string' ? value : undefined;
}

/** The Extension of an EventAck, empty if there is none. */
export function extensionOf(answer: Attributes): Map {
  const extension = answer['Extension'];
  return isMap(extension) ? extension : {};
}

/** The ticket of an invitation, in an answer. @throws {IxionError} Internal, as all below */
export function ticketOf(answer: Attributes): number {
  const { TicketId: ticketId } = extensionOf(answer);
  if (typeof ticketId !== 'number') throw nonsense('TicketId');
  return ticketId;
}

export function nothing(): void {
  return undefined;
}

/** @throws {IxionError} Internal, as all below */
export function submitResult(answer: Attributes): SubmitResult {
  const { InteractionId: interactionId, Duplicate: duplicate } = extensionOf(answer);
  if (typeof interactionId !== 'string') throw nonsense('InteractionId');
  return { interactionId, duplicate: duplicate === 1 || duplicate === true };
}

export function interactionResult(answer: Attributes): Interaction {
  return toInteraction(answer['Interaction']);
}

export function interactionsResult(answer: Attributes): Interaction[] {
  const interactions = answer['Interactions'];
  if (!Array.isArray(interactions)) throw nonsense('Interactions');
  return interactions.map(toInteraction);
}

/** The one interaction of a pull by identifier. */
export function pulledResult(answer: Attributes): Interaction {
  const [interaction] = interactionsResult(answer);
  if (interaction === undefined) throw new IxionError('NotInRequiredState');
  return interaction;
}

export function pong(answer: Attributes): Pong {
  const { ServerTime, Requests, Errors, EspErrors, Latency } = answer;
  return {
    serverTime: Number(ServerTime),
    ...(isMap(Requests) && { requests: Requests as Record<string, number> }),
    ...(isMap(Errors) && { errors: Errors as Record<string, number> }),
    ...(isMap(EspErrors) && { espErrors: EspErrors as Record<string, number> }),
    ...(isMap(Latency) && { latency: latencyOf(Latency) }),
  };
}

function latencyOf(latency: Map): Record<string, LatencyTotals> {
  const entries = Object.entries(latency).map(([kind, totals]) => {
    const { Count, P50Us, P90Us, P99Us, P999Us, MaxUs } = totals as Record<string, number>;
    const times = { p50Us: P50Us!, p90Us: P90Us!, p99Us: P99Us!, p999Us: P999Us!, maxUs: MaxUs! };
    return [kind.charAt(0).toLowerCase() + kind.slice(1), { count: Count!, ...times }] as const;
  });
  return Object.fromEntries(entries);
}

/** A page of `queueStatistics`. */
export function queueTotalsPage(answer: Attributes): {
  readonly totals: readonly QueueTotals[];
  readonly next: string | undefined;
} {
  const { Queues: queues, Next: next } = answer;
  if (!Array.isArray(queues)) throw nonsense('Queues');
  return { totals: queues.map(toTotals), next: typeof next === 'string' ? next : undefined };
}

const toTotals = (totals: Map): QueueTotals => ({
  queue: String(totals['Queue']),
  partition: Number(totals['Partition']),
  submitted: Number(totals['Submitted']),
  entered: Number(totals['Entered']),
  left: Number(totals['Left']),
  waiting: Number(totals['Waiting']),
  processing: Number(totals['Processing']),
  stopped: (totals['Stopped'] ?? {}) as Record<string, number>,
  abandoned: Number(totals['Abandoned'] ?? 0),
});

/** A page of `listInteractions`. */
export function interactionPage(answer: Attributes): InteractionPage {
  const { Interactions: packed, Next: next, Partitions: partitions } = answer;
  if (!(packed instanceof Uint8Array)) throw nonsense('Interactions');
  return new PackedPage(packed, typeof next === 'string' ? next : undefined, Number(partitions));
}

/** Whoever passes its bytes on does not pay for what is in them. */
class PackedPage implements InteractionPage {
  readonly packed: Uint8Array;
  readonly next: string | undefined;
  readonly partitions: number;
  #interactions: readonly Interaction[] | undefined;

  constructor(packed: Uint8Array, next: string | undefined, partitions: number) {
    this.packed = packed;
    this.next = next;
    this.partitions = partitions;
  }

  /** @throws {IxionError} Internal, for bytes that are not such a list */
  get interactions(): readonly Interaction[] {
    if (this.#interactions === undefined) {
      const items: unknown = decodeAnswer(this.packed, 0, this.packed.length);
      if (!Array.isArray(items)) throw nonsense('list of interactions');
      this.#interactions = items.map(toInteraction);
    }
    return this.#interactions;
  }
}

/** What EventProcessingStopped says to who submits under a name. */
export const stopped = (told: Attributes): StoppedInteraction => ({
  interactionId: textOf(told, 'InteractionId') ?? '',
  submittedBy: textOf(told, 'SubmittedBy') ?? '',
  tenantId: told['TenantId'] as number | undefined,
  stoppedAt: told['EventTime'] as number | undefined,
  by: textOf(told, 'ActorId'),
  byType: told['ActorType'] as ActorType | undefined,
  reason: textOf(told, 'ReasonSystemName'),
  description: textOf(told, 'ReasonDescription'),
  extension: told['Extension'] as KeyValues | undefined,
});

/** What this session key owned, as told when it registered. */
export function heldInteractions(answer: Attributes): readonly string[] {
  const held = extensionOf(answer)['HeldInteractions'];
  return Array.isArray(held) ? held.map(String) : [];
}

/** The store that answers, as told at registration. */
export function store(answer: Attributes): Client['store'] {
  const { StoreId: id, Timeline: timeline } = extensionOf(answer);
  return typeof id === 'string' && typeof timeline === 'string' ? { id, timeline } : undefined;
}

function toInteraction(value: unknown): Interaction {
  if (!isMap(value) || typeof value['InteractionId'] !== 'string') throw nonsense('Interaction');
  return value as unknown as Interaction;
}
