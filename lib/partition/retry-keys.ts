/**
 * The same key gets the same answer (architecture, "Retry keys").
 *
 * The results of a write set stand in one row of it, so that keys cost little. An index in memory
 * finds the row of a key: two generations of it, the older dropped when the newer is full. After a
 * restart the index is read back from the newest rows in small steps; a request that says it may
 * have been sent before (flag `retry`) waits for all of it, so a start never waits for the rows. When
 * only the actor was rebuilt, every request does: one that was sent before the crash, and carries no
 * flag, may still be on its way between partitions.
 */
import { Packr } from 'msgpackr';
import { binaryText } from '../interaction/attached-data-text.js';
import { PackWriter } from '../interaction/attached-data-writer.js';
import { headNumbers } from '../interaction/packed-head.js';
import { limits } from '../limits.js';
import { readU64, u64Key } from '../store/keys.js';
import { Table, type Reader, type Store } from '../store/contract.js';
import { KeyHash, KeyIndex } from './key-index.js';
import type { KeptResult, Turn } from './turn.js';

type PackedResult = [clientName: string, key: Uint8Array, kind: 0 | 1, ids: string[]];
type PackedRow = [version: number, timeMs: number, count: number, results: PackedResult[]];

const codecVersion = 1;
const packr = new Packr({ useRecords: false, int64AsType: 'number' });
const writer = new PackWriter();
const hash = new KeyHash();
/** A generation has all keys that are promised; so the newest of them are there at any time. */
const generationSize = limits.retryKeysPerPartition;
const rowsPerStep = 64;
/** Rows are trimmed once for so many written. */
const trimEvery = 64;

export class RetryKeys {
  readonly #store: Store;
  readonly #isRebuilt: boolean;
  #newer = new KeyIndex();
  #older = new KeyIndex();
  #nextRow: number;
  /** Results ever kept, up to the newest row: tells how many rows hold at most the limit. */
  #count: number;
  /** First row not read back yet, going down; undefined: all is read. */
  #unread: number | undefined;

  /** @param isRebuilt another instance had this store before, in this process */
  constructor(store: Store, isRebuilt: boolean) {
    this.#store = store;
    this.#isRebuilt = isRebuilt;
    const newest = store.range(Table.retry, { reverse: true, limit: 1 })[0];
    this.#nextRow = newest === undefined ? 1 : readU64(newest[0], 0) + 1;
    this.#count = newest === undefined ? 0 : unpackRow(newest[1])[2];
    this.#unread = newest === undefined ? undefined : this.#nextRow;
  }

  /** Whether `readBack` has more to do. */
  get isReadingBack(): boolean {
    return this.#unread !== undefined;
  }

  /** The result of an earlier request with this key. `retried`: the client says it may exist. */
  find(turn: Turn, clientName: string, key: Uint8Array, retried: boolean): KeptResult | undefined {
    if (retried || this.#isRebuilt) while (this.isReadingBack) this.readBack(turn.nowMs);
    hash.of(clientName, key);
    const row = this.#newer.get(hash) ?? this.#older.get(hash);
    if (row === undefined) return undefined;
    const requestKey = binaryText(key);
    const kept = row === this.#nextRow ? turn.results : readRow(turn, row);
    return kept.find((each) => each.requestKey === requestKey && each.clientName === clientName);
  }

  /** Keeps a result with this turn. */
  keep(turn: Turn, result: KeptResult): void {
    turn.results.push(result);
    this.#index(result);
  }

  /** Puts the results of a turn into it. */
  store(turn: Turn): void {
    const { results } = turn;
    if (results.length === 0) return;
    this.#count += results.length;
    writer.arrayHead(4);
    writer.number(codecVersion);
    writer.number(turn.nowMs);
    writer.number(this.#count);
    writer.arrayHead(results.length);
    for (const result of results) writeResult(result);
    turn.put(Table.retry, u64Key(this.#nextRow), writer.take(), true);
    if (this.#nextRow % trimEvery === 0) this.#trim(turn);
    this.#nextRow++;
  }

  /** Reads some rows back into the index, newest first. */
  readBack(nowMs: number): void {
    const rows = this.#store.range(Table.retry, {
      to: u64Key(this.#unread!),
      reverse: true,
      limit: rowsPerStep,
    });
    for (const [key, value] of rows) {
      const [, timeMs, count, results] = unpackRow(value);
      this.#unread = readU64(key, 0);
      if (this.#isPast(timeMs, count, nowMs)) this.#unread = undefined;
      if (this.#unread === undefined) return;
      for (const [clientName, requestKey] of results) {
        hash.of(clientName, requestKey);
        if (this.#newer.get(hash) === undefined) this.#older.set(hash, this.#unread);
      }
    }
    if (rows.length < rowsPerStep) this.#unread = undefined;
  }

  #isPast(timeMs: number, count: number, nowMs: number): boolean {
    return (
      timeMs < nowMs - limits.retryKeyMs || count <= this.#count - limits.retryKeysPerPartition
    );
  }

  #index({ clientName, requestKey }: KeptResult): void {
    if (this.#newer.size >= generationSize) {
      // The room is used again: a table that grows anew stands still for milliseconds each time.
      [this.#older, this.#newer] = [this.#newer, this.#older];
      this.#newer.clear();
    }
    this.#newer.set(hash.of(clientName, requestKey), this.#nextRow);
  }

  #trim(turn: Turn): void {
    for (const [key, value] of turn.range(Table.retry, { limit: trimEvery * 2 })) {
      const [, timeMs, count] = headNumbers(value, 3);
      if (!this.#isPast(timeMs!, count!, turn.nowMs)) return;
      turn.delete(Table.retry, key);
    }
  }
}

/** As `PackedResult`. */
function writeResult({ clientName, requestKey, kind, ids }: KeptResult): void {
  writer.arrayHead(4);
  writer.string(clientName);
  writer.binaryText(requestKey);
  writer.number(kind === 'ack' ? 0 : 1);
  writer.arrayHead(ids.length);
  for (const id of ids) writer.string(id);
}

function readRow(reader: Reader, row: number): readonly KeptResult[] {
  const value = reader.get(Table.retry, u64Key(row));
  if (value === undefined) return [];
  return unpackRow(value)[3].map(([clientName, key, kind, ids]) => ({
    clientName,
    requestKey: binaryText(key),
    kind: kind === 0 ? 'ack' : 'pulled',
    ids,
  }));
}

const unpackRow = (value: Uint8Array): PackedRow => packr.unpack(value) as PackedRow;
