/** What waits for a socket: nothing is lost or cut in the middle, and nothing is held twice. */
import { EventEmitter } from 'node:events';
import type { Socket } from 'node:net';
import fc from 'fast-check';
import t from 'tap';
import { Account, HeldBytes } from '../../lib/net/held-bytes.js';
import { Outgoing } from '../../lib/net/outgoing.js';
import { FrameSplitter } from '../../lib/protocol/frame.js';

/** A socket whose writes end when the test says so. */
class SlowSocket extends EventEmitter {
  readonly got: Buffer[] = [];
  #ended: (() => void) | undefined;

  write(bytes: Uint8Array, ended: () => void): boolean {
    if (this.#ended !== undefined) throw new Error('two writes at once');
    this.got.push(Buffer.from(bytes));
    this.#ended = ended;
    return true;
  }

  get isWriting(): boolean {
    return this.#ended !== undefined;
  }

  endWrite(): void {
    const ended = this.#ended;
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
  const all = new HeldBytes();
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
  if (splitter.heldBytes > 0) throw new Error('the last frame is not whole');
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
