import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { unpack } from 'msgpackr';
import t from 'tap';
import { seededRandom } from '../../lib/clock.js';
import { limits } from '../../lib/limits.js';
import {
  decodeAnswer,
  decodeBody,
  FrameSplitter,
  FrameWriter,
  readHeader,
  requestByNumber,
  RouteKind,
  routeKeyOf,
} from '../../lib/protocol/index.js';
import { feed, mutatedFrame } from './fuzz.js';
import type { Outcomes } from './fuzz.js';
import { goldenFrames } from './golden-frames.js';

const golden = goldenFrames.map(({ hex }) => Buffer.from(hex, 'hex'));
const stream = Buffer.concat(golden);

/** Frames out of chunks, as hex; they are copied because they are only valid during the call. */
function split(chunks: readonly Uint8Array[]): string[] {
  const frames: string[] = [];
  const splitter = new FrameSplitter((buffer, start, end) => {
    frames.push(Buffer.from(buffer.subarray(start, end)).toString('hex'));
  });
  for (const chunk of chunks) assert.equal(splitter.push(chunk), undefined);
  assert.equal(splitter.bufferedBytes, 0);
  return frames;
}
const whole = goldenFrames.map(({ hex }) => hex);

t.test('the bytes of version 1', async (t) => {
  for (const expected of goldenFrames) {
    const writer = new FrameWriter();
    const { message, flags, reference, proxyClient, routeKind, routeKey, body, hex } = expected;
    writer.write(message, flags, reference, proxyClient, routeKind, routeKey, body);
    const frame = writer.take();
    t.equal(Buffer.from(frame).toString('hex'), hex, `message ${message}`);
    const header = readHeader(frame, 0);
    t.match(header, { message, flags, reference, proxyClient, routeKind, length: frame.length });
    t.equal(routeKeyOf(frame, header), routeKey);
    const decoded = decodeAnswer(frame, header.bodyStart, header.bodyEnd);
    assert.deepEqual(decoded, body);
    const definition = requestByNumber(message)!;
    t.doesNotThrow(() => decodeBody(definition, frame, header.bodyStart, header.bodyEnd));
    t.doesNotThrow(() => unpack(frame.subarray(header.bodyStart, header.bodyEnd)));
  }
});

t.test('frames cut at every byte, in twos, in bytes, and anywhere', async (t) => {
  for (let cut = 0; cut <= stream.length; cut++) {
    assert.deepEqual(split([stream.subarray(0, cut), stream.subarray(cut)]), whole);
  }
  t.strictSame(split(Array.from(stream, (byte) => Uint8Array.of(byte))), whole);
  fc.assert(
    fc.property(fc.array(fc.nat(stream.length), { maxLength: 12 }), (cuts) => {
      const ends = [...cuts, stream.length].toSorted((left, right) => left - right);
      assert.deepEqual(
        split(ends.map((end, index) => stream.subarray(ends[index - 1] ?? 0, end))),
        whole,
      );
    }),
  );
});

t.test('a frame that is whole in its chunk is not copied', async (t) => {
  const buffers: Uint8Array[] = [];
  const splitter = new FrameSplitter((buffer) => buffers.push(buffer));
  splitter.push(stream);
  t.ok(buffers.length === golden.length && buffers.every((buffer) => buffer === stream));
});

t.test('the greatest frame passes, in parts and with another behind it', async (t) => {
  const writer = new FrameWriter();
  const bytes = limits.frameBytes - 18 - 5;
  writer.write(
    1,
    0,
    0,
    0,
    RouteKind.none,
    '',
    Buffer.from('c6' + '00'.repeat(4) + '61'.repeat(bytes), 'hex'),
  );
  writer.write(2, 0, 0, 0, RouteKind.none, '', Uint8Array.of(0x80));
  const sent = writer.take();
  const lengths: number[] = [];
  const splitter = new FrameSplitter((_, start, end) => lengths.push(end - start));
  for (let start = 0; start < sent.length; start += 65_536) {
    t.equal(splitter.push(sent.subarray(start, start + 65_536)), undefined);
  }
  t.strictSame(lengths, [limits.frameBytes, 19]);
});

const head = (length: number, keyLength = 0): Uint8Array => {
  const bytes = Buffer.alloc(18);
  bytes.writeUInt32BE(length);
  bytes[17] = keyLength;
  return bytes;
};

t.test('a length that cannot be ends the framing, for good', async (t) => {
  const lies = {
    'too long': head(limits.frameBytes + 1),
    short: head(17),
    zero: head(0),
    key: head(18, 1),
  };
  for (const [what, lie] of Object.entries(lies)) {
    for (const chunkBytes of [1, 3, 18]) {
      let frames = 0;
      const splitter = new FrameSplitter(() => frames++);
      splitter.push(golden[0]!);
      for (let start = 0; start < lie.length; start += chunkBytes) {
        splitter.push(lie.subarray(start, start + chunkBytes));
      }
      t.equal(splitter.push(golden[0]!)?.error, 'FrameTooLarge', what);
      t.equal(frames, 1, 'what came before was delivered, nothing after');
      t.equal(splitter.bufferedBytes, 0);
    }
  }
});

t.test('a promise of a long frame costs no memory before it is kept', async (t) => {
  const promise = Buffer.alloc(18);
  promise.writeUInt32BE(limits.frameBytes);
  const before = process.memoryUsage().arrayBuffers;
  const splitters = Array.from({ length: 1_000 }, () => new FrameSplitter(() => undefined));
  for (const splitter of splitters) splitter.push(promise);
  const grown = process.memoryUsage().arrayBuffers - before;
  t.ok(grown < 1_000 * 8_192, `1,000 promises of 1 MiB cost ${grown} bytes`);
});

t.test('a receiver may stop in the middle of a chunk', async (t) => {
  let frames = 0;
  const splitter: FrameSplitter = new FrameSplitter(() => {
    frames++;
    splitter.stop();
  });
  splitter.push(stream);
  splitter.push(stream);
  t.equal(frames, 1);
});

t.test('50,000 mutated frames end as frames, IxionErrors or FrameErrors', async (t) => {
  const seed = Number(process.env['IXION_SEED'] ?? Date.now() % 1_000_000_007);
  t.comment(`IXION_SEED=${seed}`);
  const random = seededRandom(seed);
  const outcomes: Outcomes = {};
  for (let count = 0; count < 50_000; count++) feed(mutatedFrame(random), random, outcomes);
  for (const name of ['taken', 'half', 'FrameTooLarge', 'MalformedBody', 'unknown message']) {
    t.ok((outcomes[name] ?? 0) > 50, `${name}: ${outcomes[name]}`);
  }
  for (const name of ['UnknownAttribute', 'WrongAttributeType']) {
    t.ok((outcomes[name] ?? 0) > 5, `${name}: ${outcomes[name]}`);
  }
});
