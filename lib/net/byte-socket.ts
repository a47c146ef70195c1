/** What a connection needs of a socket: those of Node have it, and so has a link in memory. */
export interface ByteSocket {
  /** Of the peer. */
  readonly remoteAddress?: string | undefined;
  readonly remotePort?: number | undefined;
  on(event: 'data', listener: (chunk: Buffer) => void): unknown;
  /** `close` follows. */
  on(event: 'error', listener: (error: Error) => void): unknown;
  /** The end of it, once; nothing comes after it. */
  on(event: 'close', listener: () => void): unknown;
  /**
   * `done` when the bytes have left, which may not be changed before; in the order of the calls.
   */
  write(bytes: Uint8Array, done: (error?: Error | null) => void): unknown;
  /** No more `data` until `resume`. */
  pause(): unknown;
  resume(): unknown;
  /** Tells the peer when all has left that there is no more, which then ends, too. */
  end(): unknown;
  /** The same behind these bytes. */
  end(bytes: Uint8Array): unknown;
  /** Ends at once. */
  destroy(): unknown;
  /** Ends as soon as all that was written has left. */
  destroySoon(): unknown;
}
