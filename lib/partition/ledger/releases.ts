/** Who waits until what a session owned is back in its queues, durably. */
import type { Owners } from './owners.js';

export class Releases {
  readonly #owners: Owners;
  #waiting: { readonly sessionKey: string; resolve(isBack: boolean): void }[] = [];

  constructor(owners: Owners) {
    this.#owners = owners;
  }

  /** Resolves with true once nothing is to go back any more; with false if it cannot be said. */
  wait(sessionKey: string): Promise<boolean> {
    return new Promise((resolve) => {
      this.#waiting.push({ sessionKey, resolve });
      this.back([]);
    });
  }

  /** These sessions own nothing any more, which is on disk. */
  back(sessionKeys: readonly string[]): void {
    this.#owners.backForGood(sessionKeys);
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const one of waiting) {
      if (this.#owners.isReleasing(one.sessionKey)) this.#waiting.push(one);
      else one.resolve(true);
    }
  }

  /** A write set did not become durable: all is begun anew. */
  fail(): void {
    for (const { resolve } of this.#waiting.splice(0)) resolve(false);
  }
}
