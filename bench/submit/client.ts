/** A client process over the SDK that submits; it waits for nothing but its own answers. */
import { connect } from '../../lib/client/index.js';
import { daemonClientOptions } from '../support/daemon-client.js';
import { serveLoad } from '../support/load-client.js';
import { Meter } from '../support/meter.js';
import { queueNames, recordMaker } from '../support/record.js';

const { server, inFlight: lanes, queues: queueCount, dataBytes } = daemonClientOptions();
const queues = queueNames(queueCount);
const makeRecord = recordMaker(dataBytes);
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
  await Promise.all(Array.from({ length: limit.inFlight ?? lanes }, lane));
  return meter.result();
});
