/**
 * One socket of a client: bytes in, whole frames out to the owner; frames of the
 * owner out as bytes.
 *
 * States: *open* (frames are taken), *closing* (a last frame is on its way; what comes is dropped
 * until the peer ends or a grace is over), *gone* (destroyed; every call does nothing).
 * Reading stops while the client leaves a quarter of its unread limit unread, and for nothing else:
 * a client that does not read its answers waits for itself. Above the limit it is destroyed.
 */
import { limits as frameLimits } from '../limits.js';
import { copyOf, FrameSplitter } from '../protocol/frame.js';
import type { FrameError } from '../protocol/frame.js';
import { AnswerSizes } from './answer-sizes.js';
import type { ByteSocket } from './byte-socket.js';
import { Account, type BufferedBytes } from './buffered-bytes.js';
import type { NetLimits } from './net-limits.js';
import type { Newcomer } from './newcomers.js';
import { Outgoing } from './outgoing.js';
import type { Session } from './session.js';
import { Wait } from './wait.js';

/** Time for the peer of a closing connection to take its last frame. */
const closeGraceMs = 2_000;

/** Most bytes of a write while the server waits for readers: a slow one shows that it is alive. */
const smallWriteBytes = 16_384;

/** Why we ended a connection; for the log. */
export type EndReason =
  | 'not registered in time'
  | 'not registered, and all places taken'
  | 'frame not complete in time'
  | 'reader stalled'
  | 'unread limit'
  | 'held the most'
  | 'framing lost'
  | 'credentials refused'
  | 'crashed an actor'
  | 'request failed'
  | 'front crashed'
  | 'server stopped';

/** Bytes of events that leave with the next write, for one subscription at one partition. */
export interface EventBytes {
  readonly subscription: number;
  readonly partition: number;
  bytes: number;
}

/** Who gets what connections receive; see `lib/front/switchboard.ts`. */
export interface ConnectionOwner {
  /**
   * One whole frame; the bytes are valid until the call returns. True: it has to wait, and what
   * follows it, until `goOn` is called; then it comes again (`isAgain`).
   */
  frame(
    connection: Connection,
    buffer: Uint8Array,
    start: number,
    end: number,
    isAgain: boolean,
  ): boolean;
  /** The stream can no longer be cut into frames: to be answered by `close`. */
  framingLost(connection: Connection, error: FrameError): void;
  /** Something was appended to a connection that had nothing to flush. */
  dirty(connection: Connection): void;
  /** The same of events only: to be flushed soon, behind the answers of others. */
  dirtyLater(connection: Connection): void;
  /** A turn of the connection is over: flush what is dirty. */
  flush(): void;
  /** It leaves more unread than it may: to be ended by `cut`. */
  overfull(connection: Connection): void;
  /** A connection that waits for its reader has left less unread. */
  hasRead(connection: Connection): void;
  /** Bytes left for the kernel, among them these of events. */
  written(events: readonly EventBytes[]): void;
  /** The end of a connection, once. */
  closed(connection: Connection): void;
  /** One of these calls threw: a programmer error. */
  crash(error: Error): void;
}

const noEvents: EventBytes[] = [];

export class Connection implements Newcomer {
  /** Logical clients by ProxyClientId. */
  readonly sessions = new Map<number, Session>();
  /** Requests that were taken and are not answered. */
  inFlight = 0;
  /** Bytes of those that wait behind a fence. */
  waitingBytes = 0;
  /** Event subscriptions of all its sessions. */
  subscriptions = 0;
  /** Address of the peer; with its port. */
  readonly address: string;
  readonly remote: string;
  /** Registrations refused for their credentials. */
  refusals = 0;
  /** Crashes of actors that its requests have caused. */
  crashes = 0;
  reason: EndReason | undefined;
  /** What the server buffers for it. */
  readonly account: Account;
  /** How large its answers were. */
  readonly answers = new AnswerSizes();
  /** Its frames wait until it has read more. */
  waitsForReader = false;
  readonly #socket: ByteSocket;
  readonly #owner: ConnectionOwner;
  readonly #limits: NetLimits;
  readonly #splitter: FrameSplitter;
  readonly #outgoing: Outgoing;
  #state: 'open' | 'closing' | 'gone' = 'open';
  #dirty = false;
  /** The socket is not read, because too much is unread or because frames wait. */
  #paused = false;
  #leavesUnread = false;
  /** Frames that wait, from `#nextWaiting` on; undefined: none do. */
  #waiting: Uint8Array[] | undefined;
  #nextWaiting = 0;
  #events: EventBytes[] = noEvents;
  #eventsLeaving: EventBytes[] = noEvents;
  #framesTaken = 0;
  #writesEnded = 0;
  readonly #registration = new Wait();
  readonly #frame = new Wait();
  readonly #reader = new Wait();
  readonly #closing = new Wait();
  readonly #draining = new Wait();

  constructor(
    socket: ByteSocket,
    owner: ConnectionOwner,
    limits: NetLimits,
    buffered: BufferedBytes,
  ) {
    this.#socket = socket;
    this.#owner = owner;
    this.#limits = limits;
    this.address = socket.remoteAddress ?? '';
    this.remote = `${this.address}:${socket.remotePort}`;
    this.#splitter = new FrameSplitter(this.#take, frameLimits.requestFrameBytes);
    this.account = new Account(buffered);
    this.#outgoing = new Outgoing(socket, this.account, this.#written);
    socket.on('data', this.#data);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => {
      this.#state = 'gone';
      this.#outgoing.close();
      this.#owner.closed(this);
      this.account.close();
    });
  }

  get unreadBytes(): number {
    return this.#outgoing.unreadBytes;
  }

  /** Whether none of its clients has registered. */
  get isNew(): boolean {
    return this.sessions.size === 0;
  }

  /** Ends at once, for another. */
  makeRoom(): void {
    this.destroy('not registered, and all places taken');
  }

  get open(): boolean {
    return this.#state === 'open';
  }

  /** Appends whole frames; they leave with the owner's next flush. */
  send(bytes: Uint8Array): void {
    if (!this.#append(bytes) || this.#dirty) return;
    this.#dirty = true;
    this.#owner.dirty(this);
  }

  /** Appends event frames; `owner.written` is told when they have left. */
  sendEvent(subscription: number, partition: number, bytes: Uint8Array): void {
    if (this.#state !== 'open') return;
    const last = this.#events.at(-1);
    if (last?.subscription === subscription && last.partition === partition) {
      last.bytes += bytes.length;
    } else {
      if (this.#events === noEvents) this.#events = [];
      this.#events.push({ subscription, partition, bytes: bytes.length });
    }
    if (this.#append(bytes) && !this.#dirty) this.#owner.dirtyLater(this);
  }

  /** False: it has ended, now or before. */
  #append(bytes: Uint8Array): boolean {
    if (this.#state !== 'open') return false;
    this.#outgoing.append(bytes);
    if (this.account.unread <= this.#limits.unreadBytesPerConnection) return true;
    this.#owner.overfull(this);
    return false;
  }

  /** Starts to write what was appended, and stops reading while too much of it is unread. */
  flush(): void {
    this.#dirty = false;
    if (this.#state === 'gone') return;
    if (this.#outgoing.flush()) {
      this.#eventsLeaving = this.#events;
      this.#events = noEvents;
    }
    if (!this.#leavesUnread && this.unreadBytes > this.#limits.unreadBytesPerConnection / 4) {
      this.#leavesUnread = true;
      this.#pauseOrResume();
    }
  }

  /** Takes the frames that wait, until one has to wait still. */
  goOn(): void {
    const frames = this.#waiting;
    if (frames === undefined || this.#state !== 'open') return;
    try {
      while (this.#nextWaiting < frames.length) {
        const frame = frames[this.#nextWaiting]!;
        if (this.#owner.frame(this, frame, 0, frame.length, true)) return this.#owner.flush();
        // It may have been ended for what it sent: then nothing of it waits any more.
        if (this.#waiting !== frames) return this.#owner.flush();
        this.#nextWaiting++;
        this.account.add('parked', -frame.length);
      }
      this.#dropFrames();
      this.#pauseOrResume();
      this.#owner.flush();
    } catch (error) {
      this.#owner.crash(error as Error);
    }
  }

  #pauseOrResume(): void {
    const paused = this.#leavesUnread || this.#waiting !== undefined;
    if (paused === this.#paused) return;
    this.#paused = paused;
    if (paused) this.#socket.pause();
    else this.#socket.resume();
  }

  #dropFrames(): void {
    this.#waiting = undefined;
    this.#nextWaiting = 0;
    this.account.add('parked', -this.account.parked);
  }

  /** Takes no more frames, and ends once all that was appended has left. */
  close(reason: EndReason): void {
    if (this.#state !== 'open') return;
    this.#state = 'closing';
    this.#splitter.stop();
    this.#dropFrames();
    this.reason = reason;
    this.flush();
    if (this.unreadBytes === 0) this.#socket.end();
  }

  /**
   * Drops what it left unread, and ends it once the frame that is being written and
   * `farewell` have left.
   */
  cut(reason: EndReason, farewell: Uint8Array): void {
    if (this.#state !== 'open') return;
    this.#outgoing.dropWaiting();
    this.#outgoing.append(farewell);
    this.#events = noEvents;
    this.close(reason);
  }

  /** Ends at once. */
  destroy(reason: EndReason): void {
    if (this.#state === 'gone') return;
    this.#state = 'gone';
    this.#splitter.stop();
    this.reason = reason;
    this.#socket.destroy();
  }

  /**
   * Ends the connection if its peer has taken nothing of what waits for it for so long; to be
   * called now and then while the server waits for readers.
   * @returns whether it did
   */
  endIfStalled(nowMs: number, limitMs: number): boolean {
    this.#outgoing.writeBytes = smallWriteBytes;
    const waits = this.unreadBytes > 0 && this.#state !== 'gone';
    if (!this.#draining.lasts(waits, this.#writesEnded, nowMs, limitMs)) return false;
    this.destroy('reader stalled');
    return true;
  }

  /** Ends the connection if it waits for its peer for too long; to be called now and then. */
  sweep(nowMs: number): void {
    const { registrationTimeoutMs, frameTimeoutMs, readerStallMs } = this.#limits;
    const unregistered = this.sessions.size === 0;
    const partial = this.#splitter.bufferedBytes > 0 && !this.#paused;
    const leaving = this.#outgoing.leaving;
    if (this.#state === 'gone') return;
    if (this.#state === 'closing') {
      if (this.#closing.lasts(true, 0, nowMs, closeGraceMs)) this.#socket.destroy();
    } else if (this.#registration.lasts(unregistered, 0, nowMs, registrationTimeoutMs)) {
      this.close('not registered in time');
    } else if (this.#frame.lasts(partial, this.#framesTaken, nowMs, frameTimeoutMs)) {
      this.close('frame not complete in time');
    } else if (this.#reader.lasts(leaving, this.#writesEnded, nowMs, readerStallMs)) {
      this.destroy('reader stalled');
    }
  }

  readonly #data = (chunk: Uint8Array): void => {
    if (this.#state !== 'open') return;
    try {
      const lost = this.#splitter.push(chunk);
      if (lost !== undefined) this.#owner.framingLost(this, lost);
      this.#owner.flush();
    } catch (error) {
      this.#owner.crash(error as Error);
    }
  };

  readonly #take = (buffer: Uint8Array, start: number, end: number): void => {
    this.#framesTaken++;
    if (this.#waiting === undefined && !this.#owner.frame(this, buffer, start, end, false)) return;
    if (this.#state !== 'open') return;
    this.#waiting ??= [];
    this.#waiting.push(copyOf(buffer, start, end));
    this.account.add('parked', end - start);
    this.#pauseOrResume();
  };

  readonly #written = (): void => {
    this.#writesEnded++;
    if (this.#state === 'gone') return;
    let events = noEvents;
    if (!this.#outgoing.leaving) {
      events = this.#eventsLeaving;
      this.#eventsLeaving = noEvents;
      this.flush();
    }
    if (this.#leavesUnread && this.unreadBytes < this.#limits.unreadBytesPerConnection / 8) {
      this.#leavesUnread = false;
      this.#pauseOrResume();
    }
    if (this.waitsForReader) this.#owner.hasRead(this);
    if (this.#state === 'closing' && this.unreadBytes === 0) this.#socket.end();
    this.#owner.written(events);
  };
}
