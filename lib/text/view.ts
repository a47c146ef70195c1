/** A view of bytes that reads four of them at a time. */

/** Over the bytes that were asked for last: many frames are in one buffer. */
let last: DataView = new DataView(new ArrayBuffer(0));

/**
 * A view of the whole buffer that some bytes are in; positions in it are theirs and their
 * `byteOffset`. One is kept, so that to look at the same buffer again makes nothing.
 */
export function viewOf({ buffer }: Uint8Array): DataView {
  if (last.buffer !== buffer) last = new DataView(buffer);
  return last;
}
