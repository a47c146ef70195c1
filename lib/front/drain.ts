/** The end of what is in flight, when the server stops. */
import type { Clock, Random } from '../clock.js';
import type { Connection } from '../net/connection.js';
import type { NetLimits } from '../net/net-limits.js';
import type { SessionTable } from '../net/session.js';
import { limits } from '../limits.js';
import type { Replies } from './replies.js';

export interface DrainOptions {
  readonly clock: Clock;
  readonly random: Random;
  readonly sessions: SessionTable;
  /** `drainStallMs`: time for which a connection may take nothing of what waits for it. */
  readonly limits: Pick<NetLimits, 'drainStallMs'>;
  connections(): Iterable<Connection>;
}

export class Drain {
  readonly #options: DrainOptions;
  readonly #waiting: (() => void)[] = [];

  constructor(options: DrainOptions) {
    this.#options = options;
  }

  /**
   * Tells every client that the server stops. It may be back in a moment, so a few are not asked
   * to wait; of many, one comes back after the other.
   */
  announce(replies: Replies): void {
    const { sessions, random } = this.#options;
    const spreadMs = (sessions.size / limits.reconnectsPerSecond) * 1_000;
    for (const session of sessions) {
      replies.serverDraining(session, Math.floor(random.fraction() * spreadMs));
    }
  }

  /** Resolves when nothing is under way and all that was answered has left. */
  async wait(): Promise<void> {
    const isDrained = new Promise<void>((resolve) => this.#waiting.push(resolve));
    this.check();
    this.#sweep();
    await isDrained;
  }

  /** To be called when something was answered, or has left. */
  check(): void {
    if (this.#waiting.length === 0 || this.#options.sessions.underWay > 0) return;
    for (const connection of this.#options.connections()) {
      if (connection.unreadBytes > 0) return;
    }
    for (const resolve of this.#waiting.splice(0)) resolve();
  }

  /** Those that take nothing are not waited for. */
  #sweep(): void {
    if (this.#waiting.length === 0) return;
    const { clock, connections } = this.#options;
    const { drainStallMs } = this.#options.limits;
    const nowMs = clock.monotonicMs();
    for (const connection of connections()) connection.endIfStalled(nowMs, drainStallMs);
    clock.setTimer(drainStallMs / 8, () => this.#sweep());
  }
}
