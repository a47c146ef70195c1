/**
 * Mutated frames, and what must hold for each of them. The campaign and the short test share it.
 */
import assert from 'node:assert/strict';
import { unpackKeyValues } from '../../lib/interaction/attached-data.js';
import type { Random } from '../../lib/clock.js';
import { IxionError } from '../../lib/errors.js';
import { decodeAnswer, decodeBody } from '../../lib/protocol/body.js';
import { FrameSplitter, readHeader } from '../../lib/protocol/frame.js';
import { requestByNumber } from '../../lib/protocol/registry.js';
import { goldenFrames } from './golden-frames.js';

const seeds = goldenFrames.map(({ hex }) => Buffer.from(hex, 'hex'));
/** Bytes that mean something to the decoder: heads of items, and edges. */
const telling = [
  0,
  1,
  0x7f,
  0x80,
  0x8f,
  0x9f,
  0xbf,
  ...Array.from({ length: 64 }, (_, i) => 192 + i),
];

/** A number of 0 to below `limit`. */
const below = (random: Random, limit: number): number => Math.floor(random.fraction() * limit);

/**
 * One golden frame with one to eight mutations; for half of them the length is made right again.
 */
export function mutatedFrame(random: Random): Uint8Array {
  let frame = Uint8Array.from(seeds[below(random, seeds.length)]!);
  for (let left = 1 + below(random, 8); left > 0; left--) frame = mutate(frame, random);
  if (frame.length >= 4 && random.fraction() < 0.5) {
    new DataView(frame.buffer).setUint32(0, frame.length);
  }
  return frame;
}

function mutate(frame: Uint8Array<ArrayBuffer>, random: Random): Uint8Array<ArrayBuffer> {
  const at = below(random, frame.length + 1);
  const behind = Math.min(frame.length, at + 1 + below(random, 20));
  switch (below(random, 7)) {
    case 0:
      if (at < frame.length) frame[at]! ^= 1 << below(random, 8);
      return frame;
    case 1:
      if (at < frame.length) frame[at] = telling[below(random, telling.length)]!;
      return frame;
    case 2:
      frame.set(random.bytes(behind - at), at);
      return frame;
    case 3:
      return join(frame.subarray(0, at), frame.subarray(behind));
    case 4:
      return join(frame.subarray(0, behind), frame.subarray(at));
    case 5:
      return frame.slice(0, at);
    default:
      return join(frame.subarray(0, at), seeds[below(random, seeds.length)]!.subarray(at));
  }
}

function join(left: Uint8Array, right: Uint8Array): Uint8Array<ArrayBuffer> {
  const joined = new Uint8Array(left.length + right.length);
  joined.set(left);
  joined.set(right, left.length);
  return joined;
}

/** How often each outcome was met: names of errors, `taken`, `half` or `unknown message`. */
export type Outcomes = Record<string, number>;

/**
 * Feeds one frame, in chunks cut at random, through splitter, header and decoders.
 * @throws whatever is thrown that is not an IxionError, and when more is held than was fed
 */
export function feed(frame: Uint8Array, random: Random, outcomes: Outcomes): void {
  const count = (name: string): void => {
    outcomes[name] = (outcomes[name] ?? 0) + 1;
  };
  let frames = 0;
  const splitter = new FrameSplitter((buffer, start, end) => {
    frames++;
    count(outcomeOf(buffer, start, end));
  });
  let position = 0;
  while (position < frame.length) {
    const next = position + 1 + below(random, frame.length - position);
    const error = splitter.push(frame.subarray(position, next));
    assert(splitter.bufferedBytes <= next, 'held more than arrived');
    if (error !== undefined) return count(error.error);
    position = next;
  }
  if (frames === 0) count('half');
}

function outcomeOf(buffer: Uint8Array, start: number, end: number): string {
  const { message, bodyStart, bodyEnd } = readHeader(buffer, start);
  assert(bodyStart <= bodyEnd && bodyEnd === end, 'the body lies in the frame');
  attempt(() => decodeAnswer(buffer, bodyStart, bodyEnd));
  const definition = requestByNumber(message);
  if (definition === undefined) return 'unknown message';
  return attempt(() => {
    const decoded = decodeBody(definition, buffer, bodyStart, bodyEnd);
    for (const [name, { kind }] of Object.entries(definition.attributes)) {
      const value = decoded[name];
      // What was taken as attached data must be readable by everyone later on.
      if (kind === 'keyValues' && value !== undefined) unpackOrFail(value as Uint8Array);
    }
  });
}

function unpackOrFail(packed: Uint8Array): void {
  const error = attempt(() => unpackKeyValues(packed));
  assert.equal(error, 'taken', 'attached data that was taken can be unpacked');
}

function attempt(work: () => unknown): string {
  try {
    work();
    return 'taken';
  } catch (error) {
    if (error instanceof IxionError) return error.errorName;
    throw error;
  }
}
