/**
 * A binary heap of things due at a time. Of equal times the lower rank comes out first, then what
 * went in first.
 */
interface Item<T> {
  readonly at: number;
  readonly rank: number;
  readonly order: number;
  readonly value: T;
}

export class EventHeap<T> {
  #items: Item<T>[] = [];
  #order = 0;

  get size(): number {
    return this.#items.length;
  }

  /** When the next thing is due; undefined = there is none. */
  nextAt(): number | undefined {
    return this.#items[0]?.at;
  }

  /** The thing that is due first. */
  first(): T | undefined {
    return this.#items[0]?.value;
  }

  push(at: number, value: T, rank = 0): void {
    const item = { at, rank, order: this.#order++, value };
    let index = this.#items.length;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      const above = this.#items[parent] as typeof item;
      if (!before(item, above)) break;
      this.#items[index] = above;
      index = parent;
    }
    this.#items[index] = item;
  }

  /** Takes out the thing that is due first. */
  pop(): T | undefined {
    const first = this.#items[0];
    const last = this.#items.pop();
    if (first === undefined || last === undefined) return undefined;
    const size = this.#items.length;
    if (size === 0) return first.value;
    let index = 0;
    for (;;) {
      let child = index * 2 + 1;
      if (child >= size) break;
      const left = this.#items[child] as typeof first;
      const right = this.#items[child + 1];
      if (right !== undefined && before(right, left)) child++;
      const below = this.#items[child] as typeof first;
      if (!before(below, last)) break;
      this.#items[index] = below;
      index = child;
    }
    this.#items[index] = last;
    return first.value;
  }
}

function before(a: Item<unknown>, b: Item<unknown>): boolean {
  if (a.at !== b.at) return a.at < b.at;
  return a.rank === b.rank ? a.order < b.order : a.rank < b.rank;
}
