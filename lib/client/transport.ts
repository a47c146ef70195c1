/** How the client's bytes travel. The core knows only this; `tcp.ts` is the one for Node. */

/**
 * What a transport tells the connection. None is called after `closed`, and none inside `write`.
 */
export interface TransportHandlers {
  /** Bytes arrived; valid during the call, for the transport may read into them again. */
  data(chunk: Uint8Array): void;
  /** A `write` that returned false has left; more may be written. */
  drained(): void;
  /** The link has ended, by either side; called once. */
  closed(error: Error | undefined): void;
}

/** An open link. */
export interface Transport {
  /** Sends bytes that the caller will not touch again; false: wait for `drained`. */
  write(bytes: Uint8Array): boolean;
  /** Sends what was written, then ends the link. */
  end(): void;
  /** Ends the link now. */
  destroy(): void;
}

/** Opens a link to HOST:PORT; rejects when that fails or the signal is aborted. */
export interface TransportFactory {
  (server: string, handlers: TransportHandlers, signal: AbortSignal): Promise<Transport>;
  /**
   * Calls back after the present turn: requests made until then share a write. Absent: a microtask.
   */
  readonly schedule?: (callback: () => void) => void;
}
