/**
 * What the runtime costs over bare batched messages: bytes mail of 1 KiB to an actor on another
 * thread, each byte view touched, against `postMessage` of 64 frames in one transferred buffer; and
 * asks. Both in turns in the same run, because the machine's mood changes. Prints one JSON line.
 */
import { parentPort, Worker, isMainThread, workerData } from 'node:worker_threads';
import { type Behaviour, hostThread, startActorSystem } from '../lib/actor/index.js';

const frameBytes = 1_024;
const framesPerBatch = 64;
const frames = 200_000;
const rounds = 9;

interface Cost {
  readonly rate: number;
  readonly cpuNs: number;
}

const sink: Behaviour<unknown, string> = {
  start() {
    let touched = 0;
    return {
      receive(batch) {
        for (const envelope of batch) {
          if (envelope.kind === 'bytes') touched += envelope.bytes[0] as number;
          else envelope.answer(touched);
        }
      },
    };
  },
  unavailable: () => undefined,
};

/** The bare side: counts frames, answers when it has all of a round. */
function countBare(): void {
  let received = 0;
  let touched = 0;
  parentPort?.on('message', (buffer: ArrayBuffer | 'end') => {
    if (buffer === 'end') {
      parentPort?.close();
      return;
    }
    for (let at = 0; at < buffer.byteLength; at += frameBytes) {
      touched += new Uint8Array(buffer, at, frameBytes)[0] as number;
      received += 1;
    }
    if (received === frames) {
      parentPort?.postMessage(touched);
      received = 0;
    }
  });
}

const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const median = (values: number[]): number =>
  values.sort((first, second) => first - second)[values.length >> 1] as number;

async function measure(): Promise<void> {
  const module = new URL(import.meta.url);
  const spawnedMs = performance.now();
  const system = await startActorSystem({
    threads: [{ name: 'sink', module, workerData: 'actor' }],
    behaviours: {},
    intensity: 1,
    periodMs: 1_000,
    onReport: () => undefined,
    onEscalation: () => undefined,
    onThreadDeath: () => undefined,
  });
  const readyMs = performance.now() - spawnedMs;
  const spec = { behaviour: 'sink', argument: {}, thread: 1, shutdownMs: 1_000 } as const;
  // No bound, as bare messages have none: a sender that polls for credit would measure its polling.
  await system.start([{ id: 'sink', restart: 'permanent', creditBytes: Infinity, ...spec }]);
  const ref = system.ref<string>('sink');
  const bare = new Worker(module, { execArgv: [], workerData: 'bare' });
  const frame = new Uint8Array(frameBytes).fill(1);

  /** Frames per millisecond, and nanoseconds of CPU per frame, of both threads together. */
  const costOf = async (round: () => Promise<void>): Promise<Cost> => {
    const startMs = performance.now();
    const startCpu = process.cpuUsage();
    await round();
    const { user, system: kernel } = process.cpuUsage(startCpu);
    const rate = frames / (performance.now() - startMs);
    return { rate, cpuNs: ((user + kernel) * 1_000) / frames };
  };
  const actorRound = async (): Promise<void> => {
    for (let n = 0; n < frames; n += 1) {
      ref.tellBytes(n, frame);
      if (n % 4_096 === 4_095) await nextTurn();
    }
    await ref.ask('done', { deadlineMs: 60_000 });
  };
  const bareRound = async (): Promise<void> => {
    const done = new Promise((resolve) => bare.once('message', resolve));
    for (let n = 0; n < frames; n += framesPerBatch) {
      const batch = new Uint8Array(frameBytes * framesPerBatch);
      for (let at = 0; at < batch.length; at += frameBytes) batch.set(frame, at);
      bare.postMessage(batch.buffer, [batch.buffer]);
      if (n % 4_096 === 0) await nextTurn();
    }
    await done;
  };
  const actorCosts: Cost[] = [];
  const bareCosts: Cost[] = [];
  for (let round = 0; round < rounds; round += 1) {
    bareCosts.push(await costOf(bareRound));
    actorCosts.push(await costOf(actorRound));
  }

  const asks = 20_000;
  const asksMs = performance.now();
  for (let n = 0; n < asks; n += 64) {
    const batch = Array.from({ length: 64 }, () => ref.ask('ask', { deadlineMs: 60_000 }));
    await Promise.all(batch);
  }
  const pipelinedAsksPerMs = asks / (performance.now() - asksMs);
  const singleMs = performance.now();
  for (let n = 0; n < 2_000; n += 1) await ref.ask('ask', { deadlineMs: 60_000 });
  const askRoundTripUs = ((performance.now() - singleMs) / 2_000) * 1_000;
  bare.postMessage('end');
  await system.stop(5_000);

  const rateOf = (costs: Cost[]): number => median(costs.map(({ rate }) => rate)) * 1_000;
  const cpuNsOf = (costs: Cost[]): number => median(costs.map(({ cpuNs }) => cpuNs));
  const figures = {
    ratioToBare: rateOf(actorCosts) / rateOf(bareCosts),
    tellBytesPerSecond: Math.round(rateOf(actorCosts)),
    barePerSecond: Math.round(rateOf(bareCosts)),
    cpuRatioToBare: cpuNsOf(bareCosts) / cpuNsOf(actorCosts),
    cpuNsPerTellBytes: Math.round(cpuNsOf(actorCosts)),
    cpuNsPerBareFrame: Math.round(cpuNsOf(bareCosts)),
    pipelinedAsksPerSecond: Math.round(pipelinedAsksPerMs * 1_000),
    askRoundTripUs: Math.round(askRoundTripUs),
    threadReadyMs: Math.round(readyMs),
  };
  process.stdout.write(`${JSON.stringify(figures)}\n`);
}

if (isMainThread) await measure();
else if (workerData === 'bare') countBare();
else hostThread({ sink });
