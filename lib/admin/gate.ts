/**
 * Who may stay connected to the admin listener. Its connections are few, and it has to answer
 * probes and operators whatever strangers do; so nobody keeps a place for nothing:
 *
 *   head      -> body       the head of a request is there, within a time that no byte prolongs
 *   body      -> answering  all of it is there, likewise
 *   answering -> head       the answer has left: the next request may come, within the first
 *                           time again
 *
 * When all places are taken, or too many by one address or from beyond this machine, one goes
 * that has not shown a token that was right: of those that have sent no whole request and of
 * those that are being answered, whichever are more, the oldest. A new one is refused only when
 * all have shown theirs.
 */
import type { Socket } from 'node:net';
import type { Clock, Timer } from '../clock.js';
import { limits } from '../limits.js';
import { networkOf } from '../security/attempts.js';
import { isLoopback } from '../security/exposure.js';

export const adminLimits = {
  connections: limits.adminConnections,
  connectionsPerAddress: limits.adminConnectionsPerAddress,
  /** Of the connections, kept for this machine. */
  connectionsOfLoopback: limits.adminConnections / 4,
  headTimeoutMs: limits.adminHeadTimeoutMs,
  bodyTimeoutMs: limits.adminBodyTimeoutMs,
};
/** Smaller ones are for tests. */
export type AdminLimits = { readonly [Name in keyof typeof adminLimits]: number };

type State = 'head' | 'body' | 'answering';

/** Ends of a socket tell it from all others; the one of TLS and the one below it have the same. */
interface Ends {
  readonly remoteAddress?: string | undefined;
  readonly remotePort?: number | undefined;
}

interface Guest {
  readonly socket: Socket;
  readonly address: string;
  readonly isOurs: boolean;
  state: State;
  /** Of the state; the oldest goes first. */
  sinceMs: number;
  isTrusted: boolean;
}

const tooLate = 'HTTP/1.1 408 Request Timeout\r\nconnection: close\r\ncontent-length: 0\r\n\r\n';

const keyOf = ({ remoteAddress, remotePort }: Ends): string => `${remoteAddress} ${remotePort}`;

export interface GateOptions {
  readonly clock: Clock;
  /** It speaks TLS: nothing can be written to a socket as it is. */
  readonly hasTls: boolean;
  readonly limits?: Partial<AdminLimits> | undefined;
}

export class AdminGate {
  readonly #clock: Clock;
  readonly #hasTls: boolean;
  readonly #limits: AdminLimits;
  /** By their ends, oldest connection first. */
  readonly #guests = new Map<string, Guest>();
  #sweep: Timer | undefined;

  constructor({ clock, hasTls, limits: smaller }: GateOptions) {
    this.#clock = clock;
    this.#hasTls = hasTls;
    this.#limits = { ...adminLimits, ...smaller };
  }

  /** Connections that there may be. */
  get connections(): number {
    return this.#limits.connections;
  }

  /** Takes a connection, and ends another if need be. False: it was ended itself. */
  enter(socket: Socket): boolean {
    const address = networkOf(socket.remoteAddress ?? '');
    const isOurs = isLoopback(socket.remoteAddress ?? '');
    if (!this.#makeRoom(address, isOurs)) {
      socket.destroy();
      return false;
    }
    const key = keyOf(socket);
    const guest = { socket, address, isOurs, state: 'head', isTrusted: false } as const;
    this.#guests.set(key, { ...guest, sinceMs: this.#clock.monotonicMs() });
    socket.once('close', () => this.#guests.delete(key));
    this.#sweepLater();
    return true;
  }

  /** The head of a request has come. */
  headCame(ends: Ends): void {
    this.#is(ends, 'body');
  }

  /** All of a request has come. */
  requestCame(ends: Ends): void {
    this.#is(ends, 'answering');
  }

  /** A request was answered. */
  answered(ends: Ends): void {
    this.#is(ends, 'head');
  }

  /** It showed a token that was right. */
  trust(ends: Ends): void {
    const guest = this.#guests.get(keyOf(ends));
    if (guest !== undefined) guest.isTrusted = true;
  }

  /** Ends all. */
  close(): void {
    this.#sweep?.cancel();
    for (const { socket } of this.#guests.values()) socket.destroy();
  }

  #is(ends: Ends, state: State): void {
    const guest = this.#guests.get(keyOf(ends));
    if (guest === undefined) return;
    guest.state = state;
    guest.sinceMs = this.#clock.monotonicMs();
  }

  #makeRoom(address: string, isOurs: boolean): boolean {
    const { connections, connectionsPerAddress, connectionsOfLoopback } = this.#limits;
    const guests = [...this.#guests.entries()];
    if (!isOurs) {
      const ofAddress = guests.filter(([, guest]) => guest.address === address);
      if (ofAddress.length >= connectionsPerAddress) return this.#endOneOf(ofAddress);
      const foreign = guests.filter(([, guest]) => !guest.isOurs);
      const most = connections - connectionsOfLoopback;
      if (foreign.length >= most) return this.#endOneOf(foreign);
    }
    return guests.length < connections || this.#endOneOf(guests);
  }

  /** Ends who has waited longest, for nothing or for an answer. False: all are trusted. */
  #endOneOf(guests: readonly (readonly [key: string, guest: Guest])[]): boolean {
    const strangers = guests.filter(([, { isTrusted }]) => !isTrusted);
    const answering = strangers.filter(([, { state }]) => state === 'answering');
    const waiting = strangers.filter(([, { state }]) => state !== 'answering');
    // Whoever has just come must not go for those that are many.
    const [first, ...others] = waiting.length >= answering.length ? waiting : answering;
    if (first === undefined) return false;
    const [key, { socket }] = others.reduce(
      (oldest, one) => (one[1].sinceMs < oldest[1].sinceMs ? one : oldest),
      first,
    );
    // Not when its end is told, which is later than the next may come.
    this.#guests.delete(key);
    socket.destroy();
    return true;
  }

  #sweepLater(): void {
    const { headTimeoutMs, bodyTimeoutMs } = this.#limits;
    this.#sweep ??= this.#clock.setTimer(Math.min(headTimeoutMs, bodyTimeoutMs) / 8, () => {
      this.#sweep = undefined;
      const nowMs = this.#clock.monotonicMs();
      for (const { socket, state, sinceMs, isTrusted } of this.#guests.values()) {
        const limitMs = state === 'head' ? headTimeoutMs : bodyTimeoutMs;
        if (state === 'answering' || nowMs - sinceMs < limitMs) continue;
        // A file of an operator takes the time that it takes, as long as it comes.
        if (state === 'body' && isTrusted) continue;
        if (!this.#hasTls) socket.write(tooLate);
        socket.destroySoon();
      }
      if (this.#guests.size > 0) this.#sweepLater();
    });
  }
}
