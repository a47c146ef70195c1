/**
 * Limits on attempts to register, per address and per application, with back-off.
 *
 * A few failures are free; each one after that closes the door for twice as long as the one before,
 * up to a bound. While it is closed nothing is checked. The right token from an address that
 * it came from before passes all the same, so that nobody can lock an application out by failing in
 * its name, or a host out by one wrongly configured program. Time without failures forgives them.
 */
import type { Clock } from '../clock.js';

/** Failures that cost nothing: programs are misconfigured now and then. */
const freeFailures = { address: 20, application: 10 } as const;
const firstWaitMs = 1_000;
const longestWaitMs = 60_000;
/** Failures are forgotten after so long without another. */
const forgetAfterMs = 600_000;
/** Doors remembered of each kind; the one that was used longest ago goes. */
const remembered = 10_000;

type Kind = keyof typeof freeFailures;

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
  readonly #doors: Readonly<Record<Kind, Map<string, Door>>> = {
    address: new Map(),
    application: new Map(),
  };
  /** Networks and applications that have succeeded together. */
  readonly #known = new Set<string>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** How long the door stays closed; 0: it is open. */
  closedMs(address: string, application: string): number {
    const network = networkOf(address);
    const nowMs = this.#clock.monotonicMs();
    return Math.max(
      this.#closedMs('address', network, nowMs),
      this.#closedMs('application', application, nowMs),
    );
  }

  /** Whether this application has succeeded from there before. */
  isKnown(address: string, application: string): boolean {
    return this.#known.has(pairOf(address, application));
  }

  succeeded(address: string, application: string): void {
    const pair = pairOf(address, application);
    this.#known.delete(pair);
    this.#known.add(pair);
    if (this.#known.size > remembered) this.#known.delete(this.#known.values().next().value!);
  }

  failed(address: string, application: string): void {
    this.#fail('address', networkOf(address));
    this.#fail('application', application);
  }

  #closedMs(kind: Kind, name: string, nowMs: number): number {
    const door = this.#doors[kind].get(name);
    return door === undefined ? 0 : Math.max(0, door.closedUntilMs - nowMs);
  }

  #fail(kind: Kind, name: string): void {
    const doors = this.#doors[kind];
    const nowMs = this.#clock.monotonicMs();
    const before = doors.get(name);
    const isFresh = before === undefined || nowMs - before.lastMs > forgetAfterMs;
    const failures = isFresh ? 1 : before.failures + 1;
    const above = failures - freeFailures[kind];
    const waitMs = above <= 0 ? 0 : Math.min(longestWaitMs, firstWaitMs * 2 ** (above - 1));
    doors.delete(name);
    doors.set(name, { failures, closedUntilMs: nowMs + waitMs, lastMs: nowMs });
    if (doors.size > remembered) doors.delete(doors.keys().next().value!);
  }
}

const pairOf = (address: string, application: string): string =>
  `${networkOf(address)}\0${application}`;
