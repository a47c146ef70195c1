/**
 * A client process over the SDK that takes interactions through their life: submit, pull, stop, each
 * answered. An agent and a media server share its connection.
 */
import { connect, type Client } from '../../lib/client/index.js';
import { daemonClientOptions } from '../support/daemon-client.js';
import { serveLoad } from '../support/load-client.js';
import { Meter } from '../support/meter.js';
import { queueNames, recordMaker } from '../support/record.js';

const { server, inFlight: lanes, queues: queueCount, dataBytes, shape } = daemonClientOptions();
const queues = queueNames(queueCount);
const makeRecord = recordMaker(dataBytes);
const holdMs = 1_000;
let made = 0;

async function open(): Promise<{ agent: Client; media: Client }> {
  const agent = await connect({
    server,
    clientName: 'bench.agent',
    clientType: 'AgentApplication',
  });
  const media = await agent.addClient({ clientName: 'bench.media', clientType: 'MediaServer' });
  return { agent, media };
}
const connecting = open();

/** Submits, then pulls the first of the same queue and stops it: a lane's pull never comes first. */
async function passThrough(meter: Meter, count: number): Promise<void> {
  const { agent, media } = await connecting;
  const lane = async (): Promise<void> => {
    for (;;) {
      const sentMs = performance.now();
      if (!meter.next(sentMs)) return;
      made += 1;
      const queue = queues[made % queues.length]!;
      await media.submit(makeRecord(made, queue));
      const [pulled] = await agent.pull({ queue });
      if (pulled === undefined) throw new Error(`${queue} is empty`);
      await agent.stop(pulled.InteractionId);
      meter.answered(sentMs, performance.now());
    }
  };
  await Promise.all(Array.from({ length: count }, lane));
}

/** Half of the lanes hold pulls, as free agents do; the other half submits for them. */
async function distribute(meter: Meter, count: number): Promise<void> {
  const { agent, media } = await connecting;
  const half = Math.max(1, Math.floor(count / 2));
  const sent = new Map<number, { sentMs: number; done(): void }>();
  const lanesLeft = { submitting: half };
  const submitLane = async (): Promise<void> => {
    for (;;) {
      const sentMs = performance.now();
      if (!meter.next(sentMs)) break;
      made += 1;
      const record = makeRecord(made, queues[made % queues.length]!);
      const done = new Promise<void>((resolve) => sent.set(made, { sentMs, done: resolve }));
      await media.submit(record);
      await done;
    }
    lanesLeft.submitting -= 1;
  };
  const agentLane = async (lane: number): Promise<void> => {
    const queue = queues[lane % queues.length]!;
    while (lanesLeft.submitting > 0) {
      const [pulled] = await agent.pull({ queue, waitMs: holdMs });
      if (pulled === undefined) continue;
      await agent.stop(pulled.InteractionId);
      const number = pulled.UserData!['CaseNumber'] as number;
      const { sentMs, done } = sent.get(number)!;
      sent.delete(number);
      meter.answered(sentMs, performance.now());
      done();
    }
  };
  const agents = Math.max(half, queues.length);
  await Promise.all([
    ...Array.from({ length: half }, submitLane),
    ...Array.from({ length: agents }, (_, lane) => agentLane(lane)),
  ]);
}

serveLoad(connecting, async (limit) => {
  const meter = new Meter(limit);
  const run = shape === 'distribution' ? distribute : passThrough;
  await run(meter, limit.inFlight ?? lanes);
  return meter.result();
});
