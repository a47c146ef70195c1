/**
 * A write set in the making. A request is executed against a draft: it reads what is committed,
 * what is on its way to the disk and what this draft changed before; several changes of one key
 * become one. `seal` turns it into a write set that the store takes over without copying.
 */
import type { Change, Entry, RangeOptions, Reader, Table, WriteSet } from './contract.js';
import { Layer, layeredRange } from './overlay.js';

/** Changes on top of `base`, seen by this object's own `get` and `range`. */
export class Draft implements Reader {
  private readonly base: Reader;
  private readonly layer = new Layer();
  private readonly layers = [this.layer];
  /** Bytes of all keys and values handed over, replaced ones included: at least the set's. */
  bytes = 0;

  constructor(base: Reader) {
    this.base = base;
  }

  /** Number of keys changed. */
  get size(): number {
    return this.layer.size;
  }

  get(table: Table, key: string): Uint8Array | undefined {
    const value = this.layer.get(table, key);
    return value === undefined ? this.base.get(table, key) : (value ?? undefined);
  }

  /** What this draft itself has put there. */
  written(table: Table, key: string): Uint8Array | undefined {
    return this.layer.get(table, key) ?? undefined;
  }

  range(table: Table, options: RangeOptions): Entry[] {
    return layeredRange(this.base, this.layers, table, options);
  }

  /**
   * `value` belongs to the draft from now on and is never changed. `isNew`: the base has no such
   * key, as the caller knows.
   */
  put(table: Table, key: string, value: Uint8Array, isNew: boolean = false): void {
    this.layer.put(table, key, value, isNew);
    this.bytes += key.length + value.length;
  }

  /** Deletes; what this draft itself has put as new leaves no trace. */
  delete(table: Table, key: string): void {
    this.layer.delete(table, key);
    this.bytes += key.length;
  }

  /** The finished write set; the draft is not to be changed any more. */
  seal(partition: number, epoch: number, sequence: number): WriteSet {
    return new SealedDraft(partition, epoch, sequence, this.layer, this.layer.changes());
  }
}

/** A write set that still has the layer it was made from. */
class SealedDraft implements WriteSet {
  readonly partition: number;
  readonly epoch: number;
  readonly sequence: number;
  readonly changes: readonly Change[];
  readonly layer: Layer;

  constructor(
    partition: number,
    epoch: number,
    sequence: number,
    layer: Layer,
    changes: readonly Change[],
  ) {
    this.partition = partition;
    this.epoch = epoch;
    this.sequence = sequence;
    this.layer = layer;
    this.changes = changes;
  }
}

/** The layer of a write set: the one it was made from, or a new one. */
export function layerOf(writeSet: WriteSet): Layer {
  if (writeSet instanceof SealedDraft) return writeSet.layer;
  const layer = new Layer();
  for (const change of writeSet.changes) layer.take({ ...change });
  return layer;
}
