/**
 * The overlay: changes that are not committed yet, in layers, one per write set.
 *
 * LMDB shows a put to readers only when its transaction ended. The owner of a partition must see
 * its own changes at once, so every read goes through the layers, newest first, and then to what
 * is committed. A layer keeps, per table, a hash map for `get` and a sorted list of keys for
 * `range`; the list is put in order only when a range asks for it, because many tables are never
 * ranged over.
 *
 * A row that comes and goes within one layer leaves a mark there, as every deleted one does, but is
 * no change to what lies below: it was *new* when it was put, says who put it. What is new is never
 * told of a row that the layer knew already: a deleted one may still lie below.
 */
import {
  tables,
  type Change,
  type Entry,
  type RangeOptions,
  type Reader,
  type Table,
} from './contract.js';
import { lowerBound } from './search.js';

/** What a layer knows of a key: its value, `null` when deleted, undefined when untouched. */
export type Layered = Uint8Array | null | undefined;

/** Up to here new keys are inserted one by one; above it sorting the whole list is cheaper. */
const insertionsMax = 8;

/** A change that a layer keeps, and shares with the layers that take it over. */
class Row implements Change {
  readonly table: Table;
  readonly key: string;
  readonly value: Uint8Array | undefined;
  isNew: boolean;

  constructor(table: Table, key: string, value: Uint8Array | undefined, isNew: boolean) {
    this.table = table;
    this.key = key;
    this.value = value;
    this.isNew = isNew;
  }
}

/** The changes of one write set to one table. */
class TableLayer {
  readonly rows = new Map<string, Change>();
  /** In order; with `loose` it holds every key of `rows` once. */
  private sorted: string[] = [];
  private loose: string[] = [];

  /** True: the layer did not know the key. */
  take(change: Change): boolean {
    const { key } = change;
    const { rows } = this;
    const wasSaid = change.isNew === true && change.value !== undefined;
    // Else it is as new as what the layer has of it.
    if (!wasSaid) change.isNew = rows.get(key)?.isNew === true;
    const { size } = rows;
    rows.set(key, change);
    if (rows.size === size) {
      // What was said to be new has been here before, and deleted: it may still lie below.
      if (wasSaid) change.isNew = false;
      return false;
    }
    this.#list(key);
    return true;
  }

  #list(key: string): void {
    const { sorted, loose } = this;
    const last = sorted[sorted.length - 1];
    if (loose.length === 0 && (last === undefined || key > last)) sorted.push(key);
    else loose.push(key);
  }

  sortedKeys(): readonly string[] {
    const { sorted, loose } = this;
    if (loose.length === 0) return sorted;
    if (loose.length <= insertionsMax) {
      for (const key of loose) sorted.splice(lowerBound(sorted, key), 0, key);
    } else {
      for (const key of loose) sorted.push(key);
      sorted.sort();
    }
    this.loose = [];
    return sorted;
  }
}

/** The changes of one write set, coalesced: the last change of a key counts. */
export class Layer {
  private readonly tables: (TableLayer | undefined)[] = new Array<undefined>(tables.length);
  /** Number of keys changed. */
  private keys = 0;

  get size(): number {
    return this.keys;
  }

  /** `isNew`: no layer and nothing below has such a row, as the caller knows. */
  put(table: Table, key: string, value: Uint8Array, isNew: boolean = false): void {
    this.take(new Row(table, key, value, isNew));
  }

  delete(table: Table, key: string): void {
    this.take(new Row(table, key, undefined, false));
  }

  /** Puts or deletes, and keeps the change itself. */
  take(change: Change): void {
    const changed = (this.tables[change.table] ??= new TableLayer());
    if (changed.take(change)) this.keys += 1;
  }

  get(table: Table, key: string): Layered {
    const row = this.tables[table]?.rows.get(key);
    return row === undefined ? undefined : (row.value ?? null);
  }

  /** The changed keys of a table in order, or undefined when there are none. */
  sortedKeys(table: Table): readonly string[] | undefined {
    return this.tables[table]?.sortedKeys();
  }

  /**
   * All changes to what lies below, table by table in the order of their numbers, each table in
   * order of first touch.
   */
  changes(): Change[] {
    const changes: Change[] = [];
    for (const table of tables) {
      // Without the pair that an iterator makes of each entry.
      this.tables[table]?.rows.forEach((row) => {
        if (row.value !== undefined || row.isNew !== true) changes.push(row);
      });
    }
    return changes;
  }
}

/** `get` through layers (oldest first in the array) and then `committed`. */
export function layeredGet(
  committed: Reader,
  layers: readonly Layer[],
  table: Table,
  key: string,
): Uint8Array | undefined {
  for (let index = layers.length - 1; index >= 0; index -= 1) {
    const value = layers[index]!.get(table, key);
    if (value !== undefined) return value ?? undefined;
  }
  return committed.get(table, key);
}

/** `range` through layers (oldest first in the array) and then `committed`. */
export function layeredRange(
  committed: Reader,
  layers: readonly Layer[],
  table: Table,
  options: RangeOptions,
): Entry[] {
  let cursors: LayerCursor[] | undefined;
  for (let index = layers.length - 1; index >= 0; index -= 1) {
    const layer = layers[index]!;
    const keys = layer.sortedKeys(table);
    if (keys === undefined) continue;
    const cursor = new LayerCursor(layer, keys, options);
    if (cursor.key !== undefined) (cursors ??= []).push(cursor);
  }
  if (cursors === undefined) return committed.range(table, options);
  return merge(new CommittedCursor(committed, table, options), cursors, table, options);
}

/** A position in the keys of one layer, within the bounds of a range. */
class LayerCursor {
  readonly layer: Layer;
  private readonly keys: readonly string[];
  private readonly step: 1 | -1;
  /** One past the last position, in the direction of the walk. */
  private readonly stop: number;
  private at: number;
  key: string | undefined;

  constructor(layer: Layer, keys: readonly string[], options: RangeOptions) {
    const low = options.from === undefined ? 0 : lowerBound(keys, options.from);
    const high = options.to === undefined ? keys.length : lowerBound(keys, options.to);
    this.layer = layer;
    this.keys = keys;
    this.step = options.reverse === true ? -1 : 1;
    this.at = options.reverse === true ? high - 1 : low;
    this.stop = options.reverse === true ? low - 1 : high;
    this.key = low < high ? keys[this.at] : undefined;
  }

  advance(): void {
    this.at += this.step;
    this.key = this.at === this.stop ? undefined : this.keys[this.at];
  }
}

/**
 * A position in the committed entries of a range. They are read in pieces, because the overlay may
 * hide any number of them, or make most of them unneeded.
 */
class CommittedCursor {
  private readonly committed: Reader;
  private readonly table: Table;
  private options: RangeOptions;
  private piece: Entry[];
  private pieceLimit: number;
  private at = 0;
  entry: Entry | undefined;

  constructor(committed: Reader, table: Table, options: RangeOptions) {
    this.committed = committed;
    this.table = table;
    this.options = options;
    this.pieceLimit = Math.min(options.limit ?? 256, 256) + 1;
    this.piece = committed.range(table, { ...options, limit: this.pieceLimit });
    this.entry = this.piece[0];
  }

  advance(): void {
    this.at += 1;
    if (this.at === this.piece.length && this.piece.length === this.pieceLimit) this.readOn();
    this.entry = this.piece[this.at];
  }

  private readOn(): void {
    const last = this.piece[this.piece.length - 1]![0];
    this.options =
      this.options.reverse === true
        ? { ...this.options, to: last }
        : { ...this.options, from: `${last}\0` };
    this.pieceLimit = Math.min(this.pieceLimit * 2, 256);
    this.piece = this.committed.range(this.table, { ...this.options, limit: this.pieceLimit });
    this.at = 0;
  }
}

/** `cursors`: newest layer first, so that the first one at a key has its value. */
function merge(
  committed: CommittedCursor,
  cursors: readonly LayerCursor[],
  table: Table,
  options: RangeOptions,
): Entry[] {
  const limit = options.limit ?? Infinity;
  const reverse = options.reverse === true;
  const entries: Entry[] = [];
  while (entries.length < limit) {
    let key = committed.entry?.[0];
    let newest: LayerCursor | undefined;
    for (const cursor of cursors) {
      const candidate = cursor.key;
      if (candidate === undefined) continue;
      const isNext = key === undefined || (reverse ? candidate > key : candidate < key);
      if (isNext || (newest === undefined && candidate === key)) {
        key = candidate;
        newest = cursor;
      }
    }
    if (key === undefined) break;
    if (newest === undefined) {
      entries.push(committed.entry!);
    } else {
      const value = newest.layer.get(table, key);
      if (value) entries.push([key, value]);
      for (const cursor of cursors) if (cursor.key === key) cursor.advance();
    }
    if (committed.entry?.[0] === key) committed.advance();
  }
  return entries;
}
