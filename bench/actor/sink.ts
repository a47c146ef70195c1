/**
 * The other side of the actor bench, on its own thread: an actor, or a bare port that does the
 * same. Every frame is looked at; a message is answered with 16 bytes.
 */
import { isMainThread, parentPort, workerData } from 'node:worker_threads';
import { type Behaviour, hostThread } from '../../lib/actor/index.js';
import { frameBytes, replyBytes, touchFrames } from './rates.js';

/** To the bare side: frames in a transferred buffer, each to be answered or only to be touched. */
export interface BareBatch {
  readonly buffer: ArrayBuffer;
  readonly isAsked: boolean;
}

const sink: Behaviour<unknown, Uint8Array> = {
  start() {
    let touched = 0;
    return {
      receive(batch) {
        for (const envelope of batch) {
          if (envelope.kind === 'bytes') touched += envelope.bytes[0] as number;
          else envelope.answer(new Uint8Array(replyBytes).fill(touched));
        }
      },
    };
  },
  unavailable: () => undefined,
};

/** Answers a batch that is asked for, one reply per frame. */
function serveBare(): void {
  let touched = 0;
  parentPort!.on('message', ({ buffer, isAsked }: BareBatch) => {
    touched += touchFrames(buffer);
    if (buffer.byteLength > 0 && !isAsked) return;
    const replies = new Uint8Array((buffer.byteLength / frameBytes) * replyBytes).fill(touched);
    parentPort!.postMessage(replies.buffer, [replies.buffer]);
  });
}

if (workerData === 'bare') serveBare();
else if (!isMainThread) hostThread({ sink });
