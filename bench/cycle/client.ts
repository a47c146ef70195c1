/**
 * A client process over the SDK that takes interactions through their life: submit, pull,
 * stop, each answered.
 */
import { daemonClientOptions } from '../support/daemon-client.js';
import { serveLoad } from '../support/load-client.js';
import { Meter } from '../support/meter.js';
import { pace } from '../support/pacer.js';
import { Life } from './life.js';

const options = daemonClientOptions();
const opening = Life.open(options);
const holdMs = 1_000;

async function passThrough(life: Life, meter: Meter, count: number): Promise<void> {
  const lane = async (): Promise<void> => {
    for (;;) {
      const sentMs = performance.now();
      if (!meter.next(sentMs)) return;
      await life.once();
      meter.answered(sentMs, performance.now());
    }
  };
  await Promise.all(Array.from({ length: count }, lane));
}

/** So many begin in a second, whatever is unanswered. */
async function atRate(life: Life, meter: Meter, rate: number, seconds: number): Promise<void> {
  const cycles: Promise<void>[] = [];
  const one = async (): Promise<void> => {
    const sentMs = performance.now();
    meter.next(sentMs);
    await life.once();
    meter.answered(sentMs, performance.now());
  };
  await pace(rate, seconds, () => cycles.push(one()));
  await Promise.all(cycles);
}

/** Half of the lanes hold pulls, as free agents do; the other half submits for them. */
async function distribute(life: Life, meter: Meter, count: number): Promise<void> {
  const { agent, media, queues } = life;
  const half = Math.max(1, Math.floor(count / 2));
  const sent = new Map<number, { sentMs: number; done(): void }>();
  const lanesLeft = { submitting: half };
  const submitLane = async (): Promise<void> => {
    for (;;) {
      const sentMs = performance.now();
      if (!meter.next(sentMs)) break;
      const { number, record } = life.nextRecord();
      const done = new Promise<void>((resolve) => sent.set(number, { sentMs, done: resolve }));
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

serveLoad(opening, async (limit) => {
  const life = await opening;
  const { rate, seconds = 0, inFlight = options.inFlight } = limit;
  const meter = new Meter(rate === undefined ? limit : {});
  if (rate !== undefined) await atRate(life, meter, rate, seconds);
  else if (options.shape === 'distribution') await distribute(life, meter, inFlight);
  else await passThrough(life, meter, inFlight);
  return meter.result();
});
