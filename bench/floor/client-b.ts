/**
 * The client of floor B. Arguments: port, in flight, queues, bytes of attached data (0: records of
 * 1 KiB). It makes each record when it is sent, has the SDK's encoder write the SDK's body, and
 * decodes each acknowledgement as the SDK does.
 */
import { connect } from 'node:net';
import { requestKeys, submitBody } from '../../lib/client/bodies.js';
import { decodeAnswer } from '../../lib/protocol/body.js';
import { FrameSplitter, readHeader } from '../../lib/protocol/frame.js';
import { FrameWriter } from '../../lib/protocol/frame-writer.js';
import { RouteKind } from '../../lib/protocol/message.js';
import { messageByName } from '../../lib/protocol/registry.js';
import { serveLoad } from '../support/load-client.js';
import { Meter } from '../support/meter.js';
import { queueNames, recordMaker } from '../support/record.js';

const [port = 0, inFlight = 0, queueCount = 0, dataBytes = 0] = process.argv.slice(2).map(Number);
const makeRecord = recordMaker(dataBytes === 0 ? undefined : dataBytes);
const socket = connect({ port, host: '127.0.0.1', noDelay: true });
const queues = queueNames(queueCount);
const { number } = messageByName('RequestSubmit');
const writer = new FrameWriter();
const nextKey = requestKeys();
let made = 0;

function write(place: number): void {
  made += 1;
  const queue = queues[made % queues.length]!;
  const body = submitBody(makeRecord(made, queue), nextKey(), undefined);
  writer.write(number, 0, place, 1, RouteKind.queue, queue, body);
}

serveLoad(
  new Promise<void>((resolve) => socket.once('connect', () => resolve())),
  (limit) =>
    new Promise((resolve) => {
      const meter = new Meter(limit);
      const sentMs = new Float64Array(inFlight);
      let freed: number[] = [];
      const splitter = new FrameSplitter((buffer, start) => {
        const { reference, bodyStart, bodyEnd } = readHeader(buffer, start);
        const { Extension } = decodeAnswer(buffer, bodyStart, bodyEnd);
        if (Extension === undefined) throw new Error('an acknowledgement without an identifier');
        meter.answered(sentMs[reference]!, performance.now());
        freed.push(reference);
      });
      const send = (places: Iterable<number>): void => {
        const now = performance.now();
        for (const place of places) {
          if (!meter.next(now)) break;
          sentMs[place] = now;
          write(place);
        }
        if (writer.length > 0) socket.write(writer.take());
        else if (meter.inFlight === 0) {
          socket.off('data', receive);
          resolve(meter.result());
        }
      };
      const receive = (chunk: Buffer): void => {
        splitter.push(chunk);
        const places = freed;
        freed = [];
        send(places);
      };
      socket.on('data', receive);
      send(sentMs.keys());
    }),
);
