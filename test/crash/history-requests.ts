/** Requests of a client of a history, drawn at random. Each has a key and a mark of its own. */
import type { Random } from '../../lib/clock.js';
import type { Body } from '../../lib/protocol/encode.js';
import type { RequestName } from '../../lib/protocol/index.js';
import type { Asked, HistoryLog, Kind, Special } from './history-log.js';
import { rawPullById, rawRequest, type RawRequest } from './raw-client.js';

/** Two queues in each of four partitions. */
export const historyQueues: readonly { readonly name: string; readonly partition: number }[] =
  Array.from({ length: 8 }, (_, index) => ({ name: `queue${index}`, partition: index % 4 }));

/** As many interactions as there are at most, about. */
const liveMost = 300;

const messages = {
  stop: 'RequestStopProcessing',
  place: 'RequestPlaceInQueue',
  change: 'RequestChangeProperties',
  hold: 'RequestHold',
  resume: 'RequestResume',
} as const satisfies Partial<Record<Kind, RequestName>>;
type ById = keyof typeof messages;

/** What an Asked is made of. */
interface Draft {
  readonly kind: Kind;
  readonly id: string | undefined;
  readonly special?: Special | undefined;
  readonly key?: Uint8Array;
  readonly make: (common: Body) => RawRequest;
}

export class HistoryRequests {
  readonly #client: string;
  readonly #random: Random;
  readonly #log: HistoryLog;
  /** What this client pulled. */
  readonly #mine: string[] = [];
  /** Identifiers that it chose. */
  readonly #chosen: string[] = [];
  #count = 0;

  constructor(client: string, random: Random, log: HistoryLog) {
    this.#client = client;
    this.#random = random;
    this.#log = log;
  }

  /** Any ordinary request. */
  any(canPull: boolean): Asked {
    const id = this.anyId();
    const dice = this.#random.fraction();
    if (id === undefined || dice < 0.14) return this.#submit();
    if (dice < 0.16) return this.#submitAgain() ?? this.#submit();
    if (this.#log.live.length > liveMost || dice < 0.22) return this.#byId('stop', this.#own(id));
    if (dice < 0.5) return this.#byId('place', this.#own(id), { Queue: this.#queue() });
    if (dice < 0.65) return this.change(id);
    if (dice < 0.72) return this.#byId('hold', id);
    if (dice < 0.79) return this.#byId('resume', id);
    if (!canPull) return this.change(id);
    return dice < 0.9 ? this.#pull() : this.#pullById(id);
  }

  /** One that somebody submitted, and that is there as far as was told. */
  anyId(): string | undefined {
    const { live } = this.#log;
    return live[Math.floor(this.#random.fraction() * live.length)];
  }

  /** A change that sets a key of its own in the attached data. */
  change(id: string): Asked {
    return this.#asked({ kind: 'change', id, make: (common) => changeRequest(id, common) });
  }

  /**
   * A request of another kind or content with the key of one that was acknowledged,
   * for the same home.
   */
  withKeyOf({ kind, id, key, positive, request }: Asked): Asked | undefined {
    const special = 'reused';
    if (kind === 'submit') {
      const made = positive!.ids[0]!;
      return this.#byId('stop', made, {}, { special, key });
    }
    if (id === undefined) {
      const queue = request.routeKey;
      const make = (common: Body): RawRequest => submitRequest({ Queue: queue }, common);
      return this.#asked({ kind: 'submit', id: undefined, special, key, make });
    }
    const other = kind === 'hold' ? 'resume' : 'hold';
    return this.#byId(other, id, {}, { special, key });
  }

  /** One that is said to be older than any key, and was never sent. */
  tooOld(): Asked | undefined {
    const special = 'too old';
    if (this.#random.fraction() < 0.5) return this.#submit(special);
    const id = this.anyId();
    return id === undefined ? undefined : this.#byId('hold', id, {}, { special });
  }

  /** Takes note of what a request has brought. */
  done({ kind, id, positive }: Asked): void {
    if (kind === 'pull') this.#mine.push(...positive!.ids);
    else if (kind === 'submit' && id !== undefined) this.#chosen.push(id);
  }

  /** Sometimes one that it has pulled instead. */
  #own(id: string): string {
    if (this.#random.fraction() < 0.5) return id;
    return this.#mine.shift() ?? id;
  }

  #submit(special?: Special): Asked {
    const isChosen = special === undefined && this.#random.fraction() < 0.6;
    const id = isChosen ? `${this.#client}.${++this.#count}` : undefined;
    return this.#submitAs(id, special);
  }

  /** The identifier of an earlier submit, with another key. */
  #submitAgain(): Asked | undefined {
    // Not one of long ago, which may have ended and be forgotten.
    const recent = this.#chosen.slice(-20);
    const id = recent[Math.floor(this.#random.fraction() * recent.length)];
    return id === undefined ? undefined : this.#submitAs(id, undefined);
  }

  #submitAs(id: string | undefined, special: Special | undefined): Asked {
    const Queue = this.#queue();
    const Priority = Math.floor(this.#random.fraction() * 3);
    const make = (common: Body): RawRequest =>
      submitRequest({ InteractionId: id, Queue, Priority }, common);
    return this.#asked({ kind: 'submit', id, special, make });
  }

  #pull(): Asked {
    const queue = this.#queue();
    const Count = 1 + Math.floor(this.#random.fraction() * 3);
    const WaitTimeoutMs = this.#random.fraction() < 0.2 ? 200 : undefined;
    const make = (common: Body): RawRequest =>
      rawRequest('RequestPull', { ViewId: queue, Count, WaitTimeoutMs, ...common }, { queue });
    return this.#asked({ kind: 'pull', id: undefined, make });
  }

  #pullById(id: string): Asked {
    return this.#asked({ kind: 'pull', id, make: (common) => rawPullById(id, common) });
  }

  #byId(kind: ById, id: string, more: Body = {}, as: Partial<Draft> = {}): Asked {
    const make = (common: Body): RawRequest =>
      rawRequest(messages[kind], { InteractionId: id, ...more, ...common });
    return this.#asked({ kind, id, make, ...as });
  }

  #asked({ kind, id, special, key = this.#random.bytes(16), make }: Draft): Asked {
    const mark = `${kind} ${Buffer.from(this.#random.bytes(8)).toString('hex')}`;
    return {
      client: this.#client,
      kind,
      id,
      key,
      mark,
      special,
      request: make({ RequestKey: key, Extension: { mark } }),
      sentMs: 0,
      firstIncarnation: 0,
      lastIncarnation: 0,
      positive: undefined,
      positiveMs: 0,
    };
  }

  #queue(): string {
    return historyQueues[Math.floor(this.#random.fraction() * historyQueues.length)]!.name;
  }
}

function submitRequest(more: Body, common: Body): RawRequest {
  const kind = { MediaType: 'email', InteractionType: 'Inbound' };
  return rawRequest('RequestSubmit', { ...more, ...kind, ...common });
}

function changeRequest(id: string, common: Body): RawRequest {
  const { mark } = common['Extension'] as { mark: string };
  const AddedProperties = { [mark]: 1 };
  return rawRequest('RequestChangeProperties', { InteractionId: id, AddedProperties, ...common });
}
