/** How often something is done in a second: what both sides of a comparison are measured by. */

export const frameBytes = 1_024;
export const replyBytes = 16;
export const framesPerBatch = 64;
/** Frames of one turn of a teller; it lets others run in between. */
export const framesPerTurn = 4_096;
export const deadlineMs = 60_000;

/**
 * One way to talk to another actor, for as long as its process lasts; a sample is frames,
 * or asks, per second.
 */
export interface Side {
  tell(seconds: number): Promise<number>;
  ask(seconds: number): Promise<number>;
}

export const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Repeats `some` for a time; the work is over when `settled` is. Returns units per second. */
export async function rateOf(
  seconds: number,
  some: () => Promise<number>,
  settled: () => Promise<unknown> = () => Promise.resolve(),
): Promise<number> {
  const startMs = performance.now();
  let units = 0;
  while (performance.now() - startMs < seconds * 1_000) units += await some();
  await settled();
  return (units * 1_000) / (performance.now() - startMs);
}

/** Asks as many at a time as a batch has frames. */
export const askInBatches = (seconds: number, ask: () => Promise<unknown>): Promise<number> =>
  rateOf(seconds, async () => {
    await Promise.all(Array.from({ length: framesPerBatch }, ask));
    return framesPerBatch;
  });

/** A buffer with so many frames, made and filled as a sender that has them one by one must. */
export function packFrames(frame: Uint8Array, frames: number): ArrayBuffer {
  const batch = new Uint8Array(frameBytes * frames);
  for (let at = 0; at < batch.length; at += frameBytes) batch.set(frame, at);
  return batch.buffer;
}

/** Looks at every frame of a buffer. */
export function touchFrames(buffer: ArrayBuffer): number {
  let touched = 0;
  for (let at = 0; at < buffer.byteLength; at += frameBytes) {
    touched += new Uint8Array(buffer, at, frameBytes)[0]!;
  }
  return touched;
}

export const newFrame = (): Uint8Array => new Uint8Array(frameBytes).fill(1);
