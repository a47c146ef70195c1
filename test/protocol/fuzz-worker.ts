/** Makes mutated frames in a pool's thread: one buffer of many, and where each ends. */
import { seededRandom } from '../../lib/clock.js';
import { mutatedFrame } from './fuzz.js';

export interface FuzzBatch {
  readonly bytes: Uint8Array;
  readonly ends: readonly number[];
}

export function makeBatch({ seed, count }: { seed: number; count: number }): FuzzBatch {
  const random = seededRandom(seed);
  const frames = Array.from({ length: count }, () => mutatedFrame(random));
  let end = 0;
  return { bytes: Buffer.concat(frames), ends: frames.map(({ length }) => (end += length)) };
}
