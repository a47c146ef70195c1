/**
 * How many clients the main thread registers in one turn of its event loop: a connection may bring
 * thousands in one piece, and each costs a message to every partition. The rest stays with its
 * connection, which is not read from meanwhile; connections take turns.
 */
import type { Clock } from '../clock.js';
import { limits } from '../limits.js';
import type { Connection } from '../net/connection.js';

export class RegistrationTurns {
  readonly #clock: Clock;
  /** Those whose next frame is a registration, the one whose turn is next first. */
  readonly #waiting = new Set<Connection>();
  #taken = 0;
  #isBegun = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Whether a registration has to wait with its connection; else it is counted. */
  holds(connection: Connection): boolean {
    if (!this.#isBegun) {
      this.#isBegun = true;
      this.#clock.setTimer(0, () => this.#next());
    }
    if (this.#taken < limits.registrationsPerTurn) {
      this.#taken++;
      return false;
    }
    this.#waiting.add(connection);
    return true;
  }

  #next(): void {
    this.#taken = 0;
    this.#isBegun = false;
    for (const connection of this.#waiting) {
      if (this.#taken >= limits.registrationsPerTurn) break;
      // Who has more comes behind the others.
      this.#waiting.delete(connection);
      connection.goOn();
    }
    // Some may have gone without taking anything: those behind them must not wait for ever.
    if (this.#waiting.size === 0 || this.#isBegun) return;
    this.#isBegun = true;
    this.#clock.setTimer(0, () => this.#next());
  }
}
