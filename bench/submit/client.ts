/**
 * A client process over the SDK that submits. Arguments: HOST:PORT, in flight, queues.
 * It never stops to wait for anything but its own answers.
 */
import { connect } from '../../lib/client/index.js';
import { serveLoad } from '../support/load-client.js';
import { Meter } from '../support/meter.js';
import { makeRecord, queueNames } from '../support/record.js';

const [server = '', inFlight, queueCount] = process.argv.slice(2);
const queues = queueNames(Number(queueCount));
const connecting = connect({ server, clientName: 'bench', clientType: 'MediaServer' });
let made = 0;

serveLoad(connecting, async (limit) => {
  const client = await connecting;
  const meter = new Meter(limit);
  const lane = async (): Promise<void> => {
    for (;;) {
      const sentMs = performance.now();
      if (!meter.next(sentMs)) return;
      made += 1;
      await client.submit(makeRecord(made, queues[made % queues.length]!));
      meter.answered(sentMs, performance.now());
    }
  };
  await Promise.all(Array.from({ length: Number(inFlight) }, lane));
  return meter.result();
});
