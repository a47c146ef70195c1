/**
 * One turn of a partition: requests are executed against it one after the other, and at its end all
 * changes become one write set. Nothing of a turn leaves the partition before that is durable.
 */
import { eventBytesMax, type InteractionEvent } from '../interaction/event.js';
import type { AgentOutcome } from '../interaction/invitation.js';
import type { WorkbinNews } from '../interaction/workbin-news.js';
import { limits } from '../limits.js';
import { noBytes } from '../pack/sections.js';
import { Table, type Reader } from '../store/contract.js';
import { Draft } from '../store/draft.js';
import type { PeerMessage } from './peer.js';
import type { Answer, Asker, Reply, SessionInfo, Stop } from './request.js';
import { isSteadyDeadline } from './rows/keys.js';
import { resultBytesMax, type KeptResult } from './rows/retry-row.js';

/** A row of totals by its key; undefined: it is gone. */
export type TotalsRow = readonly [key: string, row: Uint8Array | undefined];

/** What the end of a turn adds besides what `Turn.weigh` knows: its time, and what is trimmed. */
const endBytes = 16_384;
/**
 * Weight from which on a turn takes nothing more: there may be no room for the greatest request.
 */
export const turnBytes = limits.writeSetBytes - limits.requestWriteBytes - endBytes;

export class Turn extends Draft {
  /** See `PartitionTime`: for how long something takes; for what is told; for what has an order. */
  readonly nowMs: number;
  readonly wallMs: number;
  readonly orderMs: number;
  readonly replies: Reply[] = [];
  readonly events: InteractionEvent[] = [];
  readonly messages: { readonly partition: number; readonly message: PeerMessage }[] = [];
  /** Who gets an answer of another partition, unless this turn fails. */
  readonly departed: Asker[] = [];
  readonly results: KeptResult[] = [];
  /** Hashes of their keys, as `RetryKeys` makes them. */
  readonly resultHashes: number[] = [];
  /** Session keys that own nothing any more after this turn. */
  readonly givenBack: string[] = [];
  /** What became of agents and interactions, for the desk. */
  readonly outcomes: AgentOutcome[] = [];
  /** Ends of interactions that clients want to hear of; undefined: none. */
  stops: Stop[] | undefined;
  /** What has changed in workbins that clients watch; undefined: nothing. */
  workbinNews: WorkbinNews[] | undefined;
  /** Rows of totals that it writes, where somebody is told of counts; undefined: nobody is. */
  totalsRows: TotalsRow[] | undefined;
  /** Told whether the turn became durable: answers of asks. */
  readonly asks: ((isDurable: boolean) => void)[] = [];
  /** Whose request is executed; undefined: the server does something by itself. */
  asking: SessionInfo | undefined;
  /** Queues whose totals this turn changed. */
  readonly touchedQueues = new Set<number>();
  /** Counts what is changed in memory and is nowhere above: changes of the ledger, totals. */
  touches = 0;
  /** The first keys of the deadlines that it has put, by the wall clock and by the steady one. */
  firstWallDeadline: string | undefined;
  firstSteadyDeadline: string | undefined;
  /** Bytes of the totals of those queues, at most. */
  totalsBytes = 0;
  /** Bytes of so many events and results, at most. */
  #weighedEvents = 0;
  #weighedResults = 0;
  #weight = 0;

  constructor(store: Reader, nowMs: number, wallMs: number = nowMs, orderMs: number = nowMs) {
    super(store);
    this.nowMs = nowMs;
    this.wallMs = wallMs;
    this.orderMs = orderMs;
  }

  /**
   * Another number than before, once anything was changed or answered. A message alone does
   * not count: it is sent again until it is answered, and does no harm when nothing else
   * comes of its request.
   */
  get mark(): number {
    const { replies, events, departed, results } = this;
    const noted = replies.length + events.length + departed.length + results.length;
    return this.bytes + noted + this.touches;
  }

  /**
   * Bytes that the write set would have if the turn ended now, at most: the rows that are in it
   * already, and those that its end makes of events, results and totals.
   */
  weigh(): number {
    const { events, results } = this;
    for (; this.#weighedEvents < events.length; this.#weighedEvents++) {
      this.#weight += eventBytesMax(events[this.#weighedEvents]!);
    }
    for (; this.#weighedResults < results.length; this.#weighedResults++) {
      this.#weight += resultBytesMax(results[this.#weighedResults]!);
    }
    return this.bytes + this.totalsBytes + this.#weight;
  }

  /**
   * Whether its end makes a write set. What came and went in it may leave only events and totals.
   */
  get hasChanges(): boolean {
    const { size, events, results, touchedQueues } = this;
    return size > 0 || events.length > 0 || results.length > 0 || touchedQueues.size > 0;
  }

  /** Whether somebody waits for its end. */
  get hasAnswers(): boolean {
    const { replies, messages, givenBack, asks } = this;
    return replies.length + messages.length + givenBack.length + asks.length > 0;
  }

  /** Puts a deadline, whose handler finds by the key what is due (`ledger/deadlines.ts`). */
  putDeadline(key: string): void {
    this.put(Table.deadline, key, noBytes);
    if (isSteadyDeadline(key)) this.firstSteadyDeadline = firstOf(this.firstSteadyDeadline, key);
    else this.firstWallDeadline = firstOf(this.firstWallDeadline, key);
  }

  /** A row of totals is written; without bytes: it goes. */
  noteTotals(key: string, row: Uint8Array | undefined): void {
    this.totalsRows ??= [];
    this.totalsRows.push([key, row]);
  }

  reply(to: Asker, answer: Answer): void {
    this.replies.push({ to, answer });
  }

  /** An answer that is not given at all when the turn fails: another attempt will give it. */
  replyWhenDurable(to: Asker, answer: Answer): void {
    this.replies.push({ to, answer, silentOnFailure: true });
  }

  /** Sends a message to another partition once this turn is durable. */
  send(partition: number, message: PeerMessage): void {
    this.messages.push({ partition, message });
  }
}

const firstOf = (known: string | undefined, key: string): string =>
  known === undefined || key < known ? key : known;
