/**
 * Code that a start does without, loaded when it is wanted. A load that fails never ends the
 * server, and nothing stays away for ever: it is said once, and tried again. Since Node remembers
 * what it did not find, a load is not even begun while no file could be opened.
 */
import type { Clock, Timer } from '../clock.js';
import { IxionError } from '../errors.js';
import type { Descriptors } from './descriptors.js';
import type { Log } from '../log.js';

const firstWaitMs = 500;
const waitMsMax = 30_000;

export interface LateLoadsOptions {
  readonly clock: Clock;
  readonly log: Log;
  readonly descriptors: Descriptors;
}

export class LateLoads {
  readonly #options: LateLoadsOptions;
  readonly #waits = new Set<{ readonly timer: Timer; end(): void }>();
  #isStopped = false;

  constructor(options: LateLoadsOptions) {
    this.#options = options;
  }

  /**
   * Loads for somebody who asks now.
   * @param what for messages, as `backups`
   * @throws {IxionError} Unavailable when it cannot be loaded now; nothing is kept of the failure
   */
  async now<T>(what: string, load: () => Promise<T>): Promise<T> {
    try {
      return await this.#options.descriptors.lend(load);
    } catch (cause) {
      const detail = `${what} cannot be loaded: ${(cause as Error).message}`;
      throw new IxionError('Unavailable', detail, { cause });
    }
  }

  /** Loads, however often that has to be tried. Undefined: `stop` came before. */
  async whenPossible<T>(what: string, load: () => Promise<T>): Promise<T | undefined> {
    const { log } = this.#options;
    let said = '';
    for (let waitMs = firstWaitMs; !this.#isStopped; waitMs = Math.min(2 * waitMs, waitMsMax)) {
      try {
        const loaded = await this.now(what, load);
        if (said !== '') log.info({}, `${what} could be loaded at last`);
        return loaded;
      } catch (error) {
        const { message } = error as Error;
        if (message !== said) log.error({}, `${message}; it is tried again`);
        said = message;
      }
      await this.#wait(waitMs);
    }
    return undefined;
  }

  /** Gives up what could not be loaded. */
  stop(): void {
    this.#isStopped = true;
    for (const { timer, end } of this.#waits) {
      timer.cancel();
      end();
    }
  }

  #wait(waitMs: number): Promise<void> {
    return new Promise((resolve) => {
      const wait = {
        timer: this.#options.clock.setTimer(waitMs, () => wait.end()),
        end: () => {
          this.#waits.delete(wait);
          resolve();
        },
      };
      this.#waits.add(wait);
    });
  }
}
