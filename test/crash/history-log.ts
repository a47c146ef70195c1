/**
 * What clients asked and were told, and what the events say was done: each keyed request
 * at most once; once, if it was ever acknowledged; answered the same whenever it was
 * repeated; nothing lost.
 *
 * Every request carries a mark in its Extension, which the events that it causes repeat: so each
 * execution is seen by its event, and that of a repeated one would be seen a second time.
 */
import type { InteractionEvent } from '../../lib/client/index.js';
import type { ErrorName } from '../../lib/errors.js';
import { limits } from '../../lib/limits.js';
import { rawPulledIds, type RawAnswer, type RawRequest } from './raw-client.js';

export type Kind = 'submit' | 'pull' | 'stop' | 'place' | 'change' | 'hold' | 'resume';

/** The event that a request of each kind causes once for each interaction that it is about. */
const eventOf: Readonly<Record<Kind, string>> = {
  submit: 'EventInteractionSubmitted',
  pull: 'EventTakenFromQueue',
  stop: 'EventProcessingStopped',
  place: 'EventPlacedInQueue',
  change: 'EventPropertiesChanged',
  hold: 'EventHeld',
  resume: 'EventResumed',
};

/** Refusals that say nothing about the request: it is asked again. */
const passing: ReadonlySet<ErrorName> = new Set([
  'Busy',
  'Unavailable',
  'ShuttingDown',
  'NotRegistered',
  'SessionReplaced',
]);

/** What a request may be, apart from an ordinary one. */
export type Special =
  /** Its key was acknowledged for another request. */
  | 'reused'
  /** It says that it is older than any key that is kept, and was never sent before. */
  | 'too old';

/** A keyed request, however often it is sent. */
export interface Asked {
  readonly client: string;
  readonly kind: Kind;
  /** By queue: undefined. */
  readonly id: string | undefined;
  readonly key: Uint8Array;
  readonly mark: string;
  readonly request: RawRequest;
  readonly special: Special | undefined;
  /** By the clock of this process; of the first copy. */
  sentMs: number;
  /** The processes of the server that copies were sent to. */
  firstIncarnation: number;
  lastIncarnation: number;
  /** The first positive answer, and when it came. */
  positive: Positive | undefined;
  positiveMs: number;
}

interface Positive {
  readonly ids: readonly string[];
  readonly isDuplicate: boolean;
}

/** A copy of a request. */
export interface Copy {
  readonly sentMs: number;
  /** As it said; absent: it said nothing. */
  readonly ageMs: number | undefined;
}

/** What the answer means for whoever waits for it. */
export type Verdict = 'done' | 'refused' | 'again';

interface Executed {
  readonly partition: number;
  readonly time: number;
  readonly ids: string[];
}

/** An interaction by its events. */
export interface Seen {
  readonly versions: Set<number>;
  readonly changes: Set<string>;
  submits: number;
  stops: number;
}

export class HistoryLog {
  readonly complaints: string[] = [];
  readonly counts: Record<string, number> = {};
  /** Interactions that can be worked on, as far as anybody was told. */
  readonly live: string[] = [];
  readonly seen = new Map<string, Seen>();
  readonly #executed = new Map<string, Executed>();
  /** Not compared with the events yet. */
  #open: Asked[] = [];
  readonly #sequences: number[] = [];

  count(what: string, by = 1): void {
    this.counts[what] = (this.counts[what] ?? 0) + by;
  }

  complain(what: string, asked?: Asked): void {
    const about =
      asked === undefined ? '' : ` [${asked.client} ${asked.kind} ${asked.id ?? ''} ${asked.mark}]`;
    this.complaints.push(`${what}${about}`);
  }

  asked(asked: Asked): void {
    this.#open.push(asked);
    this.count('requests');
  }

  /** Takes the answer of a copy; undefined: its connection ended before. */
  answered(asked: Asked, copy: Copy, answer: RawAnswer | undefined): Verdict {
    if (answer === undefined) return 'again';
    if (answer.name !== 'EventError') return this.#positive(asked, answer);
    const { error } = answer;
    this.count(`answer ${error}`);
    if (error === undefined) {
      this.complain('an error of no name', asked);
      return 'refused';
    }
    if (passing.has(error)) return 'again';
    if (error === 'RequestKeyReused') {
      if (asked.special !== 'reused') this.complain('its key counts as reused', asked);
      return 'refused';
    }
    if (error === 'UnknownOutcome') {
      const age = copy.ageMs ?? 0;
      if (age <= limits.retryKeyMs) this.complain(`${age} ms old, and its outcome unknown`, asked);
      return 'refused';
    }
    if (asked.positive !== undefined && copy.sentMs > asked.positiveMs) {
      this.complain(`acknowledged, and then ${error}`, asked);
    }
    if (error === 'UnknownInteraction') this.gone(asked.id);
    return 'refused';
  }

  /** Nobody needs to work on this one any more. */
  gone(id: string | undefined): void {
    const at = id === undefined ? -1 : this.live.indexOf(id);
    if (at < 0) return;
    this.live[at] = this.live.at(-1)!;
    this.live.pop();
  }

  #positive(asked: Asked, answer: RawAnswer): Verdict {
    const positive = positiveOf(asked, answer);
    if (asked.kind === 'pull' && positive.ids.length === 0 && asked.positive === undefined) {
      return 'refused';
    }
    this.count('acknowledged');
    if (asked.special !== undefined) this.complain(`${asked.special}, and acknowledged`, asked);
    const before = asked.positive;
    if (before === undefined) {
      asked.positive = positive;
      asked.positiveMs = performance.now();
      if (asked.kind === 'submit' && !positive.isDuplicate) this.live.push(positive.ids[0]!);
      if (asked.kind === 'stop') this.gone(asked.id);
      return 'done';
    }
    this.count('answered again');
    const isPart = positive.ids.every((id) => before.ids.includes(id));
    const isSame = isPart && (asked.kind === 'pull' || positive.ids.length === before.ids.length);
    if (isSame && positive.isDuplicate === before.isDuplicate) return 'done';
    this.complain(`answered ${JSON.stringify(before)}, then ${JSON.stringify(positive)}`, asked);
    return 'done';
  }

  /** Takes the next event of all. */
  event(event: InteractionEvent): void {
    const { Partition, Sequence, InteractionId: id, InteractionVersion: version } = event;
    const expected = (this.#sequences[Partition] ?? 0) + 1;
    if (Sequence !== expected) {
      this.complain(`partition ${Partition}: event ${Sequence} after ${expected - 1}`);
    }
    this.#sequences[Partition] = Sequence;
    this.count('events');
    const seen = this.#seenOf(id);
    seen.versions.add(version);
    if (event.event === eventOf.submit && ++seen.submits > 1) this.complain(`${id} was born twice`);
    if (event.event === eventOf.stop && ++seen.stops > 1) this.complain(`${id} ended twice`);
    const mark = (event as { Extension?: { mark?: string } }).Extension?.mark;
    if (mark === undefined) return;
    const kind = mark.split(' ')[0] as Kind;
    if (event.event !== eventOf[kind]) return;
    if (kind === 'change') seen.changes.add(mark);
    this.#execution(mark, kind, id, Partition, Number(event.EventTime));
  }

  #execution(mark: string, kind: Kind, id: string, partition: number, time: number): void {
    const before = this.#executed.get(mark);
    if (before === undefined) {
      this.#executed.set(mark, { partition, time, ids: [id] });
      return;
    }
    // A pull takes several in one turn, each once.
    const isSame = before.partition === partition && before.time === time;
    if (kind !== 'pull' || !isSame || before.ids.includes(id)) {
      this.complain(`${mark} was executed twice: ${before.ids.join()} and ${id}`);
    }
    before.ids.push(id);
  }

  #seenOf(id: string): Seen {
    let seen = this.seen.get(id);
    if (seen === undefined) {
      seen = { versions: new Set(), changes: new Set(), submits: 0, stops: 0 };
      this.seen.set(id, seen);
    }
    return seen;
  }

  isExecuted(mark: string): boolean {
    return this.#executed.has(mark);
  }

  /** Compares what was asked since the last time with the events, of which all must have come. */
  check(): void {
    for (const asked of this.#open) this.#checkOne(asked);
    this.#open = [];
  }

  #checkOne(asked: Asked): void {
    const { positive, special, mark } = asked;
    const executed = this.#executed.get(mark);
    if (executed !== undefined && special !== undefined) {
      this.complain(`${special}, and executed`, asked);
    }
    if (positive === undefined) return;
    if (positive.isDuplicate !== (executed === undefined)) {
      this.complain(executed === undefined ? 'acknowledged and lost' : 'a double, executed', asked);
    }
    const foreign = positive.ids.filter((id) => executed?.ids.includes(id) === false);
    if (foreign.length > 0) this.complain(`answered with ${foreign.join()}, not done`, asked);
  }
}

function positiveOf({ kind }: Asked, { body }: RawAnswer): Positive {
  if (kind === 'pull') return { ids: rawPulledIds({ body } as RawAnswer), isDuplicate: false };
  const { InteractionId, Duplicate } = (body['Extension'] ?? {}) as Record<string, unknown>;
  const ids = kind === 'submit' ? [String(InteractionId)] : [];
  return { ids, isDuplicate: Duplicate === 1 };
}
