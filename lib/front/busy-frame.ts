/**
 * The refusals that an overloaded server gives tens of thousands of times a second: frames made
 * once, of which only the addressee changes.
 */
import { IxionError } from '../errors.js';
import { FrameOffset } from '../protocol/frame-layout.js';
import { FrameWriter } from '../protocol/frame-writer.js';
import { writeError } from '../protocol/replies.js';
import type { Asker } from '../protocol/replies.js';

export class BusyFrame {
  readonly #detail: string;
  readonly #writer = new FrameWriter();
  #frame: Uint8Array = new Uint8Array(0);
  #view = new DataView(this.#frame.buffer);
  #retryAfterMs: number | undefined;

  constructor(detail: string) {
    this.#detail = detail;
  }

  /** The frame; its bytes are valid until the next call. */
  to({ reference, proxyClient }: Asker, retryAfterMs: number): Uint8Array {
    if (retryAfterMs !== this.#retryAfterMs) this.#make(retryAfterMs);
    this.#view.setUint32(FrameOffset.reference, reference);
    this.#view.setUint32(FrameOffset.proxyClient, proxyClient);
    return this.#frame;
  }

  #make(retryAfterMs: number): void {
    const error = new IxionError('Busy', this.#detail, { retryAfterMs });
    writeError(this.#writer, { reference: 0, proxyClient: 0 }, error);
    this.#frame = this.#writer.take();
    const { buffer, byteOffset, length } = this.#frame;
    this.#view = new DataView(buffer, byteOffset, length);
    this.#retryAfterMs = retryAfterMs;
  }
}
