/** Work by name, one at a time each, in the order in which it was asked for. */
export class Turns {
  /** The last work of each name that has any. */
  readonly #last = new Map<string, Promise<unknown>>();

  /** Names that have work under way. */
  get size(): number {
    return this.#last.size;
  }

  /** Does `work` once all that was asked for before under this name has ended. */
  async run<T>(name: string, work: () => Promise<T>): Promise<T> {
    const before = this.#last.get(name);
    const mine = before === undefined ? work() : before.then(work, work);
    this.#last.set(name, mine);
    try {
      return await mine;
    } finally {
      if (this.#last.get(name) === mine) this.#last.delete(name);
    }
  }
}
