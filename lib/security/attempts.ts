/**
 * Limits on attempts with wrong credentials, per address, with back-off.
 *
 * A few failures are free; each one after that closes the door of its address for twice as long as
 * the one before, up to a bound. While it is closed wrong credentials are refused without a word to
 * the audit log. The right token always enters: nobody guesses one (256 random bits), and a door
 * that kept it out would let anybody lock an application out by failing beside it, or in its name.
 * So doors bound noise, and nothing else. Time without failures forgives them.
 */
import type { Clock } from '../clock.js';

/** Failures that cost nothing: programs are misconfigured now and then. */
const freeFailures = 20;
const firstWaitMs = 1_000;
const waitMsMax = 60_000;
/** Failures are forgotten after so long without another. */
const forgetAfterMs = 600_000;
/** Doors remembered; the one that was used longest ago goes. */
const remembered = 10_000;

interface Door {
  failures: number;
  closedUntilMs: number;
  lastMs: number;
}

/** The network that an address counts for: of IPv6 the first 64 bits, since a host has them all. */
export function networkOf(address: string): string {
  const v4 = /(?:^|:)(\d+\.\d+\.\d+\.\d+)$/.exec(address);
  if (v4?.[1] !== undefined) return v4[1];
  const [head = '', tail] = address.split('%', 1)[0]!.split('::', 2);
  const front = head === '' ? [] : head.split(':');
  const back = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = Array.from({ length: Math.max(0, 8 - front.length - back.length) }, () => '0');
  return [...front, ...(tail === undefined ? [] : zeros), ...back].slice(0, 4).join(':');
}

export class Attempts {
  readonly #clock: Clock;
  /** By network. */
  readonly #doors = new Map<string, Door>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** How long the door of an address stays closed; 0: it is open. */
  closedMs(address: string): number {
    const door = this.#doors.get(networkOf(address));
    return door === undefined ? 0 : Math.max(0, door.closedUntilMs - this.#clock.monotonicMs());
  }

  /** Wrong credentials came from there. */
  failed(address: string): void {
    const network = networkOf(address);
    const nowMs = this.#clock.monotonicMs();
    const before = this.#doors.get(network);
    const isFresh = before === undefined || nowMs - before.lastMs > forgetAfterMs;
    const failures = isFresh ? 1 : before.failures + 1;
    const above = failures - freeFailures;
    const waitMs = above <= 0 ? 0 : Math.min(waitMsMax, firstWaitMs * 2 ** (above - 1));
    this.#doors.delete(network);
    this.#doors.set(network, { failures, closedUntilMs: nowMs + waitMs, lastMs: nowMs });
    if (this.#doors.size > remembered) this.#doors.delete(this.#doors.keys().next().value!);
  }
}
