/**
 * The events of a partition, kept in order for a retention whether or not anybody reads.
 *
 * One row per write set: key = sequence of its first event, value = the row as `encodeEvents` makes
 * it. It has the bytes of all rows up to and including itself, which tells how much is kept without
 * a scan.
 */
import { bytesUpToEvents, PackedEventRow, timeOfEvents } from '../../interaction/event-row.js';
import { encodeEvents } from '../../interaction/event-row-writer.js';
import { noTimeline } from '../../timeline.js';
import { readU64, u64Key } from '../../store/keys.js';
import { ClockSteps } from './clock-steps.js';
import { Table, type Reader, type Store } from '../../store/contract.js';
import type { Turn } from '../turn.js';

export interface Retention {
  readonly retentionMs: number;
  readonly retentionBytes: number;
}

/** Rows looked at in one trim, and how many writes lie between two. */
const trimRows = 64;
const trimEvery = 32;

export class Outbox {
  readonly #store: Store;
  readonly #timeline: string;
  readonly #retention: Retention;
  readonly #steps: ClockSteps;
  #nextSequence = 1;
  #bytes = 0;
  #writes = 0;

  /** @param timeline that new events belong to */
  constructor(store: Store, retention: Retention, timeline: string = noTimeline) {
    this.#store = store;
    this.#timeline = timeline;
    this.#retention = retention;
    this.#steps = new ClockSteps(store);
    const newest = store.range(Table.outbox, { reverse: true, limit: 1 })[0];
    if (newest === undefined) return;
    this.#bytes = bytesUpToEvents(newest[1]);
    this.#nextSequence = new PackedEventRow(newest[1]).lastSequence + 1;
  }

  /** Sequence of the last event, 0 before the first. */
  get lastSequence(): number {
    return this.#nextSequence - 1;
  }

  /** Sequence of the oldest event kept; one more than the last when none is. */
  oldestSequence(): number {
    const oldest = this.#store.range(Table.outbox, { limit: 1 })[0];
    return oldest === undefined ? this.#nextSequence : readU64(oldest[0], 0);
  }

  /**
   * Puts the events of a turn into it and, now and then, removes what is past the retention.
   * @param steppedMs by how much the wall clock was put forward (or back) since the last turn
   */
  append(turn: Turn, steppedMs: number): void {
    const firstSequence = this.#nextSequence;
    if (steppedMs !== 0) this.#steps.note(turn, steppedMs, firstSequence, this.oldestSequence());
    if (turn.events.length === 0) return;
    const head = { timeline: this.#timeline, firstSequence, timeMs: turn.wallMs };
    const row = encodeEvents(turn.events, head, this.#bytes);
    this.#bytes += row.length;
    turn.put(Table.outbox, u64Key(firstSequence), row, true);
    this.#nextSequence += turn.events.length;
    if (this.#writes++ % trimEvery === 0) this.#trim(turn);
  }

  #trim(turn: Turn): void {
    // Mostly the oldest row, read alone, shows that there is nothing to do.
    for (const limit of [1, trimRows]) {
      for (const [key, value] of turn.range(Table.outbox, { limit })) {
        if (!this.#isPast(key, value, turn.wallMs)) return;
        turn.delete(Table.outbox, key);
      }
    }
  }

  #isPast(key: string, value: Uint8Array, wallMs: number): boolean {
    const { retentionMs, retentionBytes } = this.#retention;
    if (bytesUpToEvents(value) <= this.#bytes - retentionBytes) return true;
    const timeMs = timeOfEvents(value) + this.#steps.since(readU64(key, 0));
    return timeMs < wallMs - retentionMs;
  }
}

/** Packed rows of events from the one that holds `sequence` on, at most `limit`. */
export function readPackedEventRows(reader: Reader, sequence: number, limit: number): Uint8Array[] {
  const before = reader.range(Table.outbox, {
    to: u64Key(sequence + 1),
    reverse: true,
    limit: 1,
  })[0];
  const from = before === undefined ? u64Key(sequence) : before[0];
  return reader.range(Table.outbox, { from, limit }).map(([, value]) => value);
}
