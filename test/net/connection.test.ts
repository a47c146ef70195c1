/** One connection, and the end of all: what is counted, and who is waited for. */
import { once } from 'node:events';
import { createConnection } from 'node:net';
import t, { type Test } from 'tap';
import { systemClock } from '../../lib/clock.js';
import type { Connection, ConnectionOwner } from '../../lib/net/connection.js';
import { BufferedBytes } from '../../lib/net/buffered-bytes.js';
import { Listener } from '../../lib/net/listener.js';
import { netLimits } from '../../lib/net/net-limits.js';
import { FrameWriter } from '../../lib/protocol/frame-writer.js';
import { RouteKind } from '../../lib/protocol/message.js';
import { eventually } from './harness.js';

const nothing = (): void => undefined;

/** A listener of connections whose frames a test deals with, and one client of it. */
async function start(t: Test, frame: ConnectionOwner['frame']) {
  const held = new BufferedBytes();
  const owner: ConnectionOwner = {
    frame,
    framingLost: () => t.fail('the stream is whole'),
    dirty: nothing,
    dirtyLater: nothing,
    flush: nothing,
    overfull: nothing,
    hasRead: nothing,
    written: nothing,
    closed: (connection) => listener.forget(connection),
    crash: (error) => t.fail(`${error.stack}`),
  };
  const listener: Listener = new Listener({
    clock: systemClock,
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
  return { held, listener, socket };
}

function frames(count: number): Uint8Array {
  const writer = new FrameWriter();
  for (let at = 0; at < count; at++) writer.write(175, 0, at, 1, RouteKind.none, '', {});
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

t.test('whoever closes a listener again waits for the same end', async (t) => {
  const { listener } = await start(t, () => false);
  await eventually(() => listener.connections.size === 1);
  const first = listener.close();
  const second = listener.close();
  t.equal(listener.connections.size, 1, 'its peer has not ended yet');
  await Promise.all([first, second]);
  t.equal(listener.connections.size, 0);
});
