/**
 * Refusals of credentials are slow, so that guessing is; a connection that fails again and
 * again is ended. The answers that wait are bounded: above that they come at once, and
 * their connection ends.
 */
import type { Clock } from '../clock.js';
import type { IxionError } from '../errors.js';
import type { Connection } from '../net/connection.js';
import type { Asker } from '../protocol/replies.js';
import type { Replies } from './replies.js';

const delayMs = 500;
const waitingMax = 256;
/** Refusals after which a connection ends. */
const refusalsMax = 3;

export class CredentialRefusals {
  readonly #clock: Clock;
  readonly #replies: Replies;
  readonly #answered: () => void;
  #waiting = 0;

  /** `answered`: an answer was appended and has to be flushed. */
  constructor(clock: Clock, replies: Replies, answered: () => void) {
    this.#clock = clock;
    this.#replies = replies;
    this.#answered = answered;
  }

  /** Whether this refusal is one to be slow with. */
  static isOne({ errorName }: IxionError): boolean {
    return errorName === 'InvalidCredentials' || errorName === 'TooManyAttempts';
  }

  refuse(connection: Connection, asker: Asker, error: IxionError): void {
    connection.refusals++;
    if (this.#waiting >= waitingMax || connection.refusals > refusalsMax) {
      this.#answer(connection, asker, error, true);
      return;
    }
    this.#waiting++;
    this.#clock.setTimer(delayMs, () => {
      this.#waiting--;
      this.#answer(connection, asker, error, connection.refusals >= refusalsMax);
      this.#answered();
    });
  }

  #answer(connection: Connection, asker: Asker, error: IxionError, isLast: boolean): void {
    this.#replies.error(connection, asker, error);
    if (isLast) connection.close('credentials refused');
  }
}
