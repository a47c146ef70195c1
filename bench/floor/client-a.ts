/**
 * The client of floor A. Arguments: port, in flight, queues, bytes of attached data (0: records of
 * 1 KiB). Its frames are built before the run.
 */
import { connect } from 'node:net';
import { requestKeys, submitBody } from '../../lib/client/bodies.js';
import { FrameWriter } from '../../lib/protocol/frame-writer.js';
import { RouteKind } from '../../lib/protocol/message.js';
import { messageByName } from '../../lib/protocol/registry.js';
import { serveLoad } from '../support/load-client.js';
import { Meter } from '../support/meter.js';
import { queueNames, recordMaker } from '../support/record.js';

const [port = 0, inFlight = 0, queueCount = 0, dataBytes = 0] = process.argv.slice(2).map(Number);
const makeRecord = recordMaker(dataBytes === 0 ? undefined : dataBytes);
const socket = connect({ port, host: '127.0.0.1', noDelay: true });
const frames = prebuilt();

/** One frame for each place in flight; its place is its reference. */
function prebuilt(): Uint8Array[] {
  const writer = new FrameWriter();
  const nextKey = requestKeys();
  const queues = queueNames(queueCount);
  const { number } = messageByName('RequestSubmit');
  return Array.from({ length: inFlight }, (_, place) => {
    const queue = queues[place % queues.length]!;
    const body = submitBody(makeRecord(place, queue), nextKey(), undefined);
    writer.write(number, 0, place, 1, RouteKind.queue, queue, body);
    return writer.take();
  });
}

serveLoad(
  new Promise<void>((resolve) => socket.once('connect', () => resolve())),
  (limit) =>
    new Promise((resolve) => {
      const meter = new Meter(limit);
      const sentMs = new Float64Array(inFlight);
      let rest: Buffer = Buffer.alloc(0);
      const send = (places: Iterable<number>): void => {
        const now = performance.now();
        const batch: Uint8Array[] = [];
        for (const place of places) {
          if (!meter.next(now)) break;
          sentMs[place] = now;
          batch.push(frames[place]!);
        }
        if (batch.length > 0) socket.write(Buffer.concat(batch));
        else if (meter.inFlight === 0) {
          socket.off('data', receive);
          resolve(meter.result());
        }
      };
      const receive = (chunk: Buffer): void => {
        const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
        const whole = bytes.length & ~3;
        rest = bytes.subarray(whole);
        const now = performance.now();
        const places: number[] = [];
        for (let at = 0; at < whole; at += 4) places.push(bytes.readUInt32LE(at));
        for (const place of places) meter.answered(sentMs[place]!, now);
        send(places);
      };
      socket.on('data', receive);
      send(frames.keys());
    }),
);
