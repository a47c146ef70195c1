/**
 * The order of the requests of one logical client, where the way through the partitions does not
 * keep it: frames wait here until what was sent before them is answered.
 *
 * A frame with the flag `fence` waits until every earlier request of its client is answered, and
 * what follows it waits with it. So does the end of a client (message 174), and what the front
 * itself cannot let overtake: the first frame after a queue has moved, since its way is a new one,
 * and all frames of a client that takes a session key over, until the one that had it is gone.
 *
 * A pull that waits in a partition is not waited for. The front cannot see which those are:
 * the partitions are asked, when a fence is in the way of a client that has pulled, and
 * again until it is not. Nor is what another agent is to answer, as a transfer: that may take it
 * as long as it thinks, and a client that ends is not kept by it either.
 *
 * What waits of one connection is bounded by number and bytes; above that it is refused.
 */
import type { Clock } from '../clock.js';
import type { Connection } from '../net/connection.js';
import { Fence } from '../net/fence.js';
import type { NetLimits } from '../net/net-limits.js';
import type { Session, SessionTable } from '../net/session.js';
import { FrameFlag } from '../protocol/frame-layout.js';
import {
  copyOf,
  frameLength,
  readHeader,
  referenceOf,
  type FrameHeader,
} from '../protocol/frame.js';
import { numbersOfThose } from '../protocol/registry.js';
import { AskTurns } from './asks.js';
import { BusyFrame } from './busy-frame.js';
import type { PartitionLink } from './partition-link.js';
import { retryAfterMsMin } from './admission-control.js';
import type { Replies } from './replies.js';

/** Wait before the partitions are asked again which pulls wait in them. */
const askAgainMs = 20;
/** Partitions asked for that at once. */
const asksAtOnce = 256;

/** Those that end their client wait for everything, pulls included. */
export const leavingRequests = numbersOfThose(['leaves']);

export interface FencesOptions {
  readonly clock: Clock;
  readonly links: readonly PartitionLink[];
  readonly replies: Replies;
  readonly limits: NetLimits;
  readonly sessions: SessionTable;
}

/** Whom the fences let frames pass to. */
export interface FenceOwner {
  /** Executes a frame whose turn has come. */
  serve(
    session: Session,
    header: FrameHeader,
    buffer: Uint8Array,
    start: number,
    end: number,
  ): void;
  /** Takes a frame that was left when its client ended, as one that has just come. */
  route(
    connection: Connection,
    header: FrameHeader,
    buffer: Uint8Array,
    start: number,
    end: number,
  ): void;
  /** An answer was appended outside of a turn of the connection. */
  flush(): void;
  /** Refuses a frame because the server stops; false: it is still served. */
  refuseStopping(connection: Connection, header: FrameHeader): boolean;
}

const waitingBusy = new BusyFrame('too many requests wait here for earlier ones to be answered');

export class Fences {
  readonly #options: FencesOptions;
  readonly #owner: FenceOwner;
  readonly #sessions: SessionTable;
  readonly #turns: AskTurns;

  constructor(options: FencesOptions, owner: FenceOwner) {
    this.#options = options;
    this.#owner = owner;
    const atOnce = Math.max(1, Math.floor(asksAtOnce / options.links.length));
    this.#turns = new AskTurns({ atOnce, waitingPerSession: 1 });
    this.#sessions = options.sessions;
  }

  /**
   * Whether a frame has been dealt with: it waits, or is refused. To be asked for a frame with a
   * flag other than `retry`, and for every frame of a client that has a fence.
   */
  parks(
    session: Session,
    header: FrameHeader,
    buffer: Uint8Array,
    start: number,
    end: number,
  ): boolean {
    const { fence } = session;
    const isFenced = (header.flags & FrameFlag.fence) !== 0;
    if (fence === undefined || (fence.frames.length === 0 && !fence.isShut)) {
      if (!isFenced && (fence === undefined || !isStopped(fence, header))) return false;
      if (this.#isClear(session)) {
        session.fence = undefined;
        return false;
      }
    }
    return this.#take(session, header, copyOf(buffer, start, end));
  }

  /** The same of message 174: it waits for everything, pulls included, and ends them. */
  parksEnd(session: Session, header: FrameHeader, frame: Uint8Array): boolean {
    if (session.underWay === 0) return false;
    session.isLeaving = true;
    this.endPulls(session);
    return this.#take(session, header, frame);
  }

  /** Whether a registration has to wait until the client that has the number is gone. */
  parksRegistration(session: Session, header: FrameHeader, frame: Uint8Array): boolean {
    const { fence } = session;
    if (fence === undefined || (fence.frames.length === 0 && !fence.isEnding)) return false;
    return this.#take(session, header, frame);
  }

  /** The next frame of each client that has something under way waits until that is answered. */
  armAll(): void {
    for (const session of this.#sessions) if (session.underWay > 0) this.arm(session);
  }

  /** The next frame of this client waits until all before it is answered. */
  arm(session: Session, passesRetried = false): void {
    session.fence ??= new Fence();
    const { fence } = session;
    fence.passesRetried = passesRetried && (!fence.isArmed || fence.passesRetried);
    fence.isArmed = true;
  }

  /** Something was answered to a client that has a fence: `bytes` are the answers, if frames. */
  progressed(session: Session, bytes?: Uint8Array): void {
    const fence = session.fence!;
    if (bytes !== undefined && (fence.waitingPulls.size > 0 || fence.isAsking)) {
      for (let at = 0; at < bytes.length; at += frameLength(bytes, at)) {
        const reference = referenceOf(bytes, at);
        fence.waitingPulls.delete(reference);
        if (fence.isAsking) fence.answered.add(reference);
      }
    }
    this.#advance(session);
    this.#tellIdle(session);
  }

  /** Lets nothing of this client pass. `isEnding`: until it is gone. */
  shut(session: Session, isEnding: boolean): void {
    session.fence ??= new Fence();
    session.fence.isShut = true;
    session.fence.isEnding = isEnding;
  }

  /** Takes back `shut`. */
  open(session: Session): void {
    session.fence!.isShut = false;
    this.#advance(session);
  }

  /** Ends the pulls of this client that wait, and lets none wait from now on. */
  endPulls(session: Session): void {
    if (!session.hasPulled || session.pullsEnd) return;
    session.pullsEnd = true;
    const message = { type: 'session-ending', session: session.number } as const;
    for (const link of this.#options.links) link.send(message);
  }

  /** Resolves once nothing of this client is under way, or it is gone. It must have a fence. */
  idle(session: Session): Promise<void> {
    return new Promise((resolve) => {
      session.fence!.whenIdle.push(resolve);
      this.#tellIdle(session);
    });
  }

  /** To be called when a client is gone: takes what waits of it, and returns it. */
  clear(session: Session): readonly Uint8Array[] {
    const { fence } = session;
    if (fence === undefined) return [];
    session.fence = undefined;
    const frames = fence.frames.splice(0);
    for (const { length } of frames) this.#weigh(session, -length);
    for (const resolve of fence.whenIdle.splice(0)) resolve();
    return frames;
  }

  /** Executes what a client left when it ended: for whoever has its number now, or nobody. */
  again(connection: Connection, frames: readonly Uint8Array[]): void {
    for (const frame of frames) {
      this.#owner.route(connection, readHeader(frame, 0), frame, 0, frame.length);
    }
  }

  /** The server stops: what waits is refused, but what is served until the end. */
  refuseAll(): void {
    for (const session of this.#sessions) {
      const { fence, connection } = session;
      if (fence === undefined) continue;
      for (const frame of fence.frames.splice(0)) {
        if (this.#owner.refuseStopping(connection, readHeader(frame, 0))) {
          this.#weigh(session, -frame.length);
          this.#sessions.endWait(session);
        } else fence.frames.push(frame);
      }
      this.#advance(session);
    }
  }

  #take(session: Session, header: FrameHeader, frame: Uint8Array): true {
    const { connection } = session;
    const { limits, replies } = this.#options;
    const { waitingBytesPerConnection, requestsInFlightPerConnection } = limits;
    const isFull =
      connection.inFlight >= requestsInFlightPerConnection ||
      connection.waitingBytes + frame.length > waitingBytesPerConnection;
    if (isFull) {
      replies.busy(connection, header, waitingBusy, retryAfterMsMin);
      return true;
    }
    if (leavingRequests.has(header.message)) session.isLeaving = true;
    session.fence ??= new Fence();
    session.fence.frames.push(frame);
    this.#weigh(session, frame.length);
    this.#sessions.wait(session);
    if (!session.fence.isShut) this.#ask(session);
    return true;
  }

  /** Frames of `bytes` wait, or no longer do. */
  #weigh(session: Session, bytes: number): void {
    session.connection.waitingBytes += bytes;
    if (session.live) this.#sessions.buffer(session, bytes);
  }

  /** Nothing of the client is under way that a fence waits for. */
  #isClear({ underWay, fence }: Session): boolean {
    return underWay === (fence?.waitingPulls.size ?? 0);
  }

  /** Executes what waits, up to the first frame that has to wait still. */
  #advance(session: Session): void {
    const { fence } = session;
    if (fence === undefined) return;
    while (fence.frames.length > 0 && !fence.isShut) {
      const frame = fence.frames[0]!;
      const header = readHeader(frame, 0);
      if (!this.#mayGo(session, fence, header)) return this.#ask(session);
      fence.frames.shift();
      if (isStopped(fence, header)) fence.isArmed = false;
      fence.wasAsked = false;
      this.#weigh(session, -frame.length);
      this.#sessions.endWait(session);
      this.#owner.serve(session, header, frame, 0, frame.length);
      if (session.fence !== fence) return;
    }
    const isNeeded = fence.isShut || (fence.isArmed && session.underWay > 0);
    if (fence.frames.length === 0 && !isNeeded) session.fence = undefined;
  }

  #mayGo(session: Session, fence: Fence, header: FrameHeader): boolean {
    if (leavingRequests.has(header.message)) {
      if (session.underWay > 0) this.endPulls(session);
      return session.underWay === 0;
    }
    const isFenced = (header.flags & FrameFlag.fence) !== 0;
    return (!isFenced && !isStopped(fence, header)) || this.#isClear(session);
  }

  #tellIdle({ fence, underWay }: Session): void {
    if (fence === undefined || underWay > 0) return;
    for (const resolve of fence.whenIdle.splice(0)) resolve();
  }

  /** Asks the partitions which pulls of the client wait in them, if it can have any. */
  #ask(session: Session): void {
    const { fence } = session;
    if (fence === undefined || !session.hasPulled || fence.wasAsked) return;
    // For a fence that is gone: this one is asked for when that is over.
    if (session.isAskedFor) return;
    session.isAskedFor = true;
    fence.isAsking = true;
    fence.wasAsked = true;
    const message = { type: 'waiting-pulls', session: session.number } as const;
    const note = (references: readonly number[]): void => {
      for (const one of references) if (!fence.answered.has(one)) fence.waitingPulls.add(one);
    };
    // A partition that cannot answer now has none that is known of; it is asked again.
    const ask = (link: PartitionLink): Promise<void> =>
      link.ask<number[]>(message).then(note, nothing);
    const asks = this.#turns.run(session, () => Promise.all(this.#options.links.map(ask)));
    void asks.then(() => this.#asked(session, fence));
  }

  #asked(session: Session, fence: Fence): void {
    session.isAskedFor = false;
    fence.isAsking = false;
    fence.answered.clear();
    this.#advance(session);
    this.#owner.flush();
    if (session.fence !== fence) return;
    this.#options.clock.setTimer(askAgainMs, () => {
      fence.wasAsked = false;
      const isWaiting = session.fence === fence && fence.frames.length > 0 && !fence.isShut;
      if (isWaiting) this.#ask(session);
    });
  }
}

/** Whether a frame has to wait though it does not say so. */
const isStopped = ({ isArmed, passesRetried }: Fence, { flags }: FrameHeader): boolean =>
  isArmed && !(passesRetried && (flags & FrameFlag.retry) !== 0);

const nothing = (): void => undefined;
