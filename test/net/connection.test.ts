/** One connection, and the end of all: what is counted, and who is waited for. */
import { once } from 'node:events';
import { createConnection } from 'node:net';
import t, { type Test } from 'tap';
import { type Clock, systemClock } from '../../lib/clock.js';
import type { Connection, ConnectionOwner } from '../../lib/net/connection.js';
import { BufferedBytes } from '../../lib/net/buffered-bytes.js';
import { Listener } from '../../lib/net/listener.js';
import { netLimits } from '../../lib/net/net-limits.js';
import { FrameWriter } from '../../lib/protocol/frame-writer.js';
import { readHeader } from '../../lib/protocol/frame.js';
import { RouteKind } from '../../lib/protocol/message.js';
import { ManualClock } from '../simulate/manual-clock.js';
import { eventually } from './harness.js';

const nothing = (): void => undefined;

/** A listener of connections whose frames a test deals with, and one client of it. */
async function start(t: Test, frame: ConnectionOwner['frame'], clock: Clock = systemClock) {
  const held = new BufferedBytes();
  const writes = { ended: 0 };
  const owner: ConnectionOwner = {
    frame,
    framingLost: () => t.fail('the stream is whole'),
    dirty: nothing,
    dirtyLater: nothing,
    flush: nothing,
    overfull: nothing,
    hasRead: nothing,
    written: () => void writes.ended++,
    closed: (connection) => listener.forget(connection),
    crash: (error) => t.fail(`${error.stack}`),
  };
  const listener: Listener = new Listener({
    clock,
    limits: netLimits,
    buffered: held,
    owner,
    failed: (error) => t.fail(`${error.stack}`),
    refused: nothing,
    refusal: () => new Uint8Array(0),
  });
  const { port } = await listener.listen({ host: '127.0.0.1', port: 0 });
  t.teardown(() => listener.close());
  const socket = createConnection({ host: '127.0.0.1', port, allowHalfOpen: true });
  t.teardown(() => socket.destroy());
  await once(socket, 'connect');
  return { held, listener, socket, writes };
}

function frames(count: number, from = 0): Uint8Array {
  const writer = new FrameWriter();
  for (let at = from; at < from + count; at++) writer.write(175, 0, at, 1, RouteKind.none, '', {});
  return writer.take();
}

t.test(
  'a connection that is ended for a frame that waited holds nothing more, and not less',
  async (t) => {
    let waiting: Connection | undefined;
    let again = 0;
    const { held, socket } = await start(t, (connection, _buffer, _start, _end, isAgain) => {
      if (isAgain) {
        again++;
        connection.close('request failed');
      }
      waiting = connection;
      return !isAgain;
    });
    socket.write(frames(3));
    await eventually(() => held.parked > 0);
    waiting!.goOn();
    t.equal(again, 1, 'the frames behind it are dropped');
    t.equal(held.parked, 0);
    t.equal(waiting!.account.sum, 0);
  },
);

t.test('frames that wait stay as they came, and none overtakes them', async (t) => {
  const taken: number[] = [];
  let first: Connection | undefined;
  const { held, socket } = await start(t, (connection, buffer, start) => {
    const { reference } = readHeader(buffer, start);
    if (first === undefined && reference === 0) {
      first = connection;
      return true;
    }
    taken.push(reference);
    return false;
  });
  socket.write(frames(36));
  await eventually(() => held.parked > 0);
  t.strictSame(taken, []);
  first!.goOn();
  socket.write(frames(4, 36));
  await eventually(() => taken.length === 40);
  t.strictSame(
    taken,
    Array.from({ length: 40 }, (_, at) => at),
  );
  t.equal(held.parked, 0);
});

t.test('a peer that does not end its side is waited for, but not for ever', async (t) => {
  const clock = new ManualClock();
  let connection: Connection | undefined;
  const { listener, socket } = await start(t, (from) => ((connection = from), false), clock);
  socket.write(frames(1));
  await eventually(() => connection !== undefined);
  connection!.close('request failed');
  clock.advanceTo(1_000);
  await once(socket.resume(), 'end');
  t.equal(listener.connections.size, 1);
  clock.advanceTo(10_000);
  await eventually(() => listener.connections.size === 0);
});

t.test('while its reader is waited for, much leaves in small writes', async (t) => {
  let connection: Connection | undefined;
  const { socket, writes } = await start(t, (from) => ((connection = from), false));
  socket.resume().write(frames(1));
  await eventually(() => connection !== undefined);
  const writesOf = async (bytes: Uint8Array): Promise<number> => {
    writes.ended = 0;
    connection!.send(bytes);
    connection!.flush();
    await eventually(() => connection!.unreadBytes === 0);
    return writes.ended;
  };
  const much = frames(8_000);
  const before = await writesOf(much);
  t.notOk(connection!.endIfStalled(0, 1_000));
  const after = await writesOf(much);
  t.ok(after >= much.length / 16_384, `${after} writes, of ${much.length} bytes`);
  t.ok(before < after / 4, `${before} writes`);
});

t.test('whoever closes a listener again waits for the same end', async (t) => {
  const { listener } = await start(t, () => false);
  await eventually(() => listener.connections.size === 1);
  const first = listener.close();
  const second = listener.close();
  t.equal(listener.connections.size, 1, 'its peer has not ended yet');
  await Promise.all([first, second]);
  t.equal(listener.connections.size, 0);
});
