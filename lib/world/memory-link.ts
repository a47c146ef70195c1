/**
 * A connection in memory: two ends, each with what the server needs of a socket. What one end
 * writes the other gets when its lane says so, whole or in pieces; an end that does not read keeps
 * the other one waiting.
 */
import type { Schedule } from '../actor/virtual-threads.js';
import type { ByteSocket } from '../net/byte-socket.js';

/** Bytes on their way; undefined: nothing more comes. */
interface Piece {
  bytes: Buffer | undefined;
  readonly done: (() => void) | undefined;
}

export interface MemoryLinkOptions {
  /** Deliver to the server's end, and to the client's. */
  readonly toServer: Schedule;
  readonly toClient: Schedule;
  /** Of the client, as the server sees it. */
  readonly port: number;
  /** How many of so many bytes arrive at once, at least 1; absent: all. */
  readonly cut?: ((length: number) => number) | undefined;
}

/** One end of a link. Nothing arrives before there is a listener for `data`. */
export class MemoryEnd implements ByteSocket {
  readonly remoteAddress = '127.0.0.1';
  readonly remotePort: number;
  #peer: MemoryEnd | undefined;
  readonly #arrive: Schedule;
  readonly #cut: (length: number) => number;
  readonly #pieces: Piece[] = [];
  readonly #data: ((chunk: Buffer) => void)[] = [];
  readonly #close: (() => void)[] = [];
  #isPaused = false;
  /** It has said that it writes nothing more. */
  #hasEnded = false;
  #isDestroyed = false;
  #isClosed = false;

  constructor(arrive: Schedule, port: number, cut: (length: number) => number) {
    this.#arrive = arrive;
    this.remotePort = port;
    this.#cut = cut;
  }

  /** Makes both ends; the client's first. */
  static pair(options: MemoryLinkOptions): readonly [client: MemoryEnd, server: MemoryEnd] {
    const { toServer, toClient, port, cut = (length) => length } = options;
    const client = new MemoryEnd(toClient, port, cut);
    const server = new MemoryEnd(toServer, port, cut);
    client.#peer = server;
    server.#peer = client;
    return [client, server];
  }

  /** Neither end says anything any more. */
  get isClosed(): boolean {
    return this.#isClosed;
  }

  on(event: 'data', listener: (chunk: Buffer) => void): this;
  on(event: 'error', listener: (error: Error) => void): this;
  on(event: 'close', listener: () => void): this;
  on(event: string, listener: (value: never) => void): this {
    if (event === 'close') this.#close.push(listener as () => void);
    if (event !== 'data') return this;
    this.#data.push(listener as (chunk: Buffer) => void);
    this.#arriveAll();
    return this;
  }

  /** Sends a copy of the bytes. */
  write(bytes: Uint8Array, done?: (error?: Error | null) => void): void {
    if (this.#hasEnded) return;
    const written = done && ((): void => (this.#isClosed ? undefined : done()));
    this.#peer?.put({ bytes: Buffer.from(bytes), done: written });
  }

  pause(): void {
    this.#isPaused = true;
  }

  resume(): void {
    this.#isPaused = false;
    this.#arriveAll();
  }

  end(bytes?: Uint8Array): void {
    if (bytes !== undefined) this.write(bytes);
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    this.#peer?.put({ bytes: undefined, done: undefined });
  }

  destroy(): void {
    this.end();
    this.#isDestroyed = true;
    this.#arrive(() => this.#closeNow());
  }

  destroySoon(): void {
    this.destroy();
  }

  /** The process at this end is killed: the other end hears that nothing more comes. */
  abandon(): void {
    this.end();
    this.#isClosed = true;
    this.#data.length = 0;
    this.#close.length = 0;
  }

  /** Of the other end: something comes here. */
  put(piece: Piece): void {
    if (this.#isClosed) return;
    this.#pieces.push(piece);
    this.#arrive(this.#next);
  }

  #arriveAll(): void {
    for (let count = 0; count < this.#pieces.length; count++) this.#arrive(this.#next);
  }

  readonly #next = (): void => {
    if (this.#isDestroyed || this.#isClosed) return;
    if (this.#isPaused || this.#data.length === 0) return;
    const piece = this.#pieces[0];
    if (piece === undefined) return;
    const { bytes } = piece;
    if (bytes === undefined) return this.#peerHasEnded();
    const length = this.#cut(bytes.length);
    if (length < bytes.length) {
      piece.bytes = bytes.subarray(length);
      this.#arrive(this.#next);
    } else this.#pieces.shift();
    for (const listener of this.#data) listener(bytes.subarray(0, length));
    if (length >= bytes.length) piece.done?.();
  };

  /** As sockets that do not stay half open. */
  #peerHasEnded(): void {
    this.end();
    this.#closeNow();
  }

  #closeNow(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#pieces.length = 0;
    for (const listener of this.#close) listener();
  }
}
