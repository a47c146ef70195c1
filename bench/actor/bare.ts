/** Bare `postMessage`: frames in one transferred buffer, or one by one and answered. */
import { Worker } from 'node:worker_threads';
import { framesPerBatch, framesPerTurn, newFrame, nextTurn, packFrames, rateOf } from './rates.js';
import type { Side } from './rates.js';
import type { BareBatch } from './sink.js';

export async function openBare(): Promise<Side> {
  const module = new URL('./sink.js', import.meta.url);
  const worker = new Worker(module, { execArgv: [], workerData: 'bare' });
  const frame = newFrame();
  const send = (frames: number, isAsked: boolean): void => {
    const buffer = packFrames(frame, frames);
    const message: BareBatch = { buffer, isAsked };
    worker.postMessage(message, [buffer]);
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
    tell: (seconds) => rateOf(seconds, tellSome, finish),
    ask: (seconds) => rateOf(seconds, askSome),
  };
}
