/** Joins what partitions find for one snapshot: the first in its order, and how many there are. */
import type { ScanPart } from '../mail/partition.js';

/** One that was found. */
export interface Found {
  readonly id: string;
  /** Where it stands; see `search/order-key.ts`. */
  readonly place: string;
  readonly partition: number;
  readonly assignment: number;
}

export class Gathering {
  readonly #most: number;
  /** In order; at most so many. */
  #first: readonly Found[] = [];
  #total = 0;

  /** @param most that are kept */
  constructor(most: number) {
    this.#most = most;
  }

  /** What stands behind this place is not wanted any more; undefined: there is still room. */
  get before(): string | undefined {
    return this.#first.length < this.#most ? undefined : this.#first.at(-1)!.place;
  }

  add(partition: number, { count, ids, places, assignments }: ScanPart['found'][number]): void {
    this.#total += count;
    if (ids.length === 0) return;
    const found = ids.map((id, at) => ({
      id,
      place: places[at]!,
      partition,
      assignment: assignments[at]!,
    }));
    this.#first = merged(this.#first, found.sort(byPlace), this.#most);
  }

  /** One that moved meanwhile may have been found twice: it is told once. */
  finish(): { readonly first: readonly Found[]; readonly total: number } {
    const seen = new Set<string>();
    const first = this.#first.filter(({ id }) => !seen.has(id) && seen.add(id));
    return { first, total: this.#total - (this.#first.length - first.length) };
  }
}

const byPlace = (left: Found, right: Found): number =>
  left.place < right.place ? -1 : left.place > right.place ? 1 : 0;

function merged(left: readonly Found[], right: readonly Found[], most: number): Found[] {
  const all: Found[] = [];
  let [at, other] = [0, 0];
  while (all.length < most && (at < left.length || other < right.length)) {
    const [one, two] = [left[at], right[other]];
    if (two === undefined || (one !== undefined && one.place <= two.place)) {
      all.push(one!);
      at++;
    } else {
      all.push(two);
      other++;
    }
  }
  return all;
}
