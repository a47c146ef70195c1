/**
 * SubmitSeq and PlaceInQueueSeq: numbers of 53 bits from one counter of a partition, which never
 * goes back. The low six bits are the partition, so that no two are the same in a store. What
 * arrives from another partition raises the counter above the numbers that it brings: what is
 * placed after it has a greater one.
 *
 * A mark stands ahead of the counter in the store, in leases, as that of the time does: it is
 * written in the write set that first needs more, and a start goes on behind it. So numbers have
 * gaps, and nobody may rely on there being none.
 */
import { assert } from '../../assert.js';
import { bufferOf } from '../../interaction/row-bytes.js';
import { limits } from '../../limits.js';
import { Table, type Reader } from '../../store/contract.js';
import { readU64, u64Key } from '../../store/keys.js';
import type { Turn } from '../turn.js';

const markKey = 'sequence';
/** Numbers of one lease: about a second of work, and 2^31 leases before the bits are used up. */
const leaseNumbers = 65_536;
/** Numbers of one count, one for each partition. */
const perCount = 64;
assert(limits.partitions <= perCount, 'the low six bits of a sequence are the partition');

export class Sequences {
  readonly #partition: number;
  /** The last one given. */
  #count: number;
  /** Up to here the store has leased it. */
  #leased: number;

  constructor(store: Reader, partition: number) {
    this.#partition = partition;
    this.#leased = this.#count = readSequenceMark(store);
  }

  /** A new number, greater than every one before. */
  next(): number {
    return ++this.#count * perCount + this.#partition;
  }

  /** A number has come from another partition. */
  saw(sequence: number): void {
    const count = countOf(sequence);
    if (count > this.#count) this.#count = count;
  }

  /** Stores a new lease with this turn if the counter has outrun the present one. */
  lease(turn: Turn): void {
    if (this.#count <= this.#leased) return;
    this.#leased = this.#count + leaseNumbers;
    turn.put(Table.meta, markKey, Buffer.from(u64Key(this.#leased), 'latin1'));
  }
}

/** The count in a number. */
export const countOf = (sequence: number): number => Math.floor(sequence / perCount);

/** The mark in a store: no number in it has a greater count. */
export function readSequenceMark(store: Reader): number {
  const row = store.get(Table.meta, markKey);
  return row === undefined ? 0 : readU64(bufferOf(row).toString('latin1'), 0);
}
