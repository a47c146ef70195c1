/** Work in turns: one after the other, or each in a round of the event loop. */
import { inNextRound, type Clock } from '../clock.js';

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

/** Work that is long for the main thread: one piece in a round of the event loop. */
export class Rounds {
  readonly #clock: Clock;
  readonly #turns = new Turns();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Resolves in a round that is nobody else's. */
  own(): Promise<void> {
    const next = (): Promise<void> =>
      new Promise((resolve) => inNextRound(this.#clock, () => resolve()));
    return this.#turns.run('', next);
  }
}
