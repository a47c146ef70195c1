/**
 * How those are measured that know calls only: a call for a batch, and a turn's calls at a time.
 */
import { framesPerBatch, framesPerTurn, newFrame, packFrames, rateOf } from '../rates.js';

/** @param call hands a buffer over that holds a batch of frames; resolves with its answer */
export function tellCalls(call: (buffer: ArrayBuffer) => Promise<unknown>) {
  const frame = newFrame();
  const some = async (): Promise<number> => {
    const calls = Array.from({ length: framesPerTurn / framesPerBatch }, () =>
      call(packFrames(frame, framesPerBatch)),
    );
    await Promise.all(calls);
    return framesPerTurn;
  };
  return (seconds: number): Promise<number> => rateOf(seconds, some);
}

/**
 * A turn of so many tells, frame by frame, that ends with an ask: the receiver has seen them all.
 */
export function tellTurns(
  tell: (frame: Uint8Array) => unknown,
  ask: () => Promise<unknown>,
  frames = framesPerTurn,
) {
  const frame = newFrame();
  const some = async (): Promise<number> => {
    for (let n = 0; n < frames; n += 1) tell(frame);
    await ask();
    return frames;
  };
  return (seconds: number): Promise<number> => rateOf(seconds, some);
}
