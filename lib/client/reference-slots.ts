/**
 * Things by their reference, for very many that come and go: an open hash table of slots that are
 * used again. A Map is not: each time it makes room it leaves its old table behind, pointing at the
 * new one, so that a table that has grown old keeps all later ones, and what was in them, from the
 * collector of young objects.
 */
const slotsMin = 64;

export class ReferenceSlots<Item extends { readonly reference: number }> {
  /** Number of items. */
  size = 0;
  #slots: (Item | undefined)[] = new Array<undefined>(slotsMin).fill(undefined);
  /** Items that do not be where their reference says: seldom one, as references come in turn. */
  #displaced = 0;

  get(reference: number): Item | undefined {
    return this.#slots[this.#slotOf(reference)];
  }

  /** Adds an item whose reference no other has. */
  add(item: Item): void {
    if (this.size * 2 >= this.#slots.length) this.#grow();
    this.#place(item);
    this.size++;
  }

  /**
   * Displaced items behind the hole move up, so that a search never has to look past one. Without
   * any nothing is looked at: behind the oldest reference are all others.
   */
  delete(reference: number): void {
    const slots = this.#slots;
    const last = slots.length - 1;
    let hole = this.#slotOf(reference);
    if (slots[hole] === undefined) return;
    this.size--;
    if (hole !== (reference & last)) this.#displaced--;
    for (
      let at = (hole + 1) & last;
      this.#displaced > 0 && slots[at] !== undefined;
      at = (at + 1) & last
    ) {
      const home = slots[at]!.reference & last;
      if (((at - home) & last) < ((at - hole) & last)) continue;
      slots[hole] = slots[at];
      if (hole === home) this.#displaced--;
      hole = at;
    }
    slots[hole] = undefined;
  }

  /** All items as they are now, in no order. */
  items(): Item[] {
    return this.#slots.filter((item) => item !== undefined);
  }

  /** Where the item is, or would be. References are handed out in turn, so few share a slot. */
  #slotOf(reference: number): number {
    const slots = this.#slots;
    const last = slots.length - 1;
    let slot = reference & last;
    while (slots[slot] !== undefined && slots[slot]!.reference !== reference) {
      slot = (slot + 1) & last;
    }
    return slot;
  }

  #place(item: Item): void {
    const slot = this.#slotOf(item.reference);
    if (slot !== (item.reference & (this.#slots.length - 1))) this.#displaced++;
    this.#slots[slot] = item;
  }

  #grow(): void {
    const items = this.items();
    this.#displaced = 0;
    this.#slots = new Array<undefined>(this.#slots.length * 2).fill(undefined);
    for (const item of items) this.#place(item);
  }
}
