/** What waits for a socket: nothing is lost or cut in the middle, and nothing is kept twice. */
import { EventEmitter } from 'node:events';
import type { Socket } from 'node:net';
import fc from 'fast-check';
import t from 'tap';
import { Account, BufferedBytes } from '../../lib/net/buffered-bytes.js';
import { LargeBuffers, largeBuffers } from '../../lib/net/large-buffers.js';
import { Outgoing } from '../../lib/net/outgoing.js';
import { FrameSplitter } from '../../lib/protocol/frame.js';

/** A socket whose writes end when the test says so. */
class SlowSocket extends EventEmitter {
  readonly got: Buffer[] = [];
  #ended: (() => void) | undefined;
  #leaving: Uint8Array = new Uint8Array(0);

  write(bytes: Uint8Array, ended: () => void): boolean {
    if (this.#ended !== undefined) throw new Error('two writes at once');
    this.got.push(Buffer.from(bytes));
    this.#leaving = bytes;
    this.#ended = ended;
    return true;
  }

  get isWriting(): boolean {
    return this.#ended !== undefined;
  }

  endWrite(): void {
    const ended = this.#ended;
    const isAsWritten = ended === undefined || this.got.at(-1)!.equals(this.#leaving);
    if (!isAsWritten) throw new Error('a buffer was used again before it had left');
    this.#ended = undefined;
    ended?.();
  }
}

function frameOf(length: number, mark: number): Buffer {
  const frame = Buffer.alloc(length, mark);
  frame.writeUInt32BE(length);
  frame[17] = 0;
  return frame;
}

function start() {
  const socket = new SlowSocket();
  const all = new BufferedBytes();
  const account = new Account(all);
  const outgoing = new Outgoing(socket as unknown as Socket, account, () => {
    if (!outgoing.leaving) outgoing.flush();
  });
  return { socket, all, account, outgoing };
}

/** Marks of the whole frames in what was written; fails when there is anything else. */
function marksOf({ got }: SlowSocket): number[] {
  const marks: number[] = [];
  const splitter = new FrameSplitter((buffer, _, to) => marks.push(buffer[to - 1]!));
  for (const bytes of got) {
    if (splitter.push(bytes) !== undefined) throw new Error('no frames');
  }
  if (splitter.bufferedBytes > 0) throw new Error('the last frame is not whole');
  return marks;
}

const lengths = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: 19, max: 300 }) },
  { weight: 3, arbitrary: fc.integer({ min: 3_000, max: 70_000 }) },
  { weight: 1, arbitrary: fc.integer({ min: 200_000, max: 1_000_000 }) },
);
const steps = fc.array(
  fc.oneof(
    { weight: 6, arbitrary: lengths },
    { weight: 2, arbitrary: fc.constant('flush' as const) },
    { weight: 2, arbitrary: fc.constant('written' as const) },
  ),
  { minLength: 1, maxLength: 60 },
);

t.test('every frame arrives, in order, whatever the sizes', async (t) => {
  fc.assert(
    fc.property(steps, (all) => {
      const { socket, account, outgoing } = start();
      let [sent, bytes] = [0, 0];
      for (const step of all) {
        if (step === 'flush') outgoing.flush();
        else if (step === 'written') socket.endWrite();
        else {
          outgoing.append(frameOf(step, ++sent % 251));
          bytes += step;
        }
      }
      while (outgoing.unreadBytes > 0) {
        outgoing.flush();
        socket.endWrite();
      }
      const expected = Array.from({ length: sent }, (_, index) => (index + 1) % 251);
      if (bytes > 0) t.strictSame(marksOf(socket), expected);
      return account.unread === 0;
    }),
  );
});

t.test('the end of a frame that is kept is not taken for a frame', async (t) => {
  for (const restBytes of [3, 5, 40_000]) {
    const { socket, outgoing } = start();
    outgoing.append(frameOf(262_144 + restBytes, 0));
    outgoing.append(frameOf(500, 9));
    outgoing.flush();
    outgoing.dropWaiting();
    outgoing.append(frameOf(100, 7));
    for (let left = 5; outgoing.unreadBytes > 0 && left > 0; left--) {
      socket.endWrite();
      outgoing.flush();
    }
    t.equal(outgoing.unreadBytes, 0);
    t.strictSame(marksOf(socket), [0, 7]);
  }
});

t.test('connections that share buffers do not write into each other', async (t) => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(2), steps), { minLength: 3, maxLength: 8 }), (parts) => {
      const all = [start(), start(), start()];
      const sent = [0, 0, 0];
      for (const [index, some] of parts) {
        const { socket, outgoing } = all[index]!;
        for (const step of some) {
          if (step === 'flush') outgoing.flush();
          else if (step === 'written') socket.endWrite();
          else outgoing.append(frameOf(step, ++sent[index]! % 251));
        }
        if (index === 2) outgoing.dropWaiting();
      }
      for (const [index, { socket, outgoing }] of all.entries()) {
        while (outgoing.unreadBytes > 0) {
          outgoing.flush();
          socket.endWrite();
        }
        if (index === 2) continue;
        const expected = Array.from({ length: sent[index]! }, (_, at) => (at + 1) % 251);
        t.strictSame(marksOf(socket), expected);
      }
    }),
    { numRuns: 40 },
  );
});

t.test('much that is written again and again is written from the same memory', async (t) => {
  const { socket, outgoing } = start();
  const before = largeBuffers.made;
  const frame = frameOf(16_000, 1);
  for (let round = 0; round < 100; round++) {
    for (let count = 0; count < 64; count++) outgoing.append(frame);
    outgoing.flush();
    while (socket.isWriting) socket.endWrite();
    socket.got.length = 0;
  }
  t.equal(outgoing.unreadBytes, 0);
  t.ok(largeBuffers.made - before < 20, `${largeBuffers.made - before} buffers for 100 MB`);
});

t.test('so many spare buffers are kept, and parts of one come back whole', async (t) => {
  const buffers = new LargeBuffers();
  const taken = Array.from({ length: 100 }, () => buffers.take(262_144));
  for (const buffer of taken) buffers.give(buffer.subarray(10, 20));
  const again = Array.from({ length: 100 }, () => buffers.take(262_144));
  t.ok(again.every(({ length }) => length === 262_144));
  t.equal(buffers.made, 100 + 100 - 8, '2 MiB');
  t.equal(new Set(again.map(({ buffer }) => buffer)).size, 100, 'each once');
  buffers.give(Buffer.allocUnsafeSlow(4_096));
  t.equal(buffers.take(4_096).length, 4_096);
  t.equal(buffers.made, 193, 'small ones are not kept');
});

t.test('what waits can be dropped at any time, but for a frame that was begun', async (t) => {
  const farewell = 255;
  fc.assert(
    fc.property(steps, (all) => {
      const { socket, all: sums, outgoing } = start();
      let sent = 0;
      for (const step of all) {
        if (step === 'flush') outgoing.flush();
        else if (step === 'written') socket.endWrite();
        else outgoing.append(frameOf(step, ++sent % 251));
      }
      outgoing.dropWaiting();
      t.ok(outgoing.unreadBytes <= 262_144 + 1_048_576, 'a write and the end of a frame');
      outgoing.append(frameOf(100, farewell));
      outgoing.flush();
      for (let left = 100; outgoing.unreadBytes > 0 && left > 0; left--) {
        outgoing.flush();
        socket.endWrite();
      }
      const marks = marksOf(socket);
      const before = marks.slice(0, -1);
      t.equal(marks.at(-1), farewell);
      t.strictSame(
        before,
        before.map((_, index) => (index + 1) % 251),
        'the first of them, none left out',
      );
      return sums.unread === 0;
    }),
  );
});

t.test(
  'what a client left unread when it was ended leaves no buffer of its own behind',
  async (t) => {
    const before = largeBuffers.keptBytes;
    for (let restBytes = 40_001; restBytes < 40_021; restBytes++) {
      const { socket, outgoing } = start();
      outgoing.append(frameOf(262_144 + restBytes, 0));
      outgoing.flush();
      outgoing.dropWaiting();
      outgoing.append(frameOf(100, 7));
      while (outgoing.unreadBytes > 0) {
        socket.endWrite();
        outgoing.flush();
      }
    }
    const kept = largeBuffers.keptBytes - before;
    t.ok(kept <= 5 * 262_144, `${kept} bytes, of sizes that are taken again`);
    t.equal(kept % 16_384, 0, `${kept}`);
  },
);
