/** The runtime and bare messages, doing the same work; a sample is frames or asks per second. */
import { Worker } from 'node:worker_threads';
import { startActorSystem, type ActorRef, type ActorSystem } from '../../lib/actor/index.js';
import type { Contestant } from '../support/rounds.js';
import { type BareBatch, frameBytes } from './sink.js';

const framesPerBatch = 64;
const framesPerTurn = 4_096;
const deadlineMs = 60_000;
const module = new URL('./sink.js', import.meta.url);

const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Repeats `some` for a time; the work is over when `settled` is. Returns units per second. */
async function rateOf(
  seconds: number,
  some: () => Promise<number>,
  settled: () => Promise<unknown>,
): Promise<number> {
  const startMs = performance.now();
  let units = 0;
  while (performance.now() - startMs < seconds * 1_000) units += await some();
  await settled();
  return (units * 1_000) / (performance.now() - startMs);
}

export interface Side {
  readonly tell: Contestant<number>;
  readonly ask: Contestant<number>;
  end(): Promise<unknown>;
}

/** No bound on credit, as bare messages have none: else the sender's waiting would be measured. */
export async function startActorSide(): Promise<Side> {
  const system = await startActorSystem({
    threads: [{ name: 'sink', module, workerData: undefined }],
    behaviours: {},
    intensity: 1,
    periodMs: 1_000,
    onReport: () => undefined,
    onEscalation: () => undefined,
    onThreadDeath: () => undefined,
  });
  await startSink(system);
  const ref = system.ref<Uint8Array>('sink');
  return {
    tell: { name: 'tell', run: (seconds) => tellFor(ref, seconds) },
    ask: { name: 'ask', run: (seconds) => askFor(ref, seconds) },
    end: () => system.stop(deadlineMs),
  };
}

const startSink = (system: ActorSystem): Promise<void> =>
  system.start([
    {
      id: 'sink',
      behaviour: 'sink',
      argument: {},
      thread: 1,
      restart: 'permanent',
      shutdownMs: 1_000,
      creditBytes: Infinity,
    },
  ]);

function tellFor(ref: ActorRef<Uint8Array>, seconds: number): Promise<number> {
  const frame = new Uint8Array(frameBytes).fill(1);
  const some = async (): Promise<number> => {
    for (let n = 0; n < framesPerTurn; n += 1) ref.tellBytes(n, frame);
    await nextTurn();
    return framesPerTurn;
  };
  return rateOf(seconds, some, () => ref.ask(frame, { deadlineMs }));
}

function askFor(ref: ActorRef<Uint8Array>, seconds: number): Promise<number> {
  const frame = new Uint8Array(frameBytes).fill(1);
  const some = async (): Promise<number> => {
    const asks = Array.from({ length: framesPerBatch }, () => ref.ask(frame, { deadlineMs }));
    await Promise.all(asks);
    return asks.length;
  };
  return rateOf(seconds, some, () => Promise.resolve());
}

/** Bare `postMessage` of 64 frames in one transferred buffer. */
export function startBareSide(): Side {
  const worker = new Worker(module, { execArgv: [], workerData: 'bare' });
  const frame = new Uint8Array(frameBytes).fill(1);
  const send = (frames: number, isAsked: boolean, isLast = false): void => {
    const batch = new Uint8Array(frameBytes * frames);
    for (let at = 0; at < batch.length; at += frameBytes) batch.set(frame, at);
    const message: BareBatch = { buffer: batch.buffer, isAsked, isLast };
    worker.postMessage(message, [batch.buffer]);
  };
  const reply = (): Promise<unknown> => new Promise((resolve) => worker.once('message', resolve));
  const tellSome = async (): Promise<number> => {
    for (let n = 0; n < framesPerTurn; n += framesPerBatch) send(framesPerBatch, false);
    await nextTurn();
    return framesPerTurn;
  };
  const askSome = async (): Promise<number> => {
    for (let n = 0; n < framesPerBatch; n += 1) send(1, true);
    for (let n = 0; n < framesPerBatch; n += 1) await reply();
    return framesPerBatch;
  };
  const finish = (): Promise<unknown> => {
    send(0, true);
    return reply();
  };
  return {
    tell: { name: 'bare', run: (seconds) => rateOf(seconds, tellSome, finish) },
    ask: { name: 'bare ask', run: (seconds) => rateOf(seconds, askSome, finish) },
    end: () => Promise.resolve(send(0, false, true)),
  };
}
