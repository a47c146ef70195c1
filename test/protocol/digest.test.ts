/** Two requests with one key are told apart by the bytes of their bodies, wherever these stand. */
import t from 'tap';
import { encodeBody } from '../../lib/protocol/encode.js';
import { digestOf } from '../../lib/protocol/digest.js';
import { FrameWriter } from '../../lib/protocol/frame-writer.js';
import { readHeader } from '../../lib/protocol/frame.js';
import { RouteKind } from '../../lib/protocol/message.js';

const writer = new FrameWriter();
const submit = 101;

function frameOf(body: Uint8Array, message = submit, ageMs?: number): Uint8Array {
  writer.write(message, 0, 1, 0, RouteKind.queue, 'mail', body, ageMs);
  return writer.take();
}

const digest = (frame: Uint8Array, hasAge = false): number =>
  digestOf(frame, readHeader(frame, 0), hasAge);

const bodyOf = (text: string): Uint8Array =>
  encodeBody(submit, { Queue: 'mail', UserData: { text }, RequestKey: new Uint8Array(16) });

t.test('the same bytes have the same digest wherever they stand in a buffer', async (t) => {
  for (let length = 0; length < 40; length++) {
    const frame = frameOf(bodyOf('x'.repeat(length)));
    for (let offset = 1; offset < 9; offset++) {
      const buffer = new Uint8Array(frame.length + 16);
      buffer.set(frame, offset);
      t.equal(digest(buffer.subarray(offset, offset + frame.length)), digest(frame));
    }
  }
});

t.test('an age changes nothing; any other byte, the length and the message do', async (t) => {
  const body = bodyOf('some text that is longer than one step of the hash');
  const frame = frameOf(body);
  for (const ageMs of [0, 1, 70_000, 2 ** 40]) {
    t.equal(digest(frameOf(body, submit, ageMs), true), digest(frame), `${ageMs} ms`);
  }
  const seen = new Set([digest(frame), digest(frameOf(body, 102))]);
  const { bodyStart, bodyEnd } = readHeader(frame, 0);
  for (let at = bodyStart + 1; at < bodyEnd; at++) {
    const changed = Uint8Array.from(frame);
    changed[at]! ^= 1;
    seen.add(digest(changed));
  }
  t.equal(seen.size, 2 + bodyEnd - bodyStart - 1);
});

t.test('an age may stand anywhere in the body', async (t) => {
  const rest = { Queue: 'mail', Priority: 3 };
  const plain = digest(frameOf(encodeBody(submit, rest)));
  const first = frameOf(encodeBody(submit, { RetryAgeMs: 5, ...rest }));
  const middle = frameOf(encodeBody(submit, { Queue: 'mail', RetryAgeMs: 5, Priority: 3 }));
  for (const frame of [first, middle]) t.equal(digest(frame, true), plain);
});
