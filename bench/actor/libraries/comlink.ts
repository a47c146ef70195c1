/** comlink: calls of an object on another thread. It has no tell: every call is answered. */
import { createRequire } from 'node:module';
import { isMainThread, parentPort, Worker } from 'node:worker_threads';
import comlink, { type Endpoint } from 'comlink';
import { askInBatches, newFrame, replyBytes, type Side, touchFrames } from '../rates.js';
import { tellCalls } from './calls.js';

const require = createRequire(import.meta.url);
/** Its own adapter, which has no types for ES modules. */
const endpointOf = require('comlink/dist/umd/node-adapter.js') as (port: object) => Endpoint;

interface Sink {
  touch(buffer: ArrayBuffer): number;
  answer(frame: Uint8Array): Uint8Array;
}

export async function openComlink(): Promise<Side> {
  const worker = new Worker(new URL(import.meta.url), { execArgv: [] });
  const sink = comlink.wrap<Sink>(endpointOf(worker));
  const frame = newFrame();
  return {
    tell: tellCalls((buffer) => sink.touch(comlink.transfer(buffer, [buffer]))),
    ask: (seconds) => askInBatches(seconds, () => sink.answer(frame)),
  };
}

if (!isMainThread) {
  let touched = 0;
  const sink: Sink = {
    touch: (buffer) => (touched += touchFrames(buffer)),
    answer: (frame) => new Uint8Array(replyBytes).fill(touched + frame[0]!),
  };
  comlink.expose(sink, endpointOf(parentPort!));
}
