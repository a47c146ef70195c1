/**
 * The same key gets the same answer (architecture, "Retry keys").
 *
 * The results of a write set are in one row of it, so that keys cost little. An index in memory
 * finds the row of a key: two generations of it, the older dropped when the newer is full or old.
 * After a restart the index is read back from the newest rows in small steps; a request that may
 * have been sent before waits until it is read back as far as that request is old, so a start never
 * waits for the rows. When only the actor was rebuilt, every request waits for all of it: one that
 * was sent before the crash, and carries no flag, may still be on its way between partitions.
 *
 * Time is the *served* time: it goes on only while a partition is there to serve, monotonically,
 * and goes on from the newest row after a restart. So it never passes faster than real time,
 * whatever the wall clock does, and what it says about an age is the least that this can be: a
 * result that was dropped is never taken for one that there never was (`isForgotten`).
 */
import { assert } from '../../assert.js';
import { systemRandom } from '../../clock.js';
import { limits } from '../../limits.js';
import { readU64, u64Key } from '../../store/keys.js';
import { Table, type Store } from '../../store/contract.js';
import { hashOfKey, indexedKeysMax, KeyIndex } from './key-index.js';
import type { Chore } from '../chore.js';
import type { PartitionTime } from './partition-time.js';
import {
  encodeRetryRow,
  hashInRow,
  isSameKey,
  resultInRow,
  resultsInRow,
  retryRowHead,
  type KeptResult,
  type RetryRowHead,
} from '../rows/retry-row.js';
import type { Turn } from '../turn.js';

/**
 * Kept a little longer than promised: a request that is repeated in time is under way for a moment.
 */
const keptMs = limits.retryKeyMs + 2 * limits.retryTransitMs;
const noKey: Uint8Array = new Uint8Array(0);
const rowsPerStep = 64;
/** Rows are trimmed once for so many written, at most twice as many. */
const trimEvery = 64;

assert(
  limits.retryKeysPerPartition < indexedKeysMax,
  'a generation has all keys that are promised',
);

/** Reading back begins so long after a start, and goes on after so long. */
const readBackDelayMs = 250;
const readBackStepMs = 5;

export class RetryKeys implements Chore {
  readonly #store: Store;
  readonly #time: PartitionTime;
  readonly #startMs: number;
  /** Served time at `#startMs`. */
  readonly #baseMs: number;
  readonly #seed: number;
  #newer = new KeyIndex();
  #older = new KeyIndex();
  /** Since when the newer generation takes the keys. */
  #newerSinceMs: number;
  #oldestRow: number;
  #nextRow: number;
  /** Of all results ever kept, up to the newest row. */
  #count: number;
  #bytes: number;
  /** Results up to this served time may be forgotten; 0: none is. */
  #floorMs: number;
  /** First row not read back yet, going down; undefined: all is read. */
  #unread: number | undefined;
  /** When more of them is read. */
  #readBackAtMs: number;
  /** No row that is unread is newer. */
  #unreadMs: number;
  /** The hash that was made last, and of what; a key is never changed. */
  #lastKey: Uint8Array = noKey;
  #lastClient = '';
  #lastHash = 0;

  /** @param newSeed of the hashes, where the store has none yet */
  constructor(store: Store, time: PartitionTime, newSeed: number = drawSeed()) {
    this.#store = store;
    this.#time = time;
    this.#readBackAtMs = time.nowMs() + readBackDelayMs;
    this.#startMs = time.monotonicMs();
    const oldest = store.range(Table.retry, { limit: 1 })[0];
    const newest = store.range(Table.retry, { reverse: true, limit: 1 })[0];
    const head: RetryRowHead =
      newest === undefined
        ? { servedMs: 1, count: 0, bytes: 0, floorMs: 0, seed: newSeed }
        : retryRowHead(newest[1]);
    this.#baseMs = this.#unreadMs = this.#newerSinceMs = head.servedMs;
    this.#count = head.count;
    this.#bytes = head.bytes;
    this.#floorMs = head.floorMs;
    this.#seed = head.seed;
    this.#nextRow = newest === undefined ? 1 : readU64(newest[0], 0) + 1;
    this.#oldestRow = oldest === undefined ? this.#nextRow : readU64(oldest[0], 0);
    this.#unread = newest === undefined ? undefined : this.#nextRow;
  }

  /** Whether `readBack` has more to do. */
  get isReadingBack(): boolean {
    return this.#unread !== undefined;
  }

  /** Time by which results are dated, in whole milliseconds from 1. */
  servedMs(): number {
    return this.#baseMs + Math.floor(this.#time.monotonicMs() - this.#startMs);
  }

  /**
   * The result of an earlier request with this key.
   * @param ageMs how long ago it may have been sent first; infinite: not known
   */
  find(turn: Turn, clientName: string, key: Uint8Array, ageMs: number): KeptResult | undefined {
    if (this.#unread !== undefined) this.#readBackFor(ageMs);
    const hash = this.#hashOf(clientName, key);
    return (
      this.#findIn(this.#newer, turn, hash, clientName, key) ??
      this.#findIn(this.#older, turn, hash, clientName, key)
    );
  }

  /**
   * Whether a request that is not found, first sent so long ago, may have been
   * executed all the same.
   */
  isForgotten(ageMs: number): boolean {
    if (ageMs > limits.retryKeyMs + limits.retryTransitMs) return true;
    if (this.#floorMs === 0) return false;
    return ageMs + limits.retryTransitMs > this.servedMs() - this.#floorMs;
  }

  /** Keeps a result with this turn. */
  keep(turn: Turn, result: KeptResult): void {
    const hash = this.#hashOf(result.clientName, result.key);
    turn.results.push(result);
    turn.resultHashes.push(hash);
    this.#newer.add(hash, this.#nextRow);
  }

  /** What is kept is mostly what was just looked for. */
  #hashOf(clientName: string, key: Uint8Array): number {
    if (key !== this.#lastKey || clientName !== this.#lastClient) {
      this.#lastKey = key;
      this.#lastClient = clientName;
      this.#lastHash = hashOfKey(this.#seed, clientName, key);
    }
    return this.#lastHash;
  }

  /** Puts the results of a turn into it. */
  store(turn: Turn): void {
    const { results, resultHashes } = turn;
    if (results.length === 0) return;
    const servedMs = this.servedMs();
    if (this.#nextRow % trimEvery === 0) this.#trim(turn, servedMs);
    this.#count += results.length;
    const head = { servedMs, count: this.#count, floorMs: this.#floorMs, seed: this.#seed };
    const row = encodeRetryRow(head, this.#bytes, results, resultHashes);
    this.#bytes += row.length;
    turn.put(Table.retry, u64Key(this.#nextRow), row, true);
    this.#nextRow++;
    const isOld = servedMs - this.#newerSinceMs > keptMs;
    if (isOld || this.#newer.size >= limits.retryKeysPerPartition) this.#changeGeneration(servedMs);
  }

  get dueMs(): number {
    return this.#unread === undefined ? Number.POSITIVE_INFINITY : this.#readBackAtMs;
  }

  /** Goes on reading back what a former process has kept. */
  work({ nowMs }: Turn): void {
    if (nowMs < this.dueMs) return;
    this.#readBack();
    this.#readBackAtMs = nowMs + readBackStepMs;
  }

  /** Reads some rows back into the index, newest first. */
  #readBack(): void {
    const rows = this.#store.range(Table.retry, {
      to: u64Key(this.#unread!),
      reverse: true,
      limit: rowsPerStep,
    });
    const nowMs = this.servedMs();
    for (const [key, row] of rows) {
      const head = retryRowHead(row);
      this.#unreadMs = head.servedMs;
      if (this.#isPast(head, nowMs)) return this.#endReadBack(head.servedMs);
      this.#unread = readU64(key, 0);
      const results = resultsInRow(row);
      for (let index = 0; index < results; index++) {
        this.#older.add(hashInRow(row, index), this.#unread);
      }
    }
    if (rows.length < rowsPerStep) this.#unread = undefined;
  }

  /** @param forgottenMs served time of the newest of those that are not read back */
  #endReadBack(forgottenMs: number): void {
    this.#unread = undefined;
    this.#forget(forgottenMs);
  }

  #readBackFor(ageMs: number): void {
    const sinceMs = this.servedMs() - ageMs - limits.retryTransitMs;
    while (this.#unread !== undefined && this.#unreadMs >= sinceMs) this.#readBack();
  }

  #findIn(
    generation: KeyIndex,
    turn: Turn,
    hash: number,
    clientName: string,
    key: Uint8Array,
  ): KeptResult | undefined {
    for (let at = generation.find(hash); at >= 0; at = generation.find(hash, at)) {
      const row = generation.rowAt(at);
      const kept = row === this.#nextRow ? inTurn(turn, clientName, key) : undefined;
      if (kept !== undefined) return kept;
      const stored = turn.get(Table.retry, u64Key(row));
      const found = stored && resultInRow(stored, clientName, key);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  #isPast({ servedMs, count, bytes }: RetryRowHead, nowMs: number): boolean {
    return (
      servedMs < nowMs - keptMs ||
      count <= this.#count - limits.retryKeysPerPartition ||
      bytes <= this.#bytes - limits.retryBytesPerPartition
    );
  }

  #forget(servedMs: number): void {
    this.#floorMs = Math.max(this.#floorMs, servedMs);
  }

  #changeGeneration(servedMs: number): void {
    if (this.#unread !== undefined) this.#endReadBack(this.#newerSinceMs);
    else if (this.#older.size > 0) this.#forget(this.#newerSinceMs);
    // The room is used again: a table that grows anew stands still for milliseconds each time.
    [this.#older, this.#newer] = [this.#newer, this.#older];
    this.#newer.clear();
    this.#newerSinceMs = servedMs;
  }

  #trim(turn: Turn, nowMs: number): void {
    const end = Math.min(this.#nextRow, this.#oldestRow + 2 * trimEvery);
    for (; this.#oldestRow < end; this.#oldestRow++) {
      const key = u64Key(this.#oldestRow);
      const row = turn.get(Table.retry, key);
      if (row === undefined) continue;
      const head = retryRowHead(row);
      if (!this.#isPast(head, nowMs)) return;
      this.#forget(head.servedMs);
      turn.delete(Table.retry, key);
    }
  }
}

/** A result that this turn keeps. */
function inTurn(turn: Turn, clientName: string, key: Uint8Array): KeptResult | undefined {
  return turn.results.find((each) => each.clientName === clientName && isSameKey(each.key, 0, key));
}

const drawSeed = (): number => Math.floor(systemRandom.fraction() * 0x8000_0000);
