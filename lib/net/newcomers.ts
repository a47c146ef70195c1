/**
 * Connections that have not said who they are: at the limit they make room for others, the oldest
 * first, so that nobody keeps a server to himself by connecting and saying nothing.
 */

/** A connection, or a handshake that is to become one. */
export interface Newcomer {
  /** False from its first registration on. */
  readonly isNew: boolean;
  /** Ends it at once. */
  makeRoom(): void;
}

export class Newcomers {
  /** When each came, the oldest first. Who has registered is left out when it is come across. */
  readonly #since = new Map<Newcomer, number>();
  readonly #graceMs: number;

  /** @param graceMs time that each has to register before it may have to go */
  constructor(graceMs: number) {
    this.#graceMs = graceMs;
  }

  add(newcomer: Newcomer, nowMs: number): void {
    this.#since.set(newcomer, nowMs);
  }

  /** It has ended, or its handshake has. */
  delete(newcomer: Newcomer): void {
    this.#since.delete(newcomer);
  }

  /** Ends the oldest. False: none is here, or none that has had its time. */
  makeRoom(nowMs: number): boolean {
    for (const [newcomer, sinceMs] of this.#since) {
      if (newcomer.isNew && nowMs - sinceMs < this.#graceMs) return false;
      this.#since.delete(newcomer);
      if (!newcomer.isNew) continue;
      newcomer.makeRoom();
      return true;
    }
    return false;
  }
}
