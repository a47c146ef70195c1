/** A binary heap of things due at a time; equal times come out in the order they went in. */
export class EventHeap<T> {
  #items: { readonly at: number; readonly order: number; readonly value: T }[] = [];
  #order = 0;

  get size(): number {
    return this.#items.length;
  }

  /** When the next thing is due; undefined = there is none. */
  nextAt(): number | undefined {
    return this.#items[0]?.at;
  }

  push(at: number, value: T): void {
    const item = { at, order: this.#order++, value };
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

function before(
  a: { readonly at: number; readonly order: number },
  b: { readonly at: number; readonly order: number },
): boolean {
  return a.at < b.at || (a.at === b.at && a.order < b.order);
}
