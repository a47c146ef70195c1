/**
 * The way of the feed to one consumer: what is newest is told, one message at a time, again until
 * it is taken. What comes while one is under way is told after it, as one: nothing is told twice
 * for being late, and nothing is left out.
 */
import type { Clock } from '../clock.js';
import { IxionError } from '../errors.js';
import { untilRebuilt } from './until-rebuilt.js';

export interface DeliveryOptions<T> {
  readonly clock: Clock;
  /** Takes it. Rejects with an IxionError while it cannot. */
  take(message: T): void | Promise<void>;
  /** Makes one message of two that follow each other. */
  merge(earlier: T, later: T): T;
  isOver(): boolean;
}

export class Delivery<T> {
  readonly #options: DeliveryOptions<T>;
  #due: T | undefined;
  #running: Promise<void> | undefined;

  constructor(options: DeliveryOptions<T>) {
    this.#options = options;
  }

  /** Whether something has not been taken yet. */
  get isBehind(): boolean {
    return this.#due !== undefined;
  }

  /**
   * Tells it; before the call returns, if nothing is under way. Resolves when it has been taken, or
   * what came later with it.
   * @throws {IxionError} when it is over; what else `take` throws: then it is not told again
   */
  tell(message: T): Promise<void> {
    this.#due = this.#due === undefined ? message : this.#options.merge(this.#due, message);
    this.#running ??= this.#run();
    return this.#running;
  }

  async #run(): Promise<void> {
    const { clock, isOver } = this.#options;
    try {
      for (;;) {
        const message = this.#due;
        try {
          await untilRebuilt(() => this.#tellNewest(), { clock, patienceMs: Infinity, isOver });
        } catch (error) {
          // What came meanwhile may be taken all the same.
          if (isOver() || this.#due === undefined || this.#due === message) throw error;
        }
        if (this.#due === undefined) return;
      }
    } finally {
      this.#running = undefined;
    }
  }

  async #tellNewest(): Promise<void> {
    const message = this.#due!;
    try {
      await this.#options.take(message);
    } catch (error) {
      const isLost = !(error instanceof IxionError);
      if (isLost && this.#due === message) this.#due = undefined;
      throw error;
    }
    if (this.#due === message) this.#due = undefined;
  }
}
