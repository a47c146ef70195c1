/** Watches, from a periodic sweep, for something that must not last. */

/** Never early; late by at most the time between two sweeps. */
export class Wait {
  #sinceMs = -1;
  #progress = -1;

  /**
   * Whether `isSo` was so at every look for `limitMs`, with `progress` the same.
   * A change of `progress` starts the time anew.
   */
  lasts(isSo: boolean, progress: number, nowMs: number, limitMs: number): boolean {
    if (!isSo) this.#sinceMs = -1;
    else if (this.#sinceMs < 0 || progress !== this.#progress) this.#sinceMs = nowMs;
    else return nowMs - this.#sinceMs >= limitMs;
    this.#progress = progress;
    return false;
  }
}
