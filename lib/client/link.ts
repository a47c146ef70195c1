/**
 * One open link: splits what arrives into frames and joins what is sent in one turn to one write.
 */
import type { Clock } from '../clock.js';
import { IxionError } from '../errors.js';
import { FrameSplitter, FrameWriter, readHeader, type FrameHeader } from '../protocol/index.js';
import type { Call } from './call.js';
import type { Transport, TransportFactory } from './transport.js';

/** So many bytes are written at once, even before the turn is over: the server begins with them. */
const flushBytes = 49_152;
/** And so many calls: the server begins while more are made. */
const flushCalls = 48;

/** What a link tells its connection. */
export interface LinkHandlers {
  /** One whole frame, valid during the call. A throw ends the link with that error. */
  frame(buffer: Uint8Array, header: FrameHeader): void;
  /** `writable` is true again. */
  drained(): void;
}

export class Link {
  /** False: the transport is full; do not send. */
  writable = true;
  /** Bytes came; see `LinkWatch`. */
  heard = true;
  /** Resolves when the link has ended, with the reason if there is one. Never rejects. */
  readonly ended: Promise<Error | undefined>;
  readonly #schedule: (callback: () => void) => void;
  readonly #splitter: FrameSplitter;
  readonly #writer = new FrameWriter(true);
  /** Calls written since the last flush. */
  #batch: Call[] = [];
  #scheduled = false;
  #transport!: Transport;
  #open = true;
  #reason: Error | undefined;
  #end!: (error: Error | undefined) => void;

  private constructor(handlers: LinkHandlers, factory: TransportFactory) {
    this.#splitter = new FrameSplitter((buffer, start) =>
      handlers.frame(buffer, readHeader(buffer, start)),
    );
    this.#schedule = factory.schedule ?? queueMicrotask;
    this.ended = new Promise((resolve) => (this.#end = resolve));
  }

  /** Opens a link; rejects as the transport does. */
  static async open(
    server: string,
    factory: TransportFactory,
    handlers: LinkHandlers,
    signal: AbortSignal,
  ): Promise<Link> {
    const link = new Link(handlers, factory);
    link.#transport = await factory(
      server,
      {
        data: (chunk) => link.#data(chunk),
        drained: () => {
          link.writable = true;
          handlers.drained();
        },
        closed: (error) => {
          link.#open = false;
          link.#takeBatch();
          link.#end(link.#reason ?? error);
        },
      },
      signal,
    );
    return link;
  }

  get open(): boolean {
    return this.#open;
  }

  /**
   * Sends a call with what else is sent in this turn. The clock says how old a repeated one is.
   * @throws {IxionError} what its body causes; then nothing is sent
   */
  send(call: Call, clock: Clock): void {
    call.write(this.#writer, clock);
    this.#batch.push(call);
    const isMuch = this.#batch.length >= flushCalls || this.#writer.length >= flushBytes;
    if (isMuch) this.#flush();
    else if (!this.#scheduled) {
      this.#scheduled = true;
      this.#schedule(this.#scheduledFlush);
    }
  }

  /** Sends what is written, then ends. */
  end(): void {
    this.#flush();
    if (this.#open) this.#transport.end();
  }

  /** Ends now, for this reason. */
  destroy(reason?: Error): void {
    if (!this.#open) return;
    this.#open = false;
    this.#reason = reason;
    this.#splitter.stop();
    this.#transport.destroy();
  }

  readonly #scheduledFlush = (): void => {
    this.#scheduled = false;
    this.#flush();
  };

  #flush(): void {
    if (!this.#open || this.#batch.length === 0) return;
    if (!this.#transport.write(this.#takeBatch())) this.writable = false;
  }

  /** The bytes of the batch; its calls keep them, to be sent again. */
  #takeBatch(): Uint8Array {
    const frames = this.#writer.take();
    for (const call of this.#batch) call.written(frames);
    this.#batch = [];
    return frames;
  }

  /** Bytes that are not frames of this protocol reset the link: what follows cannot be trusted. */
  #data(chunk: Uint8Array): void {
    if (!this.#open) return;
    this.heard = true;
    try {
      const failure = this.#splitter.push(chunk);
      if (failure !== undefined) this.destroy(new IxionError(failure.error, failure.detail));
    } catch (error) {
      this.destroy(error instanceof Error ? error : new Error(String(error)));
    }
  }
}
